import { unknown, type Values } from "../values";
import { attributeMappingProblem, idAttributeChange, nameIdWarning } from "./attributeMapping";

/** What becomes of users, and the field that has the attribute instead. */
const verdict = (mapping: Values) => {
  const problem = attributeMappingProblem(mapping);
  if (problem === undefined) return "works";
  const [, field, taker] = /to both (\w+).*? and (\w+)/.exec(problem.message) ?? [];
  return `${problem.isWarning ? "warning" : "error"}: ${field} to ${taker}`;
};

test.each<[Values, string]>([
  [{}, "works"],
  [{ id: "nameID", email: "email", name: "name" }, "works"],
  [{ id: "uid", email: "mail", name: "cn" }, "works"],
  [{ id: "email", email: "nameID" }, "works"],
  [{ id: "name", name: "nameID" }, "works"],
  [{ id: "NameID" }, "works"],
  [{ id: "Email", email: "email" }, "works"],
  [{ email: undefined, name: null }, "works"],
  [{ email: "nameID" }, "error: id to email"],
  [{ name: "nameID" }, "error: id to name"],
  [{ id: "email" }, "error: id to email"],
  [{ id: "name" }, "error: id to name"],
  [{ id: "uid", email: "uid" }, "error: id to email"],
  [{ id: "uid", email: "uid", name: "uid" }, "error: id to name"],
  [{ email: "nameID", name: "nameID" }, "error: id to name"],
  [{ name: "email" }, "warning: email to name"],
  [{ email: "name" }, "warning: email to name"],
  [{ id: "uid", email: "mail", name: "mail" }, "warning: email to name"],
  [{ id: unknown, email: "nameID" }, "works"],
  [{ id: "email", email: unknown }, "works"],
  [{ email: "email", name: unknown }, "works"],
  [{ email: unknown, name: "nameID" }, "error: id to name"],
])("%j: %s", (mapping, expected) => {
  expect(verdict(mapping)).toBe(expected);
});

test("the message says which field has the attribute, what follows, and what to write", () => {
  expect(attributeMappingProblem({ email: "nameID" })?.message).toBe(
    'copies the attribute "nameID" to both id (by default) and email, but Logto copies an attribute to one field only, here ' +
      'email. Without an ID, Logto refuses every sign-in (401 "Invalid SAML assertion"), unless the identity provider sends an ' +
      'attribute named id: then specify id: "id". Specify an attribute for each, such as { id: "ANOTHER_ATTRIBUTE", email: "nameID" }.',
  );
  expect(attributeMappingProblem({ id: "email" })?.message).toContain(
    'such as { id: "nameID", email: "email" }.',
  );
  expect(attributeMappingProblem({ name: "email" })?.message).toContain(
    'Users sign in without an email address. Specify an attribute for each, such as { email: "email", name: "ANOTHER_ATTRIBUTE" }.',
  );
  expect(attributeMappingProblem({ email: "name" })?.message).toContain('then specify email: "email"');
  expect(attributeMappingProblem({ id: "" })?.message).toContain("has no attribute for id");
  const secret = attributeMappingProblem({
    id: "https://u:canary@acme.com",
    email: "https://u:canary@acme.com",
  });
  expect(secret?.message).toContain("[secret]");
  expect(secret?.message).not.toContain("canary");
});

test.each([
  "NameID",
  "nameId",
  "nameid",
  "NAMEID",
  "name_id",
  "name-id",
  "Name ID",
  "saml2:NameID",
  " NameID",
])("the name ID spelt %j", (attribute) => {
  expect(nameIdWarning(attribute)).toContain('Write "nameID"');
});

test.each([
  "nameID",
  "nameIdentifier",
  "username",
  "name",
  "uid",
  "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier",
  "urn:oid:0.9.2342.19200300.100.1.1",
])("%j is an attribute as it stands", (attribute) => {
  expect(nameIdWarning(attribute)).toBeUndefined();
});

test("another attribute for the users' ID makes them unknown", () => {
  const change = (before: Values | undefined, after: unknown) =>
    idAttributeChange({ attributeMapping: before }, { attributeMapping: after })?.message.split(". ")[0];
  expect(change({ id: "uid" }, { id: "sub" })).toBe(
    'the attribute of the users\' ID changes from "uid" to "sub"',
  );
  expect(change(undefined, { id: "uid" })).toContain('from "nameID" to "uid"');
  expect(change({ id: "uid", email: "mail" }, { email: "mail" })).toContain('from "uid" to "nameID"');
  expect(change({ id: "NameID" }, {})).toContain('from "NameID" to "nameID"');
  expect(change(undefined, { id: "nameID" })).toBeUndefined();
  expect(change({ id: "nameID" }, undefined)).toBeUndefined();
  expect(change({ email: "mail" }, { email: "email", name: "cn" })).toBeUndefined();
  // Nobody is known by an ID that nobody has, and what is not known yet may be the same.
  expect(change({ email: "nameID" }, { id: "uid", email: "nameID" })).toBeUndefined();
  expect(change({ id: "uid" }, { id: unknown })).toBeUndefined();
  expect(change({ id: "uid" }, unknown)).toBeUndefined();
});
