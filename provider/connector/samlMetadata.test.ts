import { X509Certificate } from "node:crypto";
import { samlMetadata } from "../../test/logto";
import { ec, expired, future, pem } from "../../test/provider/inputs/certificates";
import { readSamlMetadata, signingCertificates, unsignedRequestsWarning } from "./samlMetadata";

/** By the names of their subjects. */
const pems = { old: pem(expired), new: pem(future), ec: pem(ec) };

const bare = (pem: string) => pem.replace(/-----[^-]+-----|\s/g, "");
const key = (certificate: string, use = ' use="signing"', prefix = "ds:") =>
  `<md:KeyDescriptor${use}><${prefix}KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><${prefix}X509Data><${prefix}X509Certificate>${certificate}</${prefix}X509Certificate></${prefix}X509Data></${prefix}KeyInfo></md:KeyDescriptor>`;
const metadata = (keys: string, before = "", after = "") =>
  `<?xml version="1.0"?>${before}<md:EntityDescriptor entityID="urn:idp"><md:IDPSSODescriptor a="x > y">${keys}</md:IDPSSODescriptor>${after}</md:EntityDescriptor>`;
const namesIn = (xml: string) =>
  signingCertificates(xml).map(({ subject }) => subject.replace(/^CN=(\w+).*/, "$1"));

test("returns exactly the certificates with which the identity provider may sign", () => {
  const keys =
    key(bare(pems.old)) +
    key(bare(pems.new), "") +
    key(bare(pems.ec), " use = 'encryption'") +
    key(bare(pems.old), " use='signing'");
  const serviceProvider = `<md:SPSSODescriptor>${key(bare(pems.ec))}</md:SPSSODescriptor>`;
  const signature = `<ds:Signature><ds:X509Certificate>${bare(pems.ec)}</ds:X509Certificate></ds:Signature>`;
  expect(namesIn(metadata(keys, "", serviceProvider + signature))).toEqual(["old", "new", "old"]);
});

test.each([
  ["the lines of a PEM", (pem: string) => pem],
  ["CRLF", (pem: string) => `\r\n${bare(pem).replace(/.{64}/g, "$&\r\n")}\r\n`],
  [
    "character references for line breaks",
    (pem: string) => bare(pem).replace(/.{64}/g, "$&&#13;\n&#xD;&#x0A;"),
  ],
  ["CDATA", (pem: string) => `<![CDATA[${bare(pem)}]]>`],
  ["a comment", (pem: string) => `${bare(pem).slice(0, 20)}<!-- > </x> -->${bare(pem).slice(20)}`],
])("a certificate with %s", (_what, write) => {
  expect(namesIn(metadata(key(write(pems.new))))).toEqual(["new"]);
  expect(namesIn(metadata(key(write(pems.new), ' use="signing"', "")))).toEqual(["new"]);
});

test("comments, declarations and what is no certificate are skipped", () => {
  const doctype = "<!DOCTYPE x [<!ENTITY y 'z'>]>";
  expect(namesIn(`\ufeff${metadata(key(bare(pems.new)), doctype)}`)).toEqual(["new"]);
  expect(namesIn(metadata(`<!-- ${key(bare(pems.old))} -->${key(bare(pems.new))}`))).toEqual(["new"]);
  const cutOff = metadata(key(bare(pems.old)) + key(bare(pems.new)));
  expect(namesIn(cutOff.slice(0, -600))).toEqual([]);
  expect(namesIn(metadata(key("bm8gY2VydGlmaWNhdGU=") + key(bare(pems.new))))).toEqual(["new"]);
  for (const text of ["", "no XML", "<a", '<a b="', "<!--", "<![CDATA[", "<?"])
    expect(namesIn(text)).toEqual([]);
});

test("where none is for signing, Logto takes those of any use and role", () => {
  const encryption = key(bare(pems.ec), ' use="encryption"');
  const serviceProvider = `<md:SPSSODescriptor>${key(bare(pems.new))}</md:SPSSODescriptor>`;
  expect(namesIn(metadata(encryption, "", serviceProvider))).toEqual(["ec", "new"]);
});

test.each(["PD94bWw", "PG1kOkVud", "PEVudGl0"])(
  "%s at the beginning is base64, and elsewhere is not",
  (begin) => {
    const problemOf = (text: string) => {
      const read = readSamlMetadata(text);
      return "message" in read ? read.message : "none";
    };
    expect(problemOf(` ${begin}AAAA`)).toBe("is SAML metadata encoded as base64: decode it first.");
    expect(problemOf(`x${begin}`)).toContain("is not SAML metadata: it must be XML");
  },
);

test.each([
  ["a page", "<HTML><body>sign in</body></HTML>", "is a page of a website"],
  ["a page behind a comment", "<!-- login --><Html></Html>", "is a page of a website"],
  ["a page with a document type", "<!DOCTYPE HTML><p>x</p>", "is a page of a website"],
  ["other XML", "<root/>", "is not SAML metadata"],
])("%s is refused for what it is", (_what, text, expected) => {
  const read = readSamlMetadata(text);
  expect("message" in read && read.message).toContain(expected);
});

test.each([
  ["https://idp.acme.com/sso", undefined],
  ["HTTP://idp.acme.com/sso", undefined],
  ["ftp://idp.acme.com/sso", "has a SingleSignOnService whose Location is not a URL"],
])("an address to sign in at is a URL of HTTP: %s", (location, problem) => {
  const read = readSamlMetadata(samlMetadata("urn:idp", location));
  expect("message" in read ? read.message : undefined).toEqual(problem && expect.stringContaining(problem));
});

test("of a long name, as much is shown as tells what it is", () => {
  const read = readSamlMetadata(`<${"a".repeat(90)}/>`);
  expect("message" in read && read.message).toContain(`its root is "${"a".repeat(80)}".`);
});

test("the result is certificates", () => {
  expect(signingCertificates(metadata(key(bare(pems.new))))[0]).toBeInstanceOf(X509Certificate);
});

test.each(["<?", "<![CDATA["])("many %s that do not end are refused without being parsed", (begin) => {
  const xml = metadata(key(bare(pems.new)), "", begin.repeat(20_000));
  expect(readSamlMetadata(xml)).toEqual({ message: expect.stringContaining("have no end") as string });
  expect(signingCertificates(xml)).toEqual([]);
});

test("many that do end, and some in comments, are parsed", () => {
  const xml = metadata(key(bare(pems.new)), "<?a b?>".repeat(500), "<!--<?-->".repeat(50));
  expect(signingCertificates(xml)).toHaveLength(1);
});

describe("metadata that asks for signed requests", () => {
  const asking = (attribute: string) =>
    samlMetadata("urn:idp", "https://idp.acme.com/sso").replace('WantAuthnRequestsSigned="false"', attribute);
  const asks = asking('WantAuthnRequestsSigned="true"');

  test.each([
    [asks, undefined, true],
    [asks, null, true],
    [asks, false, true],
    [asks, true, false],
    // A value that is not known yet.
    [asks, Symbol("unknown"), false],
    [asking("WantAuthnRequestsSigned=' 1 '"), undefined, true],
    [asking('WantAuthnRequestsSigned="0"'), undefined, false],
    [asking('wantAuthnRequestsSigned="true"'), undefined, false],
    [asking(""), undefined, false],
    // That of a service provider says whether it signs, and nothing of the identity provider.
    [
      asking("").replace("</md:EntityDescriptor>", '<md:SPSSODescriptor WantAuthnRequestsSigned="true"/>$&'),
      false,
      false,
    ],
    // What Logto refuses needs no warning.
    [asks.replace("HTTP-Redirect", "HTTP-POST"), undefined, false],
    ["", undefined, false],
  ])("case %#", (xml, signAuthnRequest, isWarned) => {
    expect(unsignedRequestsWarning(xml, signAuthnRequest) !== undefined).toBe(isWarned);
  });
});
