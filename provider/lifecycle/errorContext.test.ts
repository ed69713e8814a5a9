import { LogtoError } from "../logto/errors";
import { inContext, nameOf, type Verb } from "./errorContext";
import { IncompleteError, type Subject } from "./results";

const noun = "SSO connector";
const refused = { code: "connector.invalid_config", status: 400 };
const error = (
  more: Partial<ConstructorParameters<typeof LogtoError>[1]> = {},
  method = "POST",
  path = "/api/x",
) => {
  const details = { ...refused, ...more };
  return new LogtoError({ method, path }, { message: `It failed: ${details.code}.`, ...details });
};
const caught = (failure: Error, verb: Verb = "create", subject: Subject = { noun }) =>
  inContext(verb, subject, () => Promise.reject(failure)).then(
    () => new Error("It succeeded."),
    (reason: unknown) => reason as Error,
  );
const messageFor = async (...args: Parameters<typeof caught>) => (await caught(...args)).message;

test("the result of a call is that of the call", async () => {
  expect(await inContext("read", { noun }, () => Promise.resolve(1))).toBe(1);
});

test.each<[Subject, string]>([
  [{ noun }, "SSO connector"],
  [{ noun, name: "Acme", id: "id1" }, 'SSO connector "Acme" (id1)'],
  [{ noun, id: "id1" }, "SSO connector (id1)"],
  [{ noun, name: "https://u:canary@acme.com" }, 'SSO connector "https://[secret]@acme.com"'],
])("of %j, an error says %j", async (subject, name) => {
  expect(nameOf(subject)).toBe(name);
  expect(await messageFor(error(), "delete", subject)).toBe(
    `Could not delete ${name}: It failed: connector.invalid_config.`,
  );
});

const issuer = "https://idp.acme.com";
const readable = (url: string, what: string) =>
  `Logto must be able to read ${url}, and the response must be ${what}.`;
const metadata =
  "the metadata of an identity provider, with an entityID and exactly one SingleSignOnService with the binding HTTP-Redirect";
const signing = "the metadata of an identity provider, with a readable signing certificate";

test.each<[string, number, object, string]>([
  [
    "connector.invalid_config",
    400,
    { issuer },
    `config.issuer: ${readable(`${issuer}/.well-known/openid-configuration`, "a discovery document")}`,
  ],
  [
    "connector.invalid_metadata",
    400,
    { metadataUrl: issuer },
    `config.metadataUrl: ${readable(issuer, metadata)}`,
  ],
  ["connector.invalid_metadata", 400, { metadata: "<x/>" }, `config.metadata: it must be ${metadata}.`],
  [
    "connector.invalid_certificate",
    400,
    { metadataUrl: issuer },
    `config.metadataUrl: ${readable(issuer, signing)}`,
  ],
  ["connector.invalid_certificate", 400, { metadata: "<x/>" }, `config.metadata: it must be ${signing}.`],
  [
    "connector.invalid_certificate",
    400,
    { entityId: "a", x509Certificate: "x" },
    "config.x509Certificate: it must be one certificate, as PEM or bare base64.",
  ],
  [
    "http-500",
    500,
    { metadataUrl: issuer },
    `config.metadataUrl: Logto 1.42 also fails like this when SAML metadata is not XML: check ${issuer}.`,
  ],
  [
    "http-500",
    500,
    { metadata: "<x/>" },
    "config.metadata: Logto 1.42 also fails like this when SAML metadata is not XML: check the identity provider of its config.",
  ],
  ["http-500", 500, { issuer }, ""],
  ["connector.invalid_metadata", 400, { issuer }, ""],
  ["entity.not_found", 404, { issuer }, ""],
  ["connector.invalid_config", 400, {}, ""],
])("%s (%i) of a config with %j", async (code, status, config, advice) => {
  const subject = { noun, config: { ...config } };
  const message = `It failed: ${code}.${advice === "" ? "" : ` ${advice}`}`;
  for (const verb of ["create", "update"] as const)
    expect(await messageFor(error({ code, status }), verb, subject)).toBe(
      `Could not ${verb} ${noun}: ${message}`,
    );
  for (const verb of ["read", "delete", "find"] as const)
    expect(await messageFor(error({ code, status }), verb, subject)).toBe(
      `Could not ${verb} ${noun}: It failed: ${code}.`,
    );
});

test.each([
  [{ issuer }, issuer],
  [{ metadataUrl: issuer }, issuer],
  [{ issuer: "https://u:canary@acme.com" }, "the identity provider of its config"],
  [{ metadata: "<x/>" }, "the identity provider of its config"],
])("after a timeout, the identity provider of %j is to be checked", async (config, which) => {
  const message = await messageFor(error({ code: "timeout" }), "read", { noun, config });
  expect(message).toBe(
    `Could not read ${noun}: It failed: timeout. [timeout] Logto has no timeout for identity providers: check that ${which} responds.`,
  );
  expect(await messageFor(error({ code: "timeout" }), "read")).toBe(
    `Could not read ${noun}: It failed: timeout. [timeout]`,
  );
});

test("a change that may have been applied is said, and what only was read is not", async () => {
  const applied = "The change may have been applied anyway. Run `pulumi up --refresh` to reconcile.";
  expect(await messageFor(error({ outcome: "unknown" }))).toBe(
    `Could not create ${noun}: It failed: connector.invalid_config. ${applied}`,
  );
  expect(await messageFor(error({ outcome: "unknown" }, "GET"))).toBe(
    `Could not create ${noun}: It failed: connector.invalid_config.`,
  );
});

test("a failed sign-in concerns no object, and other errors are not touched", async () => {
  const signIn = error({}, "POST", "/oidc/token");
  const other = new TypeError("other");
  const ignored = new IncompleteError("ignored", "id1", { a: 1 });
  for (const failure of [signIn, other, ignored]) expect(await caught(failure)).toBe(failure);
});

test("an object that is incomplete keeps what it is, and its error has the context", async () => {
  expect(await caught(new IncompleteError(error(), "id1", { a: 1 }))).toMatchObject({
    name: "IncompleteError",
    id: "id1",
    outputs: { a: 1 },
    message: `Could not create ${noun}: It failed: connector.invalid_config.`,
  });
});
