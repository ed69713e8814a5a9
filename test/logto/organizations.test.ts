/** Organizations beyond the recordings: the lengths of IDs, links to connectors, and odd texts. */
import { type Logto, startLogto } from ".";
import { ApiClient, statusAndCode } from "./apiClient";

let logto: Logto;
beforeEach(async () => {
  logto = await startLogto({ retryDelayMs: 5 });
});
afterEach(() => logto.close());

const api = new ApiClient(() => logto);

describe("organizations", () => {
  test("an ID too long for its column is refused in a write and not found in a read", async () => {
    const { id: connectorId } = logto.connectors.insert({ providerName: "OIDC", connectorName: "a" });
    const organizationId = logto.organizations.make("Acme");
    const links = (id: string) => `/organizations/${id}/jit/sso-connectors`;
    const tooLong = [422, "entity.value_too_long"];
    for (const method of ["POST", "PUT"]) {
      const link = async (id: string, ...ssoConnectorIds: string[]) =>
        statusAndCode(await api.call(method, links(id), { ssoConnectorIds }));
      expect(await link("o".repeat(22), connectorId)).toEqual(tooLong);
      expect(await link("o".repeat(21), connectorId)).toEqual([422, "entity.relation_foreign_key_not_found"]);
      expect(await link(organizationId, "c".repeat(129))).toEqual(tooLong);
    }
    const ssoConnectorIds = [connectorId];
    const { body } = await api.call("POST", links("o".repeat(22)), { ssoConnectorIds });
    expect(body.data).toEqual({ message: "value too long for type character varying(21)" });
    expect(statusAndCode(await api.call("GET", links("o".repeat(22))))).toEqual([
      404,
      "entity.not_exists_with_id",
    ]);
    const removed = await api.call("DELETE", `${links("o".repeat(22))}/${connectorId}`);
    expect(statusAndCode(removed)).toEqual([404, "entity.not_found"]);
  });

  test("allow trusted devices, where Logto has the feature", async () => {
    const { id = "", ...created } = (await api.call("POST", "/organizations", { name: "Acme" })).body;
    expect(created).toMatchObject({ isTrustedDeviceAllowed: true });
    const path = `/organizations/${id}`;
    const patch = (body: object, at = path) => api.call("PATCH", at, body);
    const changed = { name: "Acme", isTrustedDeviceAllowed: false };
    expect((await patch({ isTrustedDeviceAllowed: false })).body).toMatchObject(changed);
    expect((await patch({ description: "", customCss: "" })).body).toMatchObject(changed);
    expect((await api.call("GET", path)).body).toMatchObject(changed);
    expect((await api.call("GET", "/organizations")).body).toMatchObject([changed]);
    expect(statusAndCode(await patch({ isTrustedDeviceAllowed: null }))).toEqual([
      400,
      "guard.invalid_input",
    ]);
    expect(statusAndCode(await patch({}))).toEqual([422, "entity.invalid_input"]);
    expect(statusAndCode(await patch({ customData: { "\ud800": 1 } }))).toEqual([
      422,
      "entity.invalid_input",
    ]);
    expect(statusAndCode(await patch({ customData: { "\0": 1 } }))).toEqual([500, undefined]);
    expect(statusAndCode(await patch({ id: "x" }, "/organizations/x"))).toEqual([
      422,
      "entity.invalid_input",
    ]);
    expect(statusAndCode(await patch({ name: "x" }, "/organizations/x"))).toEqual([404, "entity.not_exists"]);
    expect(statusAndCode(await patch({ name: "x" }, "/organizations/%00"))).toEqual([500, undefined]);

    logto.features.trustedDevices = false;
    const { status, body } = await patch({ name: "B", isTrustedDeviceAllowed: null });
    expect([status, body]).toEqual([200, expect.objectContaining({ name: "B" })]);
    const answers = [body, (await api.call("GET", path)).body];
    for (const one of answers) expect(one).not.toHaveProperty("isTrustedDeviceAllowed");
    expect(statusAndCode(await patch({ isTrustedDeviceAllowed: true }))).toEqual([
      422,
      "entity.invalid_input",
    ]);
  });

  test("are linked to connectors", async () => {
    const { id = "" } = (await api.call("POST", "/organizations", { name: "Acme", description: "" })).body;
    expect((await api.call("GET", `/organizations/${id}`)).body).toMatchObject({
      name: "Acme",
      description: null,
    });
    const [a, b] = ["second", "first"].map(
      (name) => logto.connectors.insert({ id: name, providerName: "OIDC", connectorName: name }).id,
    );
    const links = `/organizations/${id}/jit/sso-connectors`;
    const put = (ssoConnectorIds: unknown[], path = links) => api.call("PUT", path, { ssoConnectorIds });
    expect((await put([a, b])).status).toBe(204);
    expect(statusAndCode(await put([a, a]))).toEqual([422, "entity.unique_integrity_violation"]);
    expect(statusAndCode(await put([a, "nope"]))).toEqual([422, "entity.relation_foreign_key_not_found"]);
    expect((await api.call("POST", links, { ssoConnectorIds: [a, a] })).status).toBe(201);
    expect(statusAndCode(await api.call("POST", links, { ssoConnectorIds: [] }))).toEqual([
      400,
      "guard.invalid_input",
    ]);
    const page = await api.call("GET", `${links}?page=1&page_size=1`);
    expect([page.body, page.headers.get("total-number")]).toMatchObject([[{ id: "first" }], "2"]);
    expect(page.headers.get("link")).toContain(`<${logto.url}${links}?page=2&page_size=1>; rel="next"`);
    expect((await api.call("DELETE", `${links}/${a}`)).status).toBe(204);
    expect(statusAndCode(await api.call("DELETE", `${links}/${a}`))).toEqual([404, "entity.not_found"]);
    await api.call("DELETE", `/sso-connectors/${b}`);
    expect((await api.call("GET", links)).body).toEqual([]);
    expect((await put([], "/organizations/nope/jit/sso-connectors")).status).toBe(204);
    expect(statusAndCode(await api.call("GET", "/organizations/nope/jit/sso-connectors"))).toEqual([
      404,
      "entity.not_exists_with_id",
    ]);
    expect((await api.call("DELETE", `/organizations/${id}`)).status).toBe(204);
    expect(statusAndCode(await api.call("DELETE", `/organizations/${id}`))).toEqual([
      404,
      "entity.not_found",
    ]);
  });

  test("take odd domains just in time, but no NUL", async () => {
    const id = logto.organizations.make("Acme");
    const domains = `/organizations/${id}/jit/email-domains`;
    const add = async (emailDomain: string) =>
      statusAndCode(await api.call("POST", domains, { emailDomain }));
    expect(await add("a\ud800.test")).toEqual([201, undefined]);
    expect(await add("a\ud801.test")).toEqual([422, "entity.unique_integrity_violation"]);
    expect(await add("\u{1f600}".repeat(64))).toEqual([201, undefined]);
    expect(await add("a\0.test")).toEqual([500, undefined]);
    expect(logto.organizations.jitEmailDomains.of(id)).toEqual(["a\ufffd.test", "\u{1f600}".repeat(64)]);
    const put = (emailDomains: unknown[], path = domains) => api.call("PUT", path, { emailDomains });
    expect(statusAndCode(await put([], "/organizations/%00/jit/email-domains"))).toEqual([500, undefined]);
    expect(statusAndCode(await put([null]))).toEqual([400, "guard.invalid_input"]);
    expect(statusAndCode(await api.call("GET", "/organizations/%00/jit/email-domains"))).toEqual([
      500,
      undefined,
    ]);
    expect(logto.organizations.jitEmailDomains.of(id)).toHaveLength(2);

    // Written, but refused by the check of each response.
    expect(await add("\u{1f600}".repeat(65))).toEqual([500, undefined]);
    expect((await api.call("GET", domains)).status).toBe(500);
    expect((await put([""])).status).toBe(204);
    expect((await api.call("GET", domains)).status).toBe(500);
    expect((await put([])).status).toBe(204);
    expect((await api.call("GET", domains)).body).toEqual([]);
  });

  test("are searched as with ILIKE, and by one text only", async () => {
    // A search finds IDs as well, so these are none of a real Logto.
    const names = ["50%", "50", "a_b", "A\\b"];
    for (const [index, name] of names.entries()) logto.organizations.put(`-${index}`, name, []);
    const found = async (q: string) => {
      const { body } = await api.call("GET", `/organizations?q=${encodeURIComponent(q)}`);
      return (body as unknown as { name: string }[]).map(({ name }) => name).sort();
    };
    expect(await found("50")).toEqual(["50", "50%"]);
    expect(await found("50\\%")).toEqual(["50%"]);
    expect(await found("a_B")).toEqual(["A\\b", "a_b"]);
    expect(await found("a\\_b")).toEqual(["a_b"]);
    expect(await found("a\\\\b")).toEqual(["A\\b"]);
    expect(await found("\\")).toEqual(["50%"]);
    expect(await found(".")).toEqual([]);
    expect(statusAndCode(await api.call("GET", "/organizations?q=%00"))).toEqual([500, undefined]);
    expect(statusAndCode(await api.call("GET", "/organizations?q=a&q=b"))).toEqual([
      400,
      "guard.invalid_input",
    ]);
  });
});
