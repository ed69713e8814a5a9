/** Hostile names in the output of `list` and `drift`: it contains no control characters, no workflow commands and no secrets. */
import { formats } from "../../provider/cli/drift/command";
import { type ScriptedResponse, startScriptedServer } from "../scriptedServer";
import type { Place } from "../runCli";
import { connectorInState, exportOf, placeFor, stateIn } from "../exportedState";
import { expectHarmless, hostileNames, measured, secret } from "../hostile";

/** The commands that read a tenant outside of a project. */
const commands: [string, (state: string[]) => string[]][] = [
  ["list", () => ["list"]],
  ["list --json", () => ["list", "--json"]],
  [
    "drift in all formats",
    (state) => ["drift", ...state, ...formats.flatMap((format) => ["--format", format])],
  ],
];

const token: ScriptedResponse = { body: { access_token: "canary-token", expires_in: 3600, scope: "all" } };
const servers: Awaited<ReturnType<typeof startScriptedServer>>[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

async function tenantWith(response: ScriptedResponse): Promise<Place> {
  const server = await startScriptedServer(({ path }) => (path === "/oidc/token" ? token : response));
  servers.push(server);
  return placeFor(server, { LOGTO_CLIENT_SECRET: secret });
}

const rows = hostileNames.map((name, index) => ({
  id: index % 3 === 0 ? name : `id${index}`,
  tenantId: name,
  createdAt: 1,
  providerName: index % 2 === 0 ? "OIDC" : name,
  connectorName: name,
  config: {
    clientId: name,
    clientSecret: "canary-config",
    issuer: `https://user:canary-password@${name}`,
    [name]: "canary-unknown",
  },
  domains: [name, "acme.com"],
  branding: { displayName: name, logo: "https://user:canary-password@acme.com" },
  syncProfile: false,
  enableTokenStorage: false,
  name,
  providerType: "oidc",
}));
/** The state of a stack that contains all but the first, with other values. */
const declared = exportOf(
  rows.slice(1).map((row) => ({
    ...connectorInState({
      ...row,
      providerName: "OIDC",
      config: { clientId: "other", clientSecret: "canary-declared", issuer: "https://idp.acme.com" },
      domains: [],
      branding: {},
    }),
    sourcePosition: `project:///${encodeURIComponent(row.connectorName.replace(/\p{Surrogate}/gu, ""))}.ts#1,1`,
  })),
);

jest.setTimeout(240_000);

test.each(commands)("hostile names: %s", async (_what, argsFor) => {
  const place = await tenantWith({ body: rows });
  const result = await measured(place, argsFor(stateIn(place, declared)));
  expect([0, 2]).toContain(result.code);
  expect(result.stdout.length).toBeGreaterThan(1000);
  // GitHub's format has commands of its own: only those that make annotations, each with a message.
  const annotation = /^::(?:error|warning|notice) (?:file=[^:,]+,line=\d+,)?title=[^:,]+::(?=\S)/gm;
  expect(annotation.test(result.stdout)).toBe(argsFor([]).includes("github"));
  expectHarmless(result.stdout.replace(annotation, "") + result.stderr);
  expect(result.mebibytes).toBeLessThan(300);
});
