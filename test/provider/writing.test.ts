/** A certificate, or SAML metadata, in another writing: the checkout of another machine is no change. */
import { certificate, type Logto, type Row, samlMetadata } from "../logto";
import { bodiesOf, deploy, eachWithLogto, newStack } from "./inProcess";
import { next, pem } from "./inputs/certificates";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

const written = pem(next);
const base64 = written.replaceAll(/-----.*-----|\n/g, "");
const certificates: readonly (readonly [string, string])[] = [
  ["with the line breaks of Windows", written.replaceAll("\n", "\r\n")],
  ["with the line breaks of old Macs", written.replaceAll("\n", "\r")],
  ["without a line break at its end", written.trimEnd()],
  ["with more line breaks at its end", `${written}\n\n`],
  ["with spaces at the end of its lines", written.replaceAll("\n", " \n")],
  ["as bare base64 in one line", base64],
  ["as bare base64 in lines", base64.replaceAll(/.{64}/g, "$&\n")],
  ["with text before it", `Bag Attributes\n    friendlyName: idp\n${written}`],
  ["with a byte order mark", `\uFEFF${written}`],
  ["with the characters \\n as line breaks", written.replaceAll("\n", "\\n")],
  ["with another label", written.replaceAll("CERTIFICATE", "X509 CERTIFICATE")],
  ["with indented lines", written.replaceAll(/^/gm, "  ")],
];

const xml = `${samlMetadata("urn:idp", "https://idp.acme.com/sso", certificate).replace(" entityID", "\n  entityID")}\n`;
const documents: readonly (readonly [string, string])[] = [
  ["with the line breaks of Windows", xml.replaceAll("\n", "\r\n")],
  ["without a line break at its end", xml.trimEnd()],
  ["with spaces at the end of its lines", xml.replaceAll("\n", " \t\n")],
  ["with a byte order mark", `\uFEFF${xml}`],
  [
    "with another declaration",
    xml.replace('<?xml version="1.0"?>', '<?xml version="1.0" encoding="UTF-8"?>\n'),
  ],
  ["without a declaration", xml.replace('<?xml version="1.0"?>', "\n")],
  ["with a comment", xml.replace("<md:IDPSSODescriptor", "<!-- since 2024 -->\n  $&")],
  ["with its certificate in lines", xml.replace(/(?<=X509Certificate>)[^<]{64}/, "$&\n")],
  ["in other quotes", xml.replaceAll('"', "'")],
  ["with its attributes in another order", xml.replace(/(Want\w+="false") (protocol\w+="[^"]*")/, "$2 $1")],
  ["with white space between its elements", xml.replaceAll("><md:", ">\n\t<md:")],
  ["with an end tag for what is empty", xml.replace(/<(md:SingleSignOnService)([^>]*)\/>/, "<$1$2></$1>")],
];

const manual = { entityId: "urn:idp", signInEndpoint: "https://idp.acme.com/sso" };
const cases = [
  ...certificates.map(([what, text]) => [
    `a certificate ${what}`,
    { ...manual, x509Certificate: written },
    { ...manual, x509Certificate: text },
  ]),
  ...documents.map(([what, text]) => [`metadata ${what}`, { metadata: xml }, { metadata: text }]),
] as [string, Config, Config][];

type Config = Readonly<Record<string, string>>;

const connector = (config: Config, domains: readonly string[] = []) => ({
  providerName: "SAML",
  config,
  domains,
});
/** A program with a connector for each case. */
const connectors = (of: (written: Config, same: Config) => object) =>
  Object.fromEntries(cases.map(([what, config, same]) => [what, { ...of(config, same) }]));
const declared = connectors((config) => connector(config));
const declaredElsewhere = connectors((_config, same) => connector(same));

function rowOf(name: string): Row {
  const row = [...logto.connectors.rows.values()].find(({ connectorName }) => connectorName === name);
  if (row === undefined) throw new Error(`There is no connector ${name}.`);
  return row;
}

test("another writing is no change of a connector", async () => {
  for (const [, config, same] of cases) expect(same).not.toEqual(config);
  const stack = newStack(logto);
  await deploy(stack, declared);
  const state = structuredClone([...stack.state]);
  logto.takeLog();
  await deploy(stack, declaredElsewhere, { refresh: false });
  expect([...stack.state]).toEqual(state);
  await deploy(
    stack,
    connectors((_config, same) => connector(same, ["b.com"])),
    { refresh: false },
  );
  expect(bodiesOf(logto, "PATCH")).toEqual(cases.map(() => ({ domains: ["b.com"] })));
  // The engine itself compares the inputs with those of the last deployment, and shows the differences.
  for (const [what, config] of cases) expect(stack.state.get(what)?.inputs.config).toEqual(config);
});

test("another writing in Logto is no drift", async () => {
  const stack = newStack(logto);
  await deploy(stack, declared);
  for (const [what, , same] of cases) rowOf(what).config = same;
  expect(await stack.drift()).toEqual([]);
  const outputsOf = () => [...stack.state.values()].map(({ outputs }) => outputs);
  const before = structuredClone(outputsOf());
  logto.takeLog();
  await deploy(stack, declared);
  expect(outputsOf()).toEqual(before);
  expect(bodiesOf(logto, "PATCH")).toEqual([]);
});

test("another writing is no other config for an SsoConnectorConfig, nor for an adoption", async () => {
  for (const [what, , same] of cases)
    for (const name of [what, `${what}, to adopt`])
      logto.connectors.insert({ providerName: "SAML", connectorName: name, config: same, domains: [] });
  const configs = (same: boolean) =>
    Object.fromEntries(
      cases.map(([what, config, other]) => [
        `config of ${what}`,
        {
          resource: "ssoConnectorConfig" as const,
          argsFrom: () => ({
            connectorId: rowOf(what).id,
            providerName: "SAML",
            config: same ? other : config,
          }),
        },
      ]),
    );
  const adopting = Object.fromEntries(
    cases.map(([what, config]) => [`${what}, to adopt`, connector(config)]),
  );
  const stack = newStack(logto, { "logto:adopt": "identical" });
  await deploy(stack, { ...adopting, ...configs(false) });
  await deploy(stack, { ...adopting, ...configs(true) });
  expect(bodiesOf(logto, "PATCH")).toEqual([]);
  expect(await stack.drift()).toEqual([]);
});

test("another certificate, or other metadata, is a change, which is sent as it is written", async () => {
  const stack = newStack(logto);
  const other = pem(certificate.replaceAll(/-----.*-----|\n/g, "")).replaceAll("\n", "\r\n");
  await deploy(stack, { acme: connector({ ...manual, x509Certificate: written }) });
  await deploy(stack, { acme: connector({ ...manual, x509Certificate: other }) });
  expect(rowOf("acme").config.x509Certificate).toBe(other);
  await deploy(stack, { acme: connector({ metadata: xml }) });
  const signed = xml.replace('WantAuthnRequestsSigned="false"', 'WantAuthnRequestsSigned="true"');
  await deploy(stack, { acme: connector({ metadata: signed }) });
  expect(rowOf("acme").config).toEqual({ metadata: signed });
  const changed = xml.replace("https://idp.acme.com/sso", "https://idp.acme.com/SSO");
  await deploy(stack, { acme: connector({ metadata: changed.replaceAll("\n", "\r\n") }) });
  expect(rowOf("acme").config).toEqual({ metadata: changed.replaceAll("\n", "\r\n") });
});
