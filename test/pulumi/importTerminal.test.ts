/** `logto-sso import` and `list` of a project's stack in a terminal of 80 columns. */
import type { Stack } from "../engine";
import { certificate, type Logto, samlMetadata } from "../logto";
import { logtoSso } from "../runCli";
import { type Line, screenOf } from "../screen";
import { eachWithLogto, stackOf } from "../tenant";

let logto: Logto;
let stack: Stack;
eachWithLogto(async (started) => {
  logto = started;
  stack = await stackOf(logto, { js: 'require("@pulumi/pulumi");\n' });
});

async function show(columns: number, ...args: string[]) {
  const env = { TERM: "xterm-256color", NO_COLOR: "" };
  const { code, stdout } = await logtoSso(stack, args, { columns, env, mayFail: true });
  const lines = (await screenOf(stdout, columns)).filter(({ text }) => text !== "");
  expect(lines.filter(({ isRest }) => isRest).map(({ text }) => text)).toEqual([]);
  return { code, lines };
}

test("names of any script are aligned, and named in the program after their domains", async () => {
  const names = [
    "Acme",
    "株式会社アクメ",
    "🎉 Party Planners",
    "Globex International Holdings GmbH & Co. KG",
  ];
  for (const [index, connectorName] of names.entries()) {
    logto.connectors.insert({
      ...{ connectorName, providerName: "OIDC", domains: [`customer-${index}.example`] },
      config: { clientId: "client", clientSecret: "canary-config", issuer: `${logto.idp}/acme` },
    });
  }
  const refused = {
    ...{ connectorName: "관리자", providerName: "OIDC" as const },
    config: { issuer: "not a URL" },
  };
  logto.connectors.insert(refused);

  const { code, lines } = await show(80, "import", "--all");
  expect(code).toBe(1);
  const [title, ...rest] = lines.map(({ text }) => text);
  // What has shown the progress is erased.
  expect(title).toBe("Imported:");
  expect(rest.slice(0, 4).map((text) => text.trim().split(/ +/)[0])).toEqual([
    "party-planners",
    "acme",
    "globex-international-holdings-…",
    "customer-1-example",
  ]);
  expectAligned(lines.slice(1, 5));

  const list = (await show(80, "list")).lines;
  expect(list[0]?.text).toMatch(/^NAME +ID +PROVIDER +DOMAINS +STATUS +RESOURCE$/);
  expectAligned(list.slice(1));
  const resource = list[0]?.cellsBefore("RESOURCE");
  expect(list.find(({ text }) => text.startsWith("Acme"))?.cellsBefore("acme")).toBe(resource);
});

test("a dry run shortens certificates and metadata in a terminal, and says so; in a pipe they are whole", async () => {
  const metadata = samlMetadata("urn:idp", "https://idp.acme.com/sso", certificate);
  const manual = { entityId: "urn:acme", signInEndpoint: "https://idp.acme.com/sso" };
  for (const [connectorName, config] of [
    ["a", { metadata }],
    ["b", { ...manual, x509Certificate: certificate }],
  ] as const) {
    logto.connectors.insert({ connectorName, providerName: "SAML", config });
  }
  const args = ["import", "--all", "--dry-run"];
  const body = certificate.replace(/-----.*?-----|\s/g, "").slice(100, 140);
  const { stdout } = await logtoSso(stack, args, { columns: 80, env: { TERM: "xterm-256color" } });
  expect(stdout).not.toContain(body);
  expect(stdout).toContain("Certificates and metadata are shortened here.");
  const [, short] = /x509Certificate:\s*"([^"]*)"/.exec(stdout) ?? [];
  expect([short?.length, short?.slice(0, 27), short?.slice(-1)]).toEqual([
    50,
    "-----BEGIN CERTIFICATE-----",
    "…",
  ]);
  const whole = (await logtoSso(stack, args)).stdout;
  expect(whole.replace(/\\n/g, "").split(body)).toHaveLength(3);
  expect(whole).not.toContain("shortened");
});

/** The IDs of the connectors are in one column. */
function expectAligned(lines: readonly Line[]): void {
  const ids = [...logto.connectors.rows.keys()];
  const columns = lines.map(({ text, cellsBefore }) =>
    cellsBefore(ids.find((id) => text.includes(id)) ?? "-"),
  );
  expect([lines.length > 1, new Set(columns).size, columns[0]]).toEqual([true, 1, expect.any(Number)]);
}
