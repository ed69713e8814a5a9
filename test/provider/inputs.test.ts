/**
 * What people write, and what comes of it: the preview accepts what Logto accepts and refuses what Logto rejects, at the property and
 * with what to do. Where it refuses more, the table says what Logto would do with the input.
 */
import * as fc from "fast-check";
import { z } from "zod/v3";
import { canonicalCertificate, readCertificate } from "../../provider/connector/certificate";
import { readSamlMetadata } from "../../provider/connector/samlMetadata";
import { isUrl } from "../../provider/connector/url";
import {
  check,
  create,
  loader,
  type Properties,
  type Providers,
  startProvider,
  unwrapSecrets,
} from "../engine/engineDouble";
import { discoveryDocument, type Logto, startLogto } from "../logto";
import { ApiClient } from "../logto/apiClient";
import { readSaml } from "../logto/saml";
import type { IdpResponse } from "../logto/idpHttp";
import { catchOutput, settingsFor } from "./inProcess";
import { type Bad, bad } from "./inputs/bad";
import { next, pem, rsa } from "./inputs/certificates";
import { type Good, good, repaired } from "./inputs/good";
import { keyDescriptor, minimal, products, service } from "./inputs/metadata";

let logto: Logto;
let providers: Providers;
const output = catchOutput();
beforeAll(async () => {
  logto = await startLogto({ idpFetch });
  providers = await startProvider(settingsFor(logto));
});
afterAll(() => logto.close());
const api = new ApiClient(() => logto);

/** The identity providers of the inputs: they respond at exactly one address each. */
function idpFetch(url: string): Promise<IdpResponse> {
  if (!isUrl(url)) return Promise.reject(new Error("ERR_INVALID_URL"));
  const { href } = new URL(url);
  const body = responses.get(href);
  return Promise.resolve(body === undefined ? { ok: false, body: "Not Found" } : { ok: true, body });
}

const issuersOf = (all: readonly { readonly args: Properties }[]) =>
  all.flatMap(({ args }) => {
    const { issuer } = (args.config ?? {}) as Properties;
    return typeof issuer === "string" ? [issuer] : [];
  });
const responses = new Map([
  ...issuersOf(good).map(
    (issuer) =>
      [
        new URL(`${issuer}/.well-known/openid-configuration`).href,
        JSON.stringify(discoveryDocument(issuer)),
      ] as const,
  ),
  ...good.flatMap(({ args }) => {
    const { metadataUrl } = (args.config ?? {}) as Properties;
    return typeof metadataUrl === "string" ? [[metadataUrl, minimal] as const] : [];
  }),
]);

/** Names differ, since a warning appears once a run. */
const named = ({ what, args }: Good | Bad): Properties => ({
  connectorName: what,
  ...args,
});

test.each(good.map((one) => [one.what, one] as const))("accepted: %s", async (_what, one) => {
  const { ssoConnector } = providers;
  const args = named(one);
  const { id, outputs } = await create(ssoConnector, args);
  if (one.warns === undefined) expect(output.text).toBe("");
  else {
    expect(output.text).toContain(
      `warning: SSO connector ${JSON.stringify(args.connectorName)}: ${one.warns}`,
    );
    expect(output.text.match(/warning/g)).toHaveLength(1);
  }
  expect(output.text).not.toContain("canary");

  const found = await ssoConnector.read(id, outputs);
  const [props, inputs] = [{ ...unwrapSecrets(found.props), ...loader }, await check(ssoConnector, args)];
  expect((await ssoConnector.diff(id, props, inputs)).changes).toBe(false);
});

test.each(bad.map((one) => [one.what, one] as const))("refused: %s", async (_what, one) => {
  const args = named(one);
  const { failures = [] } = await providers.ssoConnector.check({}, { ...args, ...loader });
  expect(failures).toMatchObject([{ reason: expect.stringContaining(one.says) as string }]);
  expect(failures[0]?.property.replace(/^\["(.*)"\]$/, "$1")).toBe(one.property);
  expect(JSON.stringify(failures) + output.text).not.toContain("canary");

  const { status } = await api.create(args);
  expect(status < 400 ? "stored" : "rejected").toBe(one.stored === undefined ? "rejected" : "stored");
});

test.each(repaired)(
  "a certificate with $what is sent as Logto accepts it, and does not drift",
  async (one) => {
    const config = { entityId: "urn:acme:idp", signInEndpoint: "https://idp.acme.com/sso" };
    const argsOf = (x509Certificate: string) => ({
      providerName: "SAML",
      connectorName: `repaired: ${one.what}`,
      config: { ...config, x509Certificate },
    });
    const { status, body } = await api.create(argsOf(one.x509Certificate));
    expect([status, body.code]).toEqual([400, "connector.invalid_certificate"]);

    const { ssoConnector } = providers;
    const { id, outputs } = await create(ssoConnector, argsOf(one.x509Certificate));
    const sent = String(logto.connectors.rows.get(id)?.config.x509Certificate);
    expect(sent.replaceAll(/-----[^-]+-----|\s/g, "")).toBe(rsa);
    const found = await ssoConnector.read(id, outputs);
    const inputs = await check(ssoConnector, argsOf(one.x509Certificate));
    const props = { ...unwrapSecrets(found.props), ...loader };
    expect((await ssoConnector.diff(id, props, inputs)).changes).toBe(false);
  },
);

/** Whether Logto finds a connector by an address: only by one that Zod 3 accepts (Logto's code), whose domain is the same text. */
function isFound(address: string, domains: readonly string[]): boolean {
  const [, domain = ""] = address.split("@");
  return (
    z.string().email().safeParse(address).success &&
    domains.map((one) => one.toLowerCase()).includes(domain.toLowerCase())
  );
}

test("every domain that is accepted without a warning is found by an address", () => {
  for (const { args, warns } of good) {
    const domains = (args.domains ?? []) as string[];
    const isAnyFound = domains.some((domain) => isFound(`user@${domain}`, domains));
    if (domains.length > 0) expect([domains, isAnyFound]).toEqual([domains, warns === undefined]);
  }
});

test("no domain that is refused, and that Logto stores, is found by an address that can exist", () => {
  const addresses = ["user@acme.com", "user@acme.org", "user@mail.acme.com", "user@xn--bcher-kva.example"];
  for (const { args, stored } of bad) {
    const domains = (args.domains ?? []) as string[];
    if (stored !== undefined) {
      expect(addresses.filter((address) => isFound(address, domains))).toEqual([]);
    }
  }
});

test("IDs that are too long for Logto are refused", async () => {
  const { organizationSsoConnector } = providers;
  const check = async (args: Properties) => {
    const { failures = [] } = await organizationSsoConnector.check({}, { ...args, ...loader });
    return failures.map(({ property, reason }) => `${property}: ${reason}`);
  };
  const organizationId = "o".repeat(22);
  expect(await check({ organizationId, connectorId: "c".repeat(129) })).toEqual([
    "organizationId: is 22 characters long; Logto accepts at most 21.",
    "connectorId: is 129 characters long; Logto accepts at most 128.",
  ]);
  const { status, body } = await api.call("POST", `/organizations/${organizationId}/jit/sso-connectors`, {
    ssoConnectorIds: ["c"],
  });
  expect([status, body.code]).toEqual([422, "entity.value_too_long"]);
  expect(await check({ organizationId: "o".repeat(21), connectorId: "c".repeat(128) })).toEqual([]);
  expect(await check({ organizationId: "org/1", connectorId: "my connector" })).toEqual([
    expect.stringContaining("organizationId: must be an ID of Logto"),
    expect.stringContaining("connectorId: must be an ID of Logto"),
  ]);
});

/** Changes at any place of a text: what is removed there, and what is inserted. */
const edits = (inserted: readonly string[]) =>
  fc.array(
    fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      removed: fc.oneof(fc.constant(0), fc.nat(20)),
      inserted: fc.constantFrom(...inserted),
    }),
    { maxLength: 3 },
  );
type Edits = ReturnType<typeof edits> extends fc.Arbitrary<infer Value> ? Value : never;
const edited = (text: string, changes: Edits) =>
  changes.reduce((result, { at, removed, inserted }) => {
    const start = Math.floor(at * result.length);
    return result.slice(0, start) + inserted + result.slice(start + removed);
  }, text);

const isAccepted = (config: Properties) =>
  readSaml(config, idpFetch).then(
    () => true,
    () => false,
  );

test("whatever is done to metadata, the preview and Logto agree", () => {
  const certificates = [
    keyDescriptor(next),
    keyDescriptor(next, ""),
    keyDescriptor(next, ' use="encryption"'),
  ];
  const markup = [
    "<!-- -->",
    "<![CDATA[x]]>",
    "&#13;",
    "&amp;",
    "&x;",
    "\n",
    " ",
    "<a>",
    "</a>",
    '"',
    "<",
    ">",
  ];
  const parts = ["", ...certificates, service("HTTP-Redirect"), service("HTTP-POST"), ...markup];
  const bases = [minimal, ...Object.values(products)];
  return fc.assert(
    fc.asyncProperty(fc.constantFrom(...bases), edits(parts), async (base, changes) => {
      const metadata = edited(base, changes);
      const read = readSamlMetadata(metadata);
      const problem = "message" in read ? read.message : "";
      // Logto stores these, although nobody can sign in.
      fc.pre(!/^has no entityID|^has a SingleSignOnService whose Location/.test(problem));
      expect([problem === "", problem]).toEqual([await isAccepted({ metadata }), problem]);
    }),
    { numRuns: 300 },
  );
});

test("whatever is done to a certificate, what the preview accepts is sent as Logto accepts it", () => {
  const texts = [
    "",
    "\n",
    "\r\n",
    " ",
    "\t",
    "\\n",
    "\uFEFF",
    "\u00A0",
    "x",
    "=",
    "-",
    "Bag Attributes\n",
    pem(next),
  ];
  const bases = [pem(rsa), rsa, pem(rsa).replaceAll("\n", ""), `subject=CN = a\n${pem(rsa)}`];
  const config = { entityId: "urn:acme:idp", signInEndpoint: "https://idp.acme.com/sso" };
  return fc.assert(
    fc.asyncProperty(fc.constantFrom(...bases), edits(texts), async (base, changes) => {
      const text = edited(base, changes);
      const read = readCertificate(text);
      const sent = canonicalCertificate(text);
      expect(canonicalCertificate(sent)).toBe(sent);
      if (!("message" in read)) expect(await isAccepted({ ...config, x509Certificate: sent })).toBe(true);
      else if (!/^contains \d certificates/.test(read.message))
        expect(await isAccepted({ ...config, x509Certificate: text })).toBe(false);
    }),
    { numRuns: 300 },
  );
});
