/** `Organization`. See chaos.ts for faults at every call. */
import type { Declaration } from "../engine/engineDouble";
import type { Logto } from "../logto";
import { bodiesOf, deploy, eachWithLogto, newStack } from "./inProcess";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

const organization = (args: object): { acme: Declaration } => ({
  acme: { resource: "organization", argsFrom: () => ({ ...args }) },
});

const inLogto = () => logto.organizations.rows;

const all = {
  name: "Acme",
  description: "A customer",
  customData: { plan: "gold", nested: { b: [1, { c: "é" }], a: true } },
  isMfaRequired: true,
  branding: { logoUrl: "https://acme.com/logo.svg" },
  color: { primaryColor: "#5d34f2", isDarkModeEnabled: false },
  customCss: "a {}",
};

test("an organization is created, changed field by field, read without drift, and deleted", async () => {
  const stack = newStack(logto);
  await deploy(stack, organization(all));
  expect(inLogto()).toEqual([expect.objectContaining(all)]);
  expect(await stack.drift()).toEqual([]);
  await deploy(stack, organization({ name: "Acme" }));
  const [body] = bodiesOf(logto, "PATCH");
  expect(body).toEqual({
    description: null,
    customData: {},
    isMfaRequired: false,
    branding: {},
    color: {},
    customCss: null,
  });
  expect(await stack.drift()).toEqual([]);
  await deploy(stack, {});
  expect(inLogto()).toEqual([]);
});

const create = { method: "POST", path: /^\/api\/organizations$/ };
const list = { method: "GET", path: /^\/api\/organizations(\?|$)/ };

test.each(["reset after", "504 with JSON after", "hang after"] as const)(
  "a create whose answer is lost (%s) makes one organization, beside one of the same name",
  async (fault) => {
    const other = logto.organizations.make("Acme");
    const stack = newStack(logto, { "logto:timeoutSeconds": "2" });
    logto.faults.arm(fault, create);
    await deploy(stack, organization({ name: "Acme", description: "the customer", allowDuplicate: true }));
    expect(inLogto()).toHaveLength(2);
    const id = stack.state.get("acme")?.id;
    expect(inLogto().find((one) => one.id !== other)).toMatchObject({ id, description: "the customer" });
    expect(await stack.drift()).toEqual([]);
  },
);

test.each([
  ["was carried out", "reset after", 1],
  ["was not carried out", "504 with JSON", 0],
] as const)(
  "a create of which nothing is known, and that %s, is settled by the next deployment",
  async (_, fault, made) => {
    const stack = newStack(logto, { "logto:timeoutSeconds": "2" });
    logto.beforeAnswer = ({ method, path }) => {
      if (method === "POST" && path === "/api/organizations") logto.faults.arm("503", list, Infinity);
    };
    logto.faults.arm(fault, create, Infinity);
    await expect(deploy(stack, organization({ name: "Acme" }))).rejects.toThrow(
      /The change may have been applied anyway/,
    );
    expect(inLogto()).toHaveLength(made);
    logto.beforeAnswer = () => undefined;
    logto.faults.disarm();
    await deploy(stack, organization({ name: "Acme" }));
    expect(inLogto().map(({ id }) => id)).toEqual([stack.state.get("acme")?.id]);
    expect(await stack.drift()).toEqual([]);
  },
);

test("an organization that is the same is not made a second time, unless the program says so; it is taken over by its ID", async () => {
  const id = logto.organizations.make("Acme");
  const stack = newStack(logto);
  await expect(deploy(stack, organization({ name: "Acme" }))).rejects.toThrow(
    new RegExp(
      `Logto has an organization "Acme" already: ${id}\\..*adopt: "${id}",.*aliases.*deleteBeforeReplace: true`,
      "s",
    ),
  );
  expect(inLogto()).toHaveLength(1);
  await deploy(stack, organization({ name: "Acme", adopt: id, description: "new" }));
  expect(inLogto()).toEqual([expect.objectContaining({ id, description: "new" })]);
  const second = newStack(logto);
  await deploy(second, organization({ name: "Acme", description: "new", allowDuplicate: true }));
  expect(inLogto()).toHaveLength(2);
  expect(await second.drift()).toEqual([]);
});

test.each([{}, { description: "new" }])(
  "a renamed organization without an alias is not deleted, although %j was changed",
  async (change) => {
    const stack = newStack(logto);
    await deploy(stack, organization({ name: "Acme", description: "old" }));
    const id = stack.state.get("acme")?.id;
    Object.assign(inLogto()[0] ?? {}, { description: "by hand" });
    const renamed: Record<string, Declaration> = {
      renamed: {
        resource: "organization",
        argsFrom: () => ({ name: "Acme", description: "old", ...change }),
      },
    };
    await expect(deploy(stack, renamed)).rejects.toThrow(
      new RegExp(`Logto has an organization "Acme" already: ${String(id)}\\..*aliases`, "s"),
    );
    expect(inLogto().map((one) => one.id)).toEqual([id]);
  },
);

test("a program can declare two organizations of one name", async () => {
  const stack = newStack(logto);
  await deploy(stack, {
    ...organization({ name: "Acme" }),
    other: { resource: "organization", argsFrom: () => ({ name: "Acme" }) },
  });
  expect(new Set([...stack.state.values()].map(({ id }) => id)).size).toBe(2);
  expect(inLogto()).toHaveLength(2);
});

test("adopting an organization that Logto does not have is an error, and creates nothing", async () => {
  await expect(deploy(newStack(logto), organization({ name: "Acme", adopt: "unknown" }))).rejects.toThrow(
    /Could not create organization "Acme": Logto has no organization with the ID "unknown"\. Check adopt/,
  );
  expect(inLogto()).toEqual([]);
});
