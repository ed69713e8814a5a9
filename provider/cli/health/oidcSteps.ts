/** The steps of a sign-in that only OIDC connectors have. Pure. */
import type { ApiConnector } from "../../connector/apiConnector";
import { secretsOf } from "../../connector/configSecrets";
import { exposedSecretProblem } from "../../connector/exposedSecret";
import { isUrl } from "../../connector/url";
import { isLoopback } from "../../logto/addresses";
import { type Redact, redactor } from "../../logto/redaction";
import { isObject } from "../../values";
import { excerptsOf, wholeOf } from "../io/excerpts";
import { allUnknown, fail, pass, type Step } from "./step";

export function oidcSteps({ config = {}, providerConfig, providerName }: ApiConnector): Step[] {
  // The discovery document can repeat any secret.
  const redact = redactor(secretsOf(config));
  if (!isObject(providerConfig)) {
    return allUnknown(["issuer", "endpoints"], "Not known, as Logto did not read them.");
  }
  const { issuer } = providerConfig;
  return [
    issuerStep(config.issuer, issuer === config.issuer ? issuer : redact(String(issuer)), providerName),
    endpointsStep(providerConfig, String(issuer), redact),
  ];
}

function issuerStep(configured: unknown, discovered: unknown, providerName: string): Step {
  const itself = shownAddress(discovered) ?? "something else";
  if (configured === undefined) return pass("issuer", `It is ${itself}.`);
  if (configured === discovered) return pass("issuer", `It is ${itself}, as configured.`);
  if (String(discovered).includes("{tenantid}")) {
    return providerName === "AzureAdOidc"
      ? pass("issuer", `It is ${itself}, that of any tenant.`)
      : fail(
          "issuer",
          `It names itself ${itself}, which no ID token has: Logto fills in the tenant for AzureAdOidc only.`,
          "Declare the connector with providerName AzureAdOidc, or use the issuer of a single tenant.",
        );
  }
  if (withoutSlash(configured) === withoutSlash(discovered)) {
    return pass("issuer", `It names itself ${itself}, which differs by the slash at its end only.`);
  }
  // Of the two, the one in the document counts (Logto: sso/OidcConnector/index.ts, `getOidcConfig`).
  return pass(
    "issuer",
    `It names itself ${shownAddress(discovered, configured) ?? "something else"}, not ${shownAddress(configured, discovered) ?? "as configured"}. Logto takes ID tokens of the issuer that it names.`,
  );
}

const withoutSlash = (issuer: unknown) => String(issuer).replace(/\/+$/, "");

/** Logto's names for what a sign-in needs of a discovery document. */
const endpoints = {
  authorizationEndpoint: "authorization",
  tokenEndpoint: "token",
  jwksUri: "JWKS",
} as const;

function endpointsStep(
  providerConfig: Readonly<Record<string, unknown>>,
  issuer: string,
  redact: Redact,
): Step {
  const addresses = Object.entries(endpoints).map(([key, name]) => {
    const address = providerConfig[key];
    const url = typeof address === "string" && isUrl(address) ? new URL(address) : undefined;
    return { name, url };
  });
  const wrong = addresses.filter(
    ({ url }) => url === undefined || !["https:", "http:"].includes(url.protocol),
  );
  if (wrong.length > 0) {
    return fail(
      "endpoints",
      `Its discovery document has no usable address for: ${wrong.map(({ name }) => name).join(", ")}.`,
      "Check that the issuer is that of an OpenID provider, and have the identity provider correct the document.",
    );
  }
  const clear = addresses.filter(({ url }) => url?.protocol === "http:" && !isLoopback(url.hostname));
  const origins = [...new Set(addresses.map(({ url }) => url?.origin ?? ""))];
  const shownOrigins = origins.map((origin) => (issuer.startsWith(origin) ? origin : redact(origin)));
  const message = `Authorization, token and JWKS are at ${shownOrigins.join(", ")}.`;
  return clear.length === 0
    ? pass("endpoints", message)
    : pass("endpoints", message, "Use https://: the client secret and tokens are sent in clear.");
}

/**
 * Returns an address that can be shown: others may contain a password.
 *
 * @param other the address that it differs from
 */
export function shownAddress(address: unknown, other: unknown = ""): string | undefined {
  if (typeof address !== "string" || exposedSecretProblem(address) !== undefined) return undefined;
  return wholeOf(excerptsOf(address, String(other), 200)[0]);
}
