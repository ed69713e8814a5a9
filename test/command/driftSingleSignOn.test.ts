/** `logto-sso drift` for a stack with a `SingleSignOn`. Without the Pulumi CLI. */
import { logtoSso } from "../runCli";
import { connectorInState, defaultProvider, exportOf, placeFor, stateIn } from "../exportedState";
import { type Logto, startLogto } from "../logto";

let logto: Logto;
beforeEach(async () => {
  logto = await startLogto();
});
afterEach(() => logto.close());

test("nothing is found if the connectors and the switch are as declared", async () => {
  logto.signInExperience.singleSignOnEnabled = true;
  const row = logto.connectors.insert({
    providerName: "OIDC",
    connectorName: "Acme",
    config: { clientId: "client", clientSecret: "canary-config", issuer: `${logto.idp}/acme` },
    domains: ["acme.com"],
  });
  const inputs = { enabled: true };
  const provider = defaultProvider();
  const singleSignOn = {
    ...connectorInState(row, provider),
    urn: "urn:pulumi:test::test::pulumi-nodejs:dynamic/logto:SingleSignOn::sso",
    type: "pulumi-nodejs:dynamic/logto:SingleSignOn",
    id: "single-sign-on",
    inputs,
    outputs: { ...inputs, tenantId: "default", endpoint: logto.url },
  };
  const place = placeFor(logto);
  const state = exportOf([provider, connectorInState(row, provider), singleSignOn]);
  expect(await logtoSso(place, ["drift", ...stateIn(place, state)])).toMatchObject({ code: 0, stderr: "" });
});
