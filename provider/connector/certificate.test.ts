import { X509Certificate } from "node:crypto";
import { expired, future, pem, rsa } from "../../test/provider/inputs/certificates";
import { canonicalCertificate, certificatesIn, readCertificate, validityWarning } from "./certificate";

const [valid, old, coming] = [rsa, expired, future].map((one) => new X509Certificate(pem(one))) as [
  X509Certificate,
  X509Certificate,
  X509Certificate,
];
const year = (number: number) => Date.UTC(number, 0, 1);

test.each<[string, readonly X509Certificate[], number, RegExp | undefined]>([
  ["at its first moment", [valid], year(2020), undefined],
  ["at its last moment", [valid], year(2100) - 1, undefined],
  ["at its end", [valid], year(2100), /expired on 2100-01-01\./],
  ["before its first moment", [valid], year(2020) - 1, /is not valid before 2020-01-01\./],
  ["if another one is valid", [old, valid, coming], year(2050), undefined],
  ["if the next one follows later", [old, coming], year(2050), /is not valid before 2100-01-01\./],
  ["if two follow", [coming, valid], year(1999), /is not valid before 2020-01-01\./],
  ["if all have expired", [old, valid], year(2101), /expired on 2100-01-01\./],
  ["if there is none", [], year(2050), undefined],
])("whether certificates are valid: %s", (_when, certificates, now, expected) => {
  const warning = validityWarning(certificates, now);
  if (expected === undefined) expect(warning).toBeUndefined();
  else expect(warning).toMatch(expected);
});

const form =
  "is not a valid X.509 certificate: give it as PEM (-----BEGIN CERTIFICATE-----) or as bare base64.";
const label = (name: string) => `-----BEGIN ${name}-----\nAAAA\n-----END ${name}-----\n`;

test.each([
  ["a text", "nonsense", form],
  ["a text of several lines, of which the last is the name of a file", "see\nidp.pem", form],
  ["the name of a file in a sentence", "the file idp.pem has it", form],
  ["the name of another file", "idp.pem.bak", form],
  ["base64 of PEM behind something else", `x LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t`, form],
  ["the label of nothing", "-----BEGIN -----\nAAAA", form],
  ["a certificate that is none", label("CERTIFICATE"), form],
  ["another kind", label("PKCS7"), form.replace(": give", ", but a PKCS7: give")],
])("%s is refused with what fits: %s", (_what, text, message) => {
  expect(readCertificate(text)).toEqual({ message });
});

test.each([
  ["./idp.pem", "it is the name of a file"],
  ["C:\\Users\\me\\Acme IdP.CER \n", "it is the name of a file"],
  ["idp.crt", "it is the name of a file"],
  ["idp.cert", "it is the name of a file"],
  ["idp.der", "it is the name of a file"],
  [` \n${Buffer.from(pem(rsa)).toString("base64")}`, "it is PEM that was encoded as base64 once more"],
  [pem(rsa).slice(0, 400), "the line -----END CERTIFICATE----- is missing"],
])("%j: %s", (text, problem) => {
  expect(readCertificate(text)).toEqual({ message: expect.stringContaining(problem) as string });
});

test("the certificates of a text are found in blocks of PEM with any text around them, or in bare base64", () => {
  const names = (text: string) => certificatesIn(text).map(({ subject }) => subject);
  const [first, second] = [valid.subject, old.subject];
  expect(names(`a\n${pem(rsa)}b\n${pem(expired, "TRUSTED CERTIFICATE")}c`)).toEqual([first, second]);
  expect(names(rsa)).toEqual([first]);
  expect(names(`${rsa} ${pem(expired)}`)).toEqual([second]);
  expect(names(pem(rsa).replace("END CERTIFICATE", "END X509 CERTIFICATE"))).toEqual([]);
  expect(names("nonsense")).toEqual([]);
});

test("a text with one certificate is brought to PEM, and one that Logto reads, or with several, is left as it is", () => {
  const canonical = valid.toString();
  for (const text of [rsa, pem(rsa), ` \t${pem(rsa)}\r\n`, pem(rsa).replaceAll("\n", " ")])
    expect(canonicalCertificate(text)).toBe(text);
  for (const text of [
    `subject=CN = a\n${pem(rsa)}`,
    `${pem(rsa)}x`,
    `\uFEFF${rsa}`,
    pem(rsa, "X509 CERTIFICATE"),
  ])
    expect(canonicalCertificate(text)).toBe(canonical);
  for (const text of [
    pem(rsa) + pem(expired),
    `subject=CN = a\n${pem(rsa)}${pem(expired)}`,
    "no certificate",
  ])
    expect(canonicalCertificate(text)).toBe(text);
});
