/** Drift of each field: it is reported at its path and corrected by one PATCH, and equivalent values are no drift. */
import { isDeepStrictEqual } from "node:util";
import { certificate, type Logto, type Row } from "../logto";
import { allProviders, programOf } from "../allProviders";
import { driftOf, eachWithLogto, patchesOf, stackOf } from "../tenant";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

/** Returns an edit in the console for each field of a connector, with the path that drift must report. */
function editsOf(row: Row): { path: string; edit: (row: Row) => void }[] {
  const field = (path: string, edit: (row: Row) => void) => ({ path, edit });
  const inConfig = (key: string, value: unknown) =>
    field(key, (edited) => {
      edited.config = { ...edited.config, [key]: value };
    });
  const inMapping = (key: string) =>
    field(key, ({ config }) => {
      config.attributeMapping = { ...(config.attributeMapping as object | undefined), [key]: "other" };
    });
  const inBranding = (key: string) =>
    field(key, ({ branding }) => {
      branding[key] = "https://acme.com/other";
    });
  const oidc = !("metadataUrl" in row.config || "entityId" in row.config);
  return [
    field("connectorName", (edited) => (edited.connectorName += " edited")),
    field("domains", (edited) => edited.domains.push("zzz.com")),
    ...["displayName", "logo", "darkLogo"].map(inBranding),
    field("syncProfile", (edited) => (edited.syncProfile = !edited.syncProfile)),
    ...(oidc
      ? [
          field("enableTokenStorage", (edited) => (edited.enableTokenStorage = !edited.enableTokenStorage)),
          ...["clientId", "scope"].map((key) => inConfig(key, "edited")),
          inConfig("clientSecret", "canary-edited"),
          inConfig("trustUnverifiedEmail", row.config.trustUnverifiedEmail !== true),
          row.providerName === "GoogleWorkspace"
            ? inConfig("offlineAccess", row.config.offlineAccess !== true)
            : inConfig("issuer", `${logto.idp}/edited`),
        ]
      : [
          ...["id", "email", "name"].map(inMapping),
          inConfig("signAuthnRequest", true),
          inConfig("requestSignatureAlgorithm", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"),
          ...("metadataUrl" in row.config
            ? [inConfig("metadataUrl", `${logto.idp}/saml/metadata?edited`)]
            : [
                inConfig("entityId", "urn:edited"),
                inConfig("signInEndpoint", "https://idp.acme.com/edited"),
                inConfig("x509Certificate", certificate.replaceAll("\n", "\r\n")),
              ]),
        ]),
  ];
}

test("each field that is changed in the console is reported as drift at its path, and corrected by one PATCH of that field", async () => {
  const stack = await stackOf(logto, { js: programOf(allProviders(logto)) });
  await stack.up();
  const rows = [...logto.connectors.rows.values()];
  const edits = new Map(rows.map((row) => [row, editsOf(row)]));
  const rounds = Math.max(...[...edits.values()].map(({ length }) => length));
  // In each round, one field of every connector is edited.
  for (let round = 0; round < rounds; round++) {
    const edited = rows.flatMap((row) => {
      const one = edits.get(row)?.[round];
      return one === undefined ? [] : [{ row, before: JSON.parse(JSON.stringify(row)) as Row, ...one }];
    });
    for (const { row, edit } of edited) edit(row);
    const drift = await driftOf(stack);
    expect(drift.code).toBe(7);
    for (const { path } of edited) expect(drift.stdout).toMatch(new RegExp(`[~+-] ${path}\\b`));
    expect(drift.stdout.match(/\(update\)/g)).toHaveLength(edited.length);
    expect(drift.stdout).not.toContain("canary");

    logto.takeLog();
    await stack.up(["--refresh"]);
    for (const { row, before } of edited) {
      const sent = logto.log.filter(({ method, path }) => method === "PATCH" && path.endsWith(row.id));
      const restored = Object.keys(before).filter((key) =>
        isDeepStrictEqual(sent[0]?.body, { [key]: before[key as keyof Row] }),
      );
      // One PATCH, whose body is one field with the value that it had before.
      expect([sent.length, restored.length]).toEqual([1, 1]);
      expect(row).toEqual(before);
    }
    expect(patchesOf(logto)).toHaveLength(edited.length);
  }
});

test("values that mean the same to Logto are no drift", async () => {
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
  const drift = await driftOf(stack);
  expect(drift.stdout).not.toMatch(/[~+-] (domains|config|branding)/);
  expect(drift.code).toBe(0);
});
