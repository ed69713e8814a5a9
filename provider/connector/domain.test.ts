import { z } from "zod/v3";
import { canonicalDomain, domainOfAddress, domainsOf, isAcceptedAddress } from "./domain";

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

describe("an email address", () => {
  const zod = z.string().email();
  const long = `${"a".repeat(300)}@${"b".repeat(100)}.com`;

  test.each([
    "user@acme.com",
    "USER@ACME.COM",
    "user+tag@acme.com",
    "o'neil@acme.com",
    "first_last-x.y@a-b.acme.com",
    "_@acme.com",
    "1@1.de",
    "user@xn--mnchen-3ya.test",
    "user@a--b.com",
    "user@acme-.com",
    long,
  ])("%s is accepted", (email) => {
    expect([isAcceptedAddress(email), zod.safeParse(email).success]).toEqual([true, true]);
  });

  test.each([
    "user@münchen.test",
    "üser@acme.com",
    "user@acme",
    "user@acme.com.",
    "user@.acme.com",
    "user@acme..com",
    ".user@acme.com",
    "user.@acme.com",
    "us..er@acme.com",
    "us er@acme.com",
    " user@acme.com",
    "user@acme.com ",
    "user@acme.com\n",
    '"us er"@acme.com',
    "us@er@acme.com",
    "user@[1.2.3.4]",
    "user@1.2.3.4",
    "user@ac_me.com",
    "user@-acme.com",
    "user@acme.c",
    "user@acme.xn--p1ai",
    "user@acme.c0m",
    "user!@acme.com",
    "user@acme.com:443",
    "user@acme。com",
    "User <user@acme.com>",
    "@acme.com",
    "user@",
    "",
  ])("%j is refused", (email) => {
    expect([isAcceptedAddress(email), zod.safeParse(email).success]).toEqual([false, false]);
  });
});
