/** Moving a stack between the front ends, and with it between languages: by aliases, without a request or a replacement. */
import * as logtoSso from "pulumi-logto-sso";
import { installPlugin, installYamlHost } from "../engine/plugins";
import { findCli, type Stack } from "../engine";
import { type Logto, startLogto } from "../logto";
import { accessTo, eachWithLogto, stackOf } from "../tenant";

let logto: Logto;
let staging: Logto;
eachWithLogto(async (started) => {
  logto = started;
  staging = await startLogto();
});
afterEach(() => staging.close());

const config = () => ({ clientId: "client", clientSecret: "canary-config", issuer: `${logto.idp}/acme` });
const tenant = () => ({ endpoint: staging.url, clientId: "m2m", clientSecret: "canary-m2m" });

const inTypeScript = (providerName: "OIDC" | "Okta") => () => {
  const acme = new logtoSso.SsoConnector("acme", {
    providerName,
    config: config(),
    domains: ["acme.com"],
  });
  const provider = new logtoSso.Provider("staging", tenant());
  const saml = new logtoSso.SsoConnector("saml", { providerName: "SAML" }, { provider });
  const { id: organizationId } = new logtoSso.Organization("customer");
  new logtoSso.OrganizationJitRoles("customer", { organizationId, roles: ["member"] });
  new logtoSso.OrganizationJitEmailDomains("customer", { organizationId, emailDomains: ["mail.acme.com"] });
  return { redirectUri: acme.redirectUri, spEntityId: saml.spEntityId };
};
const ofCustomer = (type: string, properties: object) => ({
  type: `logto:${type}`,
  properties: { organizationId: "${organization.id}", ...properties },
  options: { deletedWith: "${organization}" },
  name: "customer",
});
const inYaml = () => ({
  yaml: {
    resources: {
      acme: {
        type: "logto:SsoConnector",
        properties: {
          providerName: "OIDC",
          config: { ...config(), clientSecret: { "fn::secret": "canary-config" } },
          domains: ["acme.com"],
        },
      },
      staging: {
        type: "pulumi:providers:logto",
        properties: { ...tenant(), clientSecret: { "fn::secret": "canary-m2m" } },
      },
      saml: {
        type: "logto:SsoConnector",
        properties: { providerName: "SAML" },
        options: { provider: "${staging}" },
      },
      organization: { type: "logto:Organization", name: "customer" },
      roles: ofCustomer("OrganizationJitRoles", { roles: ["member"] }),
      domains: ofCustomer("OrganizationJitEmailDomains", { emailDomains: ["mail.acme.com"] }),
    },
    outputs: { redirectUri: "${acme.redirectUri}", spEntityId: "${saml.spEntityId}" },
  },
});

const idsOf = (stack: Stack) =>
  (stack.export().deployment.resources ?? [])
    .flatMap(({ id, type }) => (/SsoConnector|Organization/.test(type) ? [id] : []))
    .sort();

async function withPlugin(stack: Stack): Promise<void> {
  const { PULUMI_HOME = "" } = stack.env;
  await Promise.all([installYamlHost(await findCli(), PULUMI_HOME), installPlugin(PULUMI_HOME)]);
}

test("a TypeScript program becomes a YAML program, and comes back", async () => {
  logto.organizationRoles.insert({ name: "member" });
  const stack = await stackOf(logto, inTypeScript("OIDC"), { config: accessTo(logto) });
  await withPlugin(stack);
  await stack.up();
  const ids = idsOf(stack);
  expect(ids).toHaveLength(5);
  logto.takeLog();
  staging.takeLog();

  await stack.writeProgram(inYaml());
  const moved = await stack.up(["--diff"]);
  expect(moved.stdout).not.toMatch(/replace|delete/);
  expect(idsOf(stack)).toEqual(ids);
  expect([...logto.takeLog(), ...staging.takeLog()]).toEqual([]);
  expect(await stack.outputs()).toEqual({
    redirectUri: `${logto.url}/callback/${logto.named("acme").id}`,
    spEntityId: `${staging.url}/enterprise-sso/${staging.named("saml").id}`,
  });
  await stack.pulumi(["up", "--yes", "--expect-no-changes"]);

  await stack.writeProgram(inTypeScript("Okta"));
  const refused = await stack.up([], { mayFail: true });
  expect(refused.stdout).toContain("it cannot be replaced (providerName) in the run that moves it");
  expect(logto.takeLog()).toEqual([]);
  await stack.writeProgram(inTypeScript("OIDC"));
  const back = await stack.up(["--diff"]);
  expect(back.stdout).not.toMatch(/replace|delete/);
  expect(idsOf(stack)).toEqual(ids);
  expect([...logto.takeLog(), ...staging.takeLog()]).toEqual([]);
  await stack.pulumi(["up", "--yes", "--refresh", "--expect-no-changes"]);
  await stack.destroy();
  expect(logto.connectors.rows.size + staging.connectors.rows.size + logto.organizations.rows.length).toBe(0);
});
