/** `logto-sso import`: a tenant that was made by hand comes under management with nothing to change. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as prettier from "prettier";
import { logtoSso } from "./commands";
import type { Stack } from "./engine";
import { run } from "./engine/processes";
import type { Logto } from "./logto";
import { madeByHand } from "./madeByHand";
import { eachWithLogto, stackOf } from "./tenant";

let logto: Logto;
let stack: Stack;
eachWithLogto(async (started) => {
  logto = started;
  stack = await stackOf(logto, {
    ts: 'import * as pulumi from "@pulumi/pulumi";\n\nexport const stack = pulumi.getStack();\n',
  });
});

/** What is left in a folder for temporary files that nothing else uses. */
const temporaryFiles = () => readdirSync(join(stack.folder, "tmp"));
const ownTemporaryFiles = () => {
  mkdirSync(join(stack.folder, "tmp"));
  return { TMPDIR: join(stack.folder, "tmp") };
};
const compile = (file: string) =>
  run(
    process.execPath,
    [
      join(stack.folder, "node_modules/typescript/bin/tsc"),
      ..."--ignoreConfig --noEmit --strict --skipLibCheck --module node20 --target es2022 --types node".split(
        " ",
      ),
      file,
    ],
    { cwd: stack.folder },
  );

test("a tenant of 25 is imported by one command, and nothing is left to change", async () => {
  for (const row of madeByHand(logto)) logto.connectors.insert(row);
  const before = JSON.stringify([...logto.connectors.rows]);
  const dry = await logtoSso(stack, ["import", "--all", "--dry-run"]);
  expect(readdirSync(stack.folder)).not.toContain("ssoConnectors.ts");
  logto.takeLog();

  await logtoSso(stack, ["import", "--all"], { env: ownTemporaryFiles() });
  // The list, and the certificates of those whose requests are signed.
  const signed = [...logto.connectors.rows.values()].filter(({ config }) => config.signAuthnRequest === true);
  expect(logto.takeLog()).toEqual([
    "POST /oidc/token",
    "GET /api/sso-connectors",
    ...signed.map(() => "GET /api/sso-connectors/:id/signing-keys"),
  ]);
  const code = readFileSync(join(stack.folder, "ssoConnectors.ts"), "utf8");
  expect(dry.stdout).toContain(code);
  expect(code).not.toContain("canary");
  expect(code).not.toContain("trustUnverifiedEmail: false");
  expect(temporaryFiles()).toEqual([]);

  await stack.preview(["--expect-no-changes"]);
  expect((await compile("ssoConnectors.ts")).stdout).toBe("");
  expect(await prettier.check(code, { parser: "typescript" })).toBe(true);
  await stack.refresh(["--preview-only", "--expect-no-changes"]);
  await stack.up(["--expect-no-changes"]);
  const state = await stack.export();
  expect(JSON.stringify(state)).not.toContain("canary");
  const own = state.deployment.resources?.filter(({ type }) => type.endsWith("logto:SsoConnector")) ?? [];
  expect(own.map(({ id }) => id).sort()).toEqual([...logto.connectors.rows.keys()].sort());
  expect(new Set(own.map(({ urn }) => urn.toLowerCase())).size).toBe(25);
  expect(JSON.stringify([...logto.connectors.rows])).toBe(before);

  // The same again: nothing new.
  const again = await logtoSso(stack, ["import", "--all"]);
  expect(again.stdout).not.toContain("Imported:");
  expect(again.stdout).toContain("In the stack already, left alone:");
  expect(readdirSync(stack.folder).filter((name) => name.startsWith("ssoConnectors"))).toEqual([
    "ssoConnectors.ts",
  ]);
});

test("those that are in the stack already are left alone, the others come beside them", async () => {
  const rows = madeByHand(logto).map((row) => logto.connectors.insert(row));
  const half = rows.slice(0, 12);
  await logtoSso(stack, ["import", "--id", ...half.map(({ id }) => id)]);
  const first = readFileSync(join(stack.folder, "ssoConnectors.ts"), "utf8");
  const { stdout } = await logtoSso(stack, ["import", "--all"]);
  const [imported = "", leftAlone = ""] = stdout.split("In the stack already");
  for (const { id } of half) expect([imported.includes(id), leftAlone.includes(id)]).toEqual([false, true]);
  expect(readFileSync(join(stack.folder, "ssoConnectors.ts"), "utf8")).toBe(first);
  await stack.preview(["--expect-no-changes"]);
  expect((await compile("ssoConnectors2.ts")).stdout).toBe("");
  expect(JSON.stringify(await stack.export())).not.toContain("canary");
});

test("one by its name into a folder; what is managed can then be changed and deleted by code", async () => {
  const [row] = madeByHand(logto);
  if (row === undefined) throw new Error("no row");
  const { id } = logto.connectors.insert({ ...row, connectorName: "Acme" });
  logto.connectors.insert({ ...row, connectorName: "acme" });
  await logtoSso(stack, ["import", "--name", "Acme", "--out", "customers/acme"]);
  const file = join(stack.folder, "customers/acme/ssoConnectors.ts");
  expect(readFileSync(join(stack.folder, "index.ts"), "utf8")).toContain(
    'import * as pulumi from "@pulumi/pulumi";\nimport "./customers/acme/ssoConnectors";\n',
  );
  await stack.preview(["--expect-no-changes"]);
  writeFileSync(file, readFileSync(file, "utf8").replace('"a0.com"', '"changed.com"'));
  logto.takeLog();
  await stack.up();
  expect(logto.takeLog()).toEqual(["POST /oidc/token", "PATCH /api/sso-connectors/:id"]);
  expect(logto.connectors.find(id).domains).toContain("changed.com");
  await stack.destroy();
  expect(logto.connectors.rows.size).toBe(1);
});

test("one that the stack only looks up is not managed by it", async () => {
  const [row] = madeByHand(logto);
  if (row === undefined) throw new Error("no row");
  const { id } = logto.connectors.insert({ ...row, connectorName: "Acme" });
  await stack.writeProgram({
    ts: `import * as logto from "pulumi-logto-sso";

export const name = logto.SsoConnector.get("acme", "${id}").connectorName;
`,
  });
  await stack.up();
  const drift = await logtoSso(stack, ["drift"]);
  expect(drift.stdout).toContain("unmanaged");
  expect((await logtoSso(stack, ["import", "--all"])).stdout).toMatch(/Imported:\n {2}acme2 /);
  await stack.preview(["--expect-no-changes"]);
  expect((await logtoSso(stack, ["drift"])).stdout).not.toContain("unmanaged");
});

test("an import that Pulumi refuses leaves the project as it was", async () => {
  const [row] = madeByHand(logto);
  if (row === undefined) throw new Error("no row");
  logto.connectors.insert(row);
  const index = readFileSync(join(stack.folder, "index.ts"), "utf8");
  // A CLI before 3.254 does not know what to make of the file.
  const bin = join(stack.folder, "bin");
  mkdirSync(bin);
  const real = (await run("sh", ["-c", "command -v pulumi"], { env: stack.env })).stdout.trim();
  writeFileSync(
    join(bin, "pulumi"),
    `#!/bin/sh\n[ "$1" = import ] && { echo "error: resource 'x' has no schema" >&2; exit 255; }\nexec "${real}" "$@"\n`,
    { mode: 0o755 },
  );
  const failed = await logtoSso(stack, ["import", "--all"], {
    mayFail: true,
    env: { ...ownTemporaryFiles(), PATH: `${bin}:${String(stack.env.PATH)}` },
  });
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain("error: Could not import the connectors into the stack");
  expect(failed.stderr).toContain("has no schema");
  expect(readFileSync(join(stack.folder, "index.ts"), "utf8")).toBe(index);
  expect(readdirSync(stack.folder)).not.toContain("ssoConnectors.ts");
  expect(temporaryFiles()).toEqual([]);
  // The secrets that are in the config by now are used, not doubled.
  await logtoSso(stack, ["import", "--all"]);
  await stack.preview(["--expect-no-changes"]);
});

test.each([
  [["import"], "Say which connectors: --all, --id ID…, or --name NAME…"],
  [
    ["import", "--id", "nope", "--name", "Nobody"],
    'no SSO connector of the ID "nope", nor of the name "Nobody"',
  ],
  [["import", "--all", "--stack", "nope"], "no stack named 'nope'"],
])("%p is told what to do", async (args, message) => {
  const failed = await logtoSso(stack, args, { mayFail: true });
  expect([failed.code, failed.stdout]).toEqual([1, ""]);
  expect(failed.stderr).toMatch(/^error: /);
  expect(failed.stderr).toContain(message);
});

test("what can't be declared is named, and the rest imported", async () => {
  const rows = madeByHand(logto);
  logto.connectors.insert({
    providerName: "OIDC",
    connectorName: "odd",
    config: {},
    domains: ["", "gmail.com"],
  });
  logto.connectors.insert({ providerName: "Okta", ...rows[1], connectorName: "fine" });
  const { code, stdout, stderr } = await logtoSso(stack, ["import", "--all"], { mayFail: true });
  expect(code).toBe(1);
  expect(stdout).toMatch(/Imported:\n {2}fine/);
  expect(stdout).toMatch(/Not imported:\n {2}\w{12} {2}odd {2}domains/);
  expect(stderr).toContain("mend in Logto what is named above");
  await stack.preview(["--expect-no-changes"]);
});
