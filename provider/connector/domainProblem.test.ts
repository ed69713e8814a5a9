import { domainProblem, domainWarning } from "./domainProblem";

test.each([
  ["acme.com:443", "must not contain a port: specify only the domain, such as acme.com."],
  ["acme.com:", "must not contain a port: specify only the domain, such as acme.com."],
  ["acme.com:http", "is not a domain name, such as acme.com."],
  ["2001:db8::1", "is not a domain name, such as acme.com."],
  ["a:b:1", "is not a domain name, such as acme.com."],
  ["acme.com\\sso", "is not a domain name, such as acme.com."],
  ["acme.com?x", "is not a domain name, such as acme.com."],
  ["acme.com#x", "is not a domain name, such as acme.com."],
  ["acme%2ecom", "is not a domain name, such as acme.com."],
  ["acme.com|acme.org", "must be one domain: give each domain as an element of its own."],
  ["http://acme.com:80/", "is a URL: specify only the domain, such as acme.com."],
  [
    "acme-",
    "is not a domain name, such as acme.com: a part of one consists of letters, digits and hyphens, with no hyphen at either end.",
  ],
  [
    "acme.-com",
    "is not a domain name, such as acme.com: a part of one consists of letters, digits and hyphens, with no hyphen at either end.",
  ],
  [`${"a".repeat(64)}.com`, "is not a domain name: a part of one has at most 63 characters."],
  [`${"a".repeat(49)}.`.repeat(5) + "comm", "is not a domain name: one has at most 253 characters."],
  ["acme", "must have a dot, such as acme.com: Logto accepts no email address without one after the @."],
  ["gmail.com", "is a public email domain, which Logto rejects: anybody can have an address there."],
  ["192.0.2.1", "is an IP address: specify the domain of the email addresses, such as acme.com."],
  [
    "acme。com",
    'contains a character that is not written in addresses, which may be invisible: write "acme.com".',
  ],
])("%s is refused with what fits", (domain, problem) => {
  expect(domainProblem(domain)?.slice(JSON.stringify(domain).length + 1)).toBe(problem);
});

test.each([
  "a.com",
  "a-b.com",
  "a--b.com",
  "1.de",
  `${"a".repeat(63)}.com`,
  `${"a".repeat(49)}.`.repeat(5) + "com",
  "bücher.example",
  "mygmail.com",
  "gmail.com.acme.com",
])("%s is a domain", (domain) => {
  expect(domainProblem(domain)).toBeUndefined();
});

test("of a long text, the beginning is shown", () => {
  expect(domainProblem(`${"a".repeat(1000)} b`)).toBe(`"${"a".repeat(300)}" must not contain a space.`);
});

test("a domain is warned of if Logto finds no connector by it", () => {
  const topLevel = (domain: string) =>
    /top-level domain is ("[^"]*")/.exec(domainWarning(domain, []) ?? "")?.[1];
  expect(topLevel("acme.рф")).toBe('"xn--p1ai"');
  expect(topLevel("acme.c")).toBe('"c"');
  expect(topLevel("acme.com")).toBeUndefined();
  expect(topLevel("acme.de")).toBeUndefined();
  expect(domainWarning("bücher.example", ["bücher.example"])).toContain(
    'Specify "xn--bcher-kva.example" as well.',
  );
  for (const [domain, others] of [
    ["bücher.example", ["xn--bcher-kva.example"]],
    ["xn--bcher-kva.example", []],
    ["3m.com", []],
  ] as const)
    expect(domainWarning(domain, others)).toBeUndefined();
});
