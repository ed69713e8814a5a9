import { samlMetadata } from "../../test/logto";
import { next, pem, rsa } from "../../test/provider/inputs/certificates";
import { connectorInputs, signingKeyOutputs } from "./resources";
import { writtenAs } from "./writing";

const readable = samlMetadata("urn:idp", "https://idp.acme.com/sso");
const windows = (text: string) => text.replaceAll("\n", "\r\n");

test("only what another writing leaves the same is written as in the model", () => {
  const model = { certificate: pem(next), fingerprint: "a\n", expiresAt: "a\n" };
  const same = { certificate: windows(pem(next)), fingerprint: "a\r\n", more: 1 };
  expect(writtenAs(signingKeyOutputs, model, same)).toEqual({ ...same, certificate: pem(next) });
  const other = { certificate: windows(pem(rsa)) };
  expect(writtenAs(signingKeyOutputs, model, other)).toEqual(other);
});

test.each([
  ["not in the model", undefined, "<a/>\r\n", "<a/>\r\n"],
  ["of another type in the model", 1, "<a/>\n", "<a/>\n"],
  ["of another type", "<a/>", 1, 1],
  ["that cannot be read, in another writing", "<a>\n</a>", "<a>\r\n</a>", "<a>\r\n</a>"],
  ["that can be read, in another writing", readable, `\uFEFF${windows(readable)}\n`, readable],
  ["that Logto cannot read for white space", readable.replace("Certificate>", "$&\n  "), readable, readable],
  [
    "with white space in the text of an element",
    readable,
    readable.replace("NameIDFormat>", "$& "),
    readable.replace("NameIDFormat>", "$& "),
  ],
  ["of other content", readable, readable.replace("/sso", "/SSO"), readable.replace("/sso", "/SSO")],
])("metadata %s", (_what, inModel, metadata, expected) => {
  const values = { config: { metadata, clientSecret: "a\r\n" } };
  const model = { config: { metadata: inModel, clientSecret: "a\n" } };
  expect(writtenAs(connectorInputs, model, values)).toEqual({
    config: { metadata: expected, clientSecret: "a\r\n" },
  });
});

test("two texts without a certificate are the same only character by character", () => {
  const values = { certificate: "\r\n" };
  expect(writtenAs(signingKeyOutputs, { certificate: "\n" }, values)).toEqual(values);
});
