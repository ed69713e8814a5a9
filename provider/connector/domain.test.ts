import { canonicalDomain, domainOfAddress, domainsOf } from "./domain";

const connector = (domains: unknown) => ({ domains }) as never;

test("domains are compared in lower case, each once", () => {
  expect(canonicalDomain("ACME.com")).toBe("acme.com");
  expect(domainsOf(connector(["ACME.com", "acme.com", "b.com"]))).toEqual(["acme.com", "b.com"]);
  expect(domainsOf(connector(undefined))).toEqual([]);
  expect(domainsOf(connector("acme.com"))).toEqual([]);
});

test("the domain of an address is what follows its first @", () => {
  expect(domainOfAddress("user@ACME.com")).toBe("acme.com");
  expect(domainOfAddress("user@acme.com@b.com")).toBe("acme.com");
  expect(domainOfAddress("user")).toBe("");
});
