/** IdP-initiated sign-in beyond the recordings: rows changed by hand, features switched at run time, faults. */
import { type Logto, startLogto } from ".";
import { ApiClient, statusAndCode } from "./apiClient";

let logto: Logto;
beforeEach(async () => {
  logto = await startLogto({ retryDelayMs: 5 });
});
afterEach(() => logto.close());

const api = new ApiClient(() => logto);
const path = (connectorId: string) => `/sso-connectors/${connectorId}/idp-initiated-auth-config`;
const connector = () => logto.connectors.insert({ providerName: "SAML", connectorName: "saml" }).id;
const webApp = (...redirectUris: string[]) =>
  logto.applications.insert({
    type: "Traditional",
    oidcClientMetadata: { redirectUris, postLogoutRedirectUris: [] },
  }).id;

test("a config that was inserted by hand can be read, changed and deleted", async () => {
  const [connectorId, defaultApplicationId] = [connector(), webApp()];
  const row = logto.idpInitiatedAuth.insert({ connectorId, defaultApplicationId });
  expect((await api.call("GET", path(connectorId))).body).toEqual({
    tenantId: "default",
    connectorId,
    defaultApplicationId,
    redirectUri: null,
    authParameters: {},
    autoSendAuthorizationRequest: true,
    clientIdpInitiatedAuthCallbackUri: null,
    createdAt: row.createdAt,
  });
  row.redirectUri = "https://app.acme.com/gone";
  expect((await api.call("GET", path(connectorId))).body).toMatchObject({
    redirectUri: "https://app.acme.com/gone",
  });
  expect((await api.call("DELETE", path(connectorId))).status).toBe(204);
  expect(logto.idpInitiatedAuth.rows.size).toBe(0);
});

test("a PUT replaces everything except createdAt", async () => {
  const [connectorId, first, second] = [connector(), webApp("https://app.acme.com/callback"), webApp()];
  logto.idpInitiatedAuth.insert({ connectorId, defaultApplicationId: first, createdAt: 1 });
  const put = (body: object) => api.call("PUT", path(connectorId), body);
  const parameters = { ui_locales: "de", prompt: "login", scope: "email", a: "b" };
  const full = { redirectUri: "https://app.acme.com/callback", authParameters: parameters };
  await put({ defaultApplicationId: first, autoSendAuthorizationRequest: true, ...full });
  const row = () => logto.idpInitiatedAuth.rows.get(connectorId);
  expect(row()).toMatchObject({ ...full, createdAt: 1 });
  const { body } = await api.call("GET", path(connectorId));
  const { authParameters } = body as { authParameters?: object };
  expect(Object.keys(authParameters ?? {})).toEqual(["scope", "a", "prompt", "ui_locales"]);
  await put({ defaultApplicationId: second, autoSendAuthorizationRequest: true });
  expect(row()).toMatchObject({
    defaultApplicationId: second,
    redirectUri: null,
    authParameters: {},
    createdAt: 1,
  });
});

test("the checks run in order: connector, application, callback", async () => {
  const oidc = logto.connectors.insert({ providerName: "OIDC", connectorName: "oidc" });
  const native = logto.applications.insert({ type: "Native" });
  const body = { autoSendAuthorizationRequest: false, clientIdpInitiatedAuthCallbackUri: "" };
  const put = async (connectorId: string, defaultApplicationId: string) =>
    statusAndCode(await api.call("PUT", path(connectorId), { ...body, defaultApplicationId }));
  const prefix = "single_sign_on.idp_initiated_authentication";
  expect(await put(oidc.id, "nope")).toEqual([400, `${prefix}_not_supported`]);
  const connectorId = connector();
  expect(await put(connectorId, "nope")).toEqual([404, "entity.not_exists_with_id"]);
  expect(await put(connectorId, native.id)).toEqual([400, `${prefix}_invalid_application_type`]);
  expect(await put(connectorId, webApp())).toEqual([400, "guard.invalid_input"]);
});

test("a config is deleted with its application and with its connector", async () => {
  const [connectorId, defaultApplicationId] = [connector(), webApp()];
  logto.idpInitiatedAuth.insert({ connectorId, defaultApplicationId });
  logto.applications.remove(defaultApplicationId);
  expect(logto.idpInitiatedAuth.rows.size).toBe(0);
  logto.idpInitiatedAuth.insert({ connectorId, defaultApplicationId: webApp() });
  await api.call("DELETE", `/sso-connectors/${connectorId}`);
  expect(logto.idpInitiatedAuth.rows.size).toBe(0);
});

test("without the feature every request is a plain-text 404, and existing configs remain", async () => {
  const [connectorId, defaultApplicationId] = [connector(), webApp()];
  logto.idpInitiatedAuth.insert({ connectorId, defaultApplicationId });
  logto.features.idpInitiatedAuth = false;
  for (const method of ["GET", "PUT", "DELETE", "POST"]) {
    const { status, text } = await api.call(method, path(connectorId));
    expect([status, text]).toEqual([404, "Not Found"]);
  }
  logto.features.idpInitiatedAuth = true;
  expect((await api.call("GET", path(connectorId))).status).toBe(200);
});

test("features are switched by the control interface, or from the start by an option", async () => {
  const post = (body: object) => api.send("POST", "/_features", {}, JSON.stringify(body));
  expect((await post({ idpInitiatedAuth: false })).body).toEqual({
    signingKeys: true,
    tokenStorage: true,
    idpInitiatedAuth: false,
    trustedDevices: true,
  });
  expect((await api.call("GET", path("any"))).text).toBe("Not Found");
  for (const wrong of [{ idpInitiatedAuth: 1 }, { nothing: true }]) {
    expect((await post(wrong)).body).toMatchObject({ features: Object.keys(logto.features) });
  }
  expect((await api.send("GET", "/_features", {})).body).toMatchObject({ idpInitiatedAuth: false });
  expect(logto.log.filter(({ path: requested }) => requested === "/_features")).toEqual([]);
  await logto.close();
  logto = await startLogto({ idpInitiatedAuth: false });
  expect((await api.call("GET", path("any"))).text).toBe("Not Found");
});

test("faults apply to requests for a config: a PUT whose response is lost is written", async () => {
  const [connectorId, defaultApplicationId] = [connector(), webApp()];
  const aim = { method: "PUT", path: /\/idp-initiated-auth-config$/ };
  const put = () =>
    api.call("PUT", path(connectorId), { defaultApplicationId, autoSendAuthorizationRequest: true });
  logto.faults.arm("503", aim);
  expect((await put()).status).toBe(503);
  expect(logto.idpInitiatedAuth.rows.size).toBe(0);
  logto.faults.arm("504 with JSON after", aim);
  expect((await put()).status).toBe(504);
  expect(logto.idpInitiatedAuth.rows.get(connectorId)).toMatchObject({ defaultApplicationId });
});
