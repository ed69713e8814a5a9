import { next, pem, rsa } from "../../test/provider/inputs/certificates";
import { connectorInputs, signingKeyOutputs } from "./resources";
import { writtenAs } from "./writing";

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
  ["of other bytes", "<a/>\n", "<a />\n", "<a />\n"],
  ["with a line more", "<a>\n</a>", "<a>\n\n</a>", "<a>\n\n</a>"],
  ["with other white space at the beginning of a line", "<a>\n</a>", "<a>\n </a>", "<a>\n </a>"],
  ["with other line breaks", "<a>\n</a>\n", "\uFEFF<a>\r\n</a>", "<a>\n</a>\n"],
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
