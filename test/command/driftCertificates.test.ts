/** `logto-sso drift` and `list`: certificates of SAML identity providers, of which Logto reports the first one. */
import { generate } from "selfsigned";
import { logtoSso } from "../runCli";
import { connectorInState, exportOf, placeFor } from "../exportedState";
import { certificate, type Logto, samlMetadata } from "../logto";
import { eachWithLogto } from "../provider/inProcess";
import { checkState } from "./checkState";

const day = 86_400_000;
let logto: Logto;
eachWithLogto(
  (started) => {
    logto = started;
    logto.signInExperience.singleSignOnEnabled = true;
  },
  { retryDelayMs: 5 },
);

/** Metadata with one certificate for each period, in days from now. */
async function metadataWith(...periods: readonly (readonly [number, number])[]): Promise<string> {
  const certificates = await Promise.all(
    periods.map(([from, to]) =>
      generate([{ name: "commonName", value: "idp.acme.com" }], {
        keySize: 2048,
        notBeforeDate: new Date(Date.now() + from * day),
        notAfterDate: new Date(Date.now() + to * day),
      }),
    ),
  );
  const descriptor = /<md:KeyDescriptor[^]*<\/md:KeyDescriptor>/;
  const whole = certificates.map(({ cert }) => samlMetadata("urn:idp", "https://idp.acme.com/sso", cert));
  const keys = whole.map((metadata) => descriptor.exec(metadata)?.[0] ?? "");
  return (whole[0] ?? "").replace(descriptor, keys.join("\n<!-- the next one -->\n"));
}

async function findingsFor(config: Record<string, unknown>, expiryDays = 30) {
  const row = logto.connectors.insert({
    providerName: "SAML",
    connectorName: "Acme",
    config,
    domains: ["acme.com"],
  });
  const { findings } = await checkState(exportOf([connectorInState(row)]), logto, { expiryDays });
  return findings.map(({ class: kind, message }) => `${kind}: ${message}`);
}

const dayIn = (days: number) => new Date(Date.now() + days * day).toISOString().slice(0, 10);

test("a valid certificate after an expired one is enough", async () => {
  expect(await findingsFor({ metadata: await metadataWith([-100, -1], [-10, 300]) })).toEqual([]);
  const { stdout } = await logtoSso(placeFor(logto), ["list"]);
  expect(stdout).toContain(`until ${dayIn(300)}`);
});

test("a certificate that expires soon is no finding if the next one is present", async () => {
  expect(await findingsFor({ metadata: await metadataWith([-100, 5], [-10, 300]) })).toEqual([]);
});

test("the last certificate decides", async () => {
  expect(await findingsFor({ metadata: await metadataWith([-100, -1], [-100, 5]) })).toEqual([
    `certificate-expiring: The last of its 2 certificates expires on ${dayIn(5)}.`,
  ]);
});

test("no certificate that is valid now is a finding, which says since when or from when", async () => {
  expect(await findingsFor({ metadata: await metadataWith([-100, -1], [10, 300]) })).toEqual([
    `certificate-invalid: The last of its 2 certificates is not valid before ${dayIn(10)}.`,
  ]);
  const list = async () => (await logtoSso(placeFor(logto), ["list"])).stdout;
  expect(await list()).toContain("not valid yet");
  logto.connectors.rows.clear();
  expect(await findingsFor({ metadata: await metadataWith([-100, -1]) })).toEqual([
    `certificate-invalid: Its certificate expired on ${dayIn(-1)}.`,
  ]);
  expect(await list()).toContain(`expired ${dayIn(-1)}`);
});

// The certificate of the stand-in's identity providers is valid for a hundred years.
const allDays = 40_000;

test("for metadata at a URL, the finding says that Logto reports only the first certificate", async () => {
  expect(await findingsFor({ metadataUrl: `${logto.idp}/saml/metadata` }, allDays)).toEqual([
    expect.stringMatching(
      /^certificate-expiring: The first certificate in its metadata expires on .*\. Logto reports only the first one/,
    ),
  ]);
});

test("the certificate in a config is checked as well", async () => {
  const config = {
    entityId: "urn:idp",
    signInEndpoint: "https://idp.acme.com/sso",
    x509Certificate: certificate,
  };
  expect(await findingsFor(config)).toEqual([]);
  logto.connectors.rows.clear();
  expect(await findingsFor(config, allDays)).toEqual([
    expect.stringMatching(/^certificate-expiring: Its certificate expires on /),
  ]);
});

test("a certificate or metadata in another writing is no finding", async () => {
  const metadata = await metadataWith([-1, 300]);
  const rows = [
    { metadata: `${metadata}\n` },
    { entityId: "urn:idp", signInEndpoint: "https://idp.acme.com/sso", x509Certificate: certificate },
  ].map((config, index) =>
    logto.connectors.insert({
      providerName: "SAML",
      connectorName: `Acme ${index}`,
      config,
      domains: [`${index}.acme.com`],
    }),
  );
  const state = exportOf(rows.map((row) => structuredClone(connectorInState(row))));
  for (const row of rows)
    for (const [key, value] of Object.entries(row.config))
      if (key !== "entityId") row.config[key] = String(value).trimEnd().replaceAll("\n", "\r\n");
  expect((await checkState(state, logto)).findings).toEqual([]);
});
