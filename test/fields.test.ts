/** Drift, field by field: found at its path, put right by one PATCH, and nothing else taken for it. */
import { isDeepStrictEqual } from "node:util";
import { certificate, type Logto, type Row } from "./logto";
import { programOf, allProviders } from "./allProviders";
import { driftOf, eachWithLogto, patchesOf, stackOf } from "./tenant";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

/** For each kind, each of its fields: the path that the drift must show, and what somebody does in the console. */
function editsOf(row: Row): { path: string; edit: (row: Row) => void }[] {
  const set = (path: string, edit: (row: Row) => void) => ({ path, edit });
  const inConfig = (key: string, value: unknown) =>
    set(key, (it) => {
      it.config = { ...it.config, [key]: value };
    });
  const inMapping = (key: string) =>
    set(key, ({ config }) => {
      config.attributeMapping = { ...(config.attributeMapping as object | undefined), [key]: "other" };
    });
  const inBranding = (key: string) =>
    set(key, ({ branding }) => {
      branding[key] = "https://acme.com/other";
    });
  const oidc = !("metadataUrl" in row.config || "entityId" in row.config);
  return [
    set("connectorName", (it) => (it.connectorName += " by hand")),
    set("domains", (it) => it.domains.push("zzz.com")),
    ...["displayName", "logo", "darkLogo"].map(inBranding),
    set("syncProfile", (it) => (it.syncProfile = !it.syncProfile)),
    ...(oidc
      ? [
          set("enableTokenStorage", (it) => (it.enableTokenStorage = !it.enableTokenStorage)),
          ...["clientId", "scope"].map((key) => inConfig(key, "by-hand")),
          inConfig("clientSecret", "canary-by-hand"),
          inConfig("trustUnverifiedEmail", row.config.trustUnverifiedEmail !== true),
          row.providerName === "GoogleWorkspace"
            ? inConfig("offlineAccess", row.config.offlineAccess !== true)
            : inConfig("issuer", `${logto.idp}/by-hand`),
        ]
      : [
          ...["id", "email", "name"].map(inMapping),
          inConfig("signAuthnRequest", true),
          inConfig("requestSignatureAlgorithm", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"),
          ...("metadataUrl" in row.config
            ? [inConfig("metadataUrl", `${logto.idp}/saml/metadata?by-hand`)]
            : [
                inConfig("entityId", "urn:by-hand"),
                inConfig("signInEndpoint", "https://idp.acme.com/by-hand"),
                inConfig("x509Certificate", certificate.replaceAll("\n", "\r\n")),
              ]),
        ]),
  ];
}

test("each field of each kind that is changed in the console is drift at its path, put right by one PATCH of that field", async () => {
  const stack = await stackOf(logto, { js: programOf(allProviders(logto)) });
  await stack.up();
  const rows = [...logto.connectors.rows.values()];
  const edits = new Map(rows.map((row) => [row, editsOf(row)]));
  const rounds = Math.max(...[...edits.values()].map(({ length }) => length));
  // In each round one field of every connector.
  for (let round = 0; round < rounds; round++) {
    const edited = rows.flatMap((row) => {
      const one = edits.get(row)?.[round];
      return one === undefined ? [] : [{ row, before: JSON.parse(JSON.stringify(row)) as Row, ...one }];
    });
    for (const { row, edit } of edited) edit(row);
    const told = await driftOf(stack);
    expect(told.code).toBe(7);
    for (const { path } of edited) expect(told.stdout).toMatch(new RegExp(`[~+-] ${path}\\b`));
    expect(told.stdout.match(/\(update\)/g)).toHaveLength(edited.length);
    expect(told.stdout).not.toContain("canary");

    logto.takeLog();
    await stack.up(["--refresh"]);
    for (const { row, before } of edited) {
      const sent = logto.log.filter(({ method, path }) => method === "PATCH" && path.endsWith(row.id));
      const differing = Object.keys(before).filter(
        (key) => !isDeepStrictEqual(sent[0]?.body, { [key]: before[key as keyof Row] }),
      );
      // One PATCH, whose body is one field as it was before.
      expect([sent.length, Object.keys(before).length - differing.length]).toEqual([1, 1]);
      expect(row).toEqual(before);
    }
    expect(patchesOf(logto)).toHaveLength(edited.length);
  }
});

test("what Logto writes in other words is no drift", async () => {
  const stack = await stackOf(logto, { js: programOf(allProviders(logto)) });
  await stack.up();
  const [oidc, okta] = [logto.named("oidc"), logto.named("okta")];
  oidc.domains = ["b.com", "a.com"];
  oidc.config = Object.fromEntries(Object.entries(oidc.config).reverse());
  delete okta.config.trustUnverifiedEmail;
  okta.config.scope = "";
  okta.branding.darkLogo = "";
  // Added by a newer Logto.
  Object.assign(okta.config, { pkce: false });
  const told = await driftOf(stack);
  expect(told.stdout).not.toMatch(/[~+-] (domains|config|branding)/);
  expect(told.code).toBe(0);
});
