/** A name that is taken, and connectors that are taken over. */
import type { Logto } from "../logto";
import { eachWithLogto, newStack } from "./inProcess";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

const oidc = (more: object = {}) => ({
  providerName: "OIDC",
  config: {
    clientId: "client",
    clientSecret: "canary-config",
    issuer: `${logto.idp}/acme`,
    trustUnverifiedEmail: false,
  },
  ...more,
});
const acme = (more: object = {}) => ({ Acme: oidc({ domains: ["a.com"], ...more }) });
const patches = () => logto.log.filter(({ method }) => method === "PATCH").map(({ body }) => body);
const errorOf = (errors: Map<string, Error>) => errors.get("Acme")?.message;

test("a name that is taken is an error with the ID of the connector that has it, and what to paste", async () => {
  const { id } = logto.connectors.insert({ ...oidc(), connectorName: "Acme" });
  const message = errorOf(await newStack(logto).up(acme()));
  expect(message).toContain(`the name "Acme" belongs to the connector ${id}, of the identity provider OIDC.`);
  expect(message).toContain("`adopt: true,`");
  expect(message).not.toMatch(/ {2}|undefined/);
  expect(message).toContain(`\`npx logto-sso import --id ${id}\``);
});

test("a name that two creates take at once is one that is taken, although Logto fails then", async () => {
  const { id } = logto.connectors.insert({ ...oidc(), connectorName: "Acme" });
  logto.faults.arm("500", "create");
  expect(errorOf(await newStack(logto).up(acme()))).toContain(`belongs to the connector ${id}`);
});

test("adopt: true changes that connector into shape, and keeps its ID and what it does not know", async () => {
  const { id } = logto.connectors.insert({
    ...oidc({ config: { ...oidc().config, clientSecret: "canary-old", pkce: true } }),
    connectorName: "Acme",
    branding: { displayName: "by hand" },
    syncProfile: true,
  });
  const stack = newStack(logto);
  expect(await stack.up(acme({ adopt: true }))).toEqual(new Map());
  expect(patches()).toEqual([
    { branding: {}, config: { ...oidc().config, pkce: true }, domains: ["a.com"], syncProfile: false },
  ]);
  expect(stack.state.get("Acme")?.id).toBe(id);
  expect([...logto.connectors.rows.keys()]).toEqual([id]);
  expect(await stack.drift()).toEqual([]);
  // Of no meaning for a resource that is there.
  for (const program of [acme({ adopt: true }), acme()]) {
    logto.takeLog();
    expect(await stack.up(program)).toEqual(new Map());
    expect(patches()).toEqual([]);
  }
});

test("twenty are adopted with one list, and those that fit already with no PATCH", async () => {
  const names = Array.from({ length: 20 }, (_, index) => `customer-${index}`);
  for (const connectorName of names) logto.connectors.insert({ ...oidc(), connectorName });
  const program = Object.fromEntries(names.map((name) => [name, oidc({ adopt: true })]));
  expect(await newStack(logto).up(program)).toEqual(new Map());
  const log = logto.takeLog();
  const count = (request: string) => log.filter((one) => one === request).length;
  expect([count("POST /api/sso-connectors"), count("GET /api/sso-connectors")]).toEqual([20, 1]);
  expect(log.filter((one) => one.startsWith("PATCH"))).toEqual([]);
  expect(logto.connectors.rows.size).toBe(20);
});

test("a connector of another identity provider is never taken over", async () => {
  logto.connectors.insert({ providerName: "SAML", connectorName: "Acme" });
  const message = errorOf(await newStack(logto).up(acme({ adopt: true })));
  expect(message).toContain("of the identity provider SAML.");
  expect(message).toContain("Logto cannot change the identity provider");
  expect(message).not.toContain("to change it to what is declared");
  expect(patches()).toEqual([]);
});

test("logto:adopt takes over what is identical, secret included, and nothing else", async () => {
  const row = logto.connectors.insert({ ...oidc(), connectorName: "Acme", domains: ["a.com"] });
  row.config.clientSecret = "canary-other";
  row.syncProfile = true;
  const stack = newStack(logto, { "logto:adopt": "identical" });
  expect(errorOf(await stack.up(acme()))).toContain(
    "takes over identical connectors only, and this one differs in config.clientSecret, syncProfile.",
  );
  expect(stack.state.size).toBe(0);
  row.config.clientSecret = "canary-config";
  row.syncProfile = false;
  logto.takeLog();
  expect(await stack.up(acme())).toEqual(new Map());
  expect(patches()).toEqual([]);
  expect([...logto.connectors.rows.keys()]).toEqual([row.id]);
  expect(await stack.drift()).toEqual([]);
});

test("logto:adopt does not take over a connector with a config if the program declares none", async () => {
  logto.connectors.insert({ ...oidc(), connectorName: "Acme" });
  const stack = newStack(logto, { "logto:adopt": "identical" });
  expect(errorOf(await stack.up({ Acme: { providerName: "OIDC" } }))).toContain(
    "this one differs in a config that is not declared.",
  );
  expect(stack.state.size).toBe(0);
});

test("the state says when a connector was taken over, and not of one whose answer was lost", async () => {
  const stack = newStack(logto);
  logto.faults.arm("reset after", "create");
  expect(await stack.up(acme())).toEqual(new Map());
  expect(stack.state.get("Acme")?.outputs).not.toHaveProperty("adoptedAt");
  const other = newStack(logto);
  expect(await other.up(acme({ adopt: true }))).toEqual(new Map());
  const { adoptedAt } = other.state.get("Acme")?.outputs ?? {};
  expect(adoptedAt).toMatch(/^\d{4}-\d\d-\d\dT/);
  expect(await other.up(acme({ adopt: true, syncProfile: true }))).toEqual(new Map());
  expect(other.state.get("Acme")?.outputs.adoptedAt).toBe(adoptedAt);
});
