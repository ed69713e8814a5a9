/** The examples in the schema of the plugin: they are what Pulumi's code makes of their sources, and the import commands work. */
import { readFileSync } from "node:fs";
import schema from "../../provider/plugin/schema.json";
import { convertedFile, convertedText } from "../docs/examples";
import type { Logto } from "../logto";
import { eachWithLogto, stackOf } from "../tenant";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

test("test/docs/examples/converted.json equals the output of `npm run examples`", async () => {
  expect(readFileSync(convertedFile, "utf8")).toBe(await convertedText());
}, 900_000);

test("each resource can be imported as its description says", async () => {
  const config = { metadataUrl: `${logto.idp}/saml/metadata` };
  const { id } = logto.connectors.insert({ providerName: "SAML", connectorName: "Acme", config });
  const { id: defaultApplicationId } = logto.applications.insert({ type: "Traditional" });
  const portal = { connectorId: id, defaultApplicationId, autoSendAuthorizationRequest: true };
  logto.idpInitiatedAuth.insert(portal);
  logto.organizations.put("x7h2v9c4t1pz", "Acme", [id]);
  const key = await logto.signingKeys.make(id, false);
  const ids: Readonly<Record<string, string>> = { csr2llzfwmay: id, f3q8m1zk0d2r: key.id };
  const stack = await stackOf(logto, { yaml: {} });
  for (const [type, { description }] of Object.entries(schema.resources)) {
    const [, command = ""] = /\npulumi (import .*)\n/.exec(description) ?? [];
    const args = command.replaceAll(/[a-z\d]{12}/g, (exampleId) => ids[exampleId] ?? exampleId).split(" ");
    await stack.pulumi([...args, "--yes"]);
    expect(stack.export().deployment.resources?.map((resource) => resource.type)).toContain(type);
  }
});
