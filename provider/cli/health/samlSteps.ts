/** The steps of a sign-in that only SAML connectors have. Pure. */
import { type ApiConnector, isSigned } from "../../connector/apiConnector";
import { formats } from "../../connector/formats";
import { unsignedRequestsRemedy, unsignedRequestsWarning } from "../../connector/samlMetadata";
import { LogtoError } from "../../logto/errors";
import { quote } from "../../untrustedText";
import type { Values } from "../../values";
import type { MetadataProbe } from "../probe/metadata";
import type { ExaminedConnector } from "./examinedConnector";
import { agoText, defaultExpiryDays, expiresSoon, inText } from "./expiry";
import { findingClasses } from "./findingClasses";
import { shownAddress } from "./oidcSteps";
import { certificateState, certificateWords, type IdpHealth, invalidityText } from "./idpHealth";
import { fail, pass, type Step, unknown } from "./step";

export function samlSteps(examined: ExaminedConnector, health: IdpHealth, now: number): Step[] {
  const { connector, keys, metadata, idpInitiatedAuth } = examined;
  return [
    ...(metadata === undefined ? [] : [metadataStep(metadata, health)]),
    certificatesStep(health, now),
    unsignedStep(examined) ?? signingStep(connector, keys, now),
    ...(idpInitiatedAuth === undefined ? [] : [idpInitiatedStep(idpInitiatedAuth)]),
  ];
}

/** Says what is at the metadata URL, for this machine; what Logto reads there, the step before it has said. */
function metadataStep(metadata: MetadataProbe, { reachable }: IdpHealth): Step {
  switch (metadata.found) {
    case "metadata": {
      const { movedTo } = metadata;
      if (movedTo === undefined) return pass("metadata", "This machine reads its metadata.");
      const address = shownAddress(movedTo);
      return pass(
        "metadata",
        `Its metadata has moved${address === undefined ? "" : ` to ${address}`}.`,
        "Set config.metadataUrl to the new address, before the old one ends.",
      );
    }
    case "something else": {
      const message = `Its metadata URL ${metadata.reason}.`;
      return reachable
        ? unknown("metadata", `${message} That is for this machine: Logto reads it.`)
        : fail(
            "metadata",
            message,
            "Set config.metadataUrl to the address at which the identity provider publishes its metadata now.",
          );
    }
    case "nothing":
      return unknown("metadata", `This machine cannot read its metadata: ${metadata.reason}.`);
  }
}

/** Returns the step of a connector whose identity provider may refuse what Logto does not sign. */
function unsignedStep({ connector: { config = {} }, metadata }: ExaminedConnector): Step | undefined {
  const xml = config.metadata ?? (metadata?.found === "metadata" ? metadata.xml : undefined);
  if (typeof xml !== "string") return undefined;
  const warning = unsignedRequestsWarning(xml, config.signAuthnRequest);
  return warning === undefined
    ? undefined
    : unknown("request-signing", `Its metadata ${warning}`, unsignedRequestsRemedy);
}

function certificatesStep({ certificates }: IdpHealth, now: number): Step {
  if (certificates === undefined) return unknown("certificates", "Not known, as Logto did not read them.");
  const { expiresAt = NaN } = certificates;
  const { name, note } = certificateWords(certificates);
  const { "certificate-invalid": invalid, "certificate-expiring": expiring } = findingClasses;
  switch (certificateState(certificates, now)) {
    case "invalid": {
      const when = invalidityText(certificates, now, (time) => agoText(time, now));
      // Logto verifies signatures without looking at the date (Logto: sso/SamlConnector/utils.ts; samlify 2.13).
      return pass(
        "certificates",
        `${name} ${when}. Logto does not mind when it verifies a sign-in.${note}`,
        invalid.remedy,
      );
    }
    case "unknown":
      return unknown("certificates", `${name} is valid, but until when is not known.`);
    case "expiring":
      return pass("certificates", `${name} expires ${inText(expiresAt, now)}.${note}`, expiring.remedy);
    case "valid":
      return pass("certificates", `${name} expires ${inText(expiresAt, now)}.`);
  }
}

export function signingStep(
  { config }: ApiConnector,
  keys: ExaminedConnector["keys"],
  now: number,
  expiryDays = defaultExpiryDays,
): Step {
  if (!isSigned(config)) return pass("request-signing", "Logto does not sign its requests.");
  if (keys === undefined)
    return unknown("request-signing", "Logto signs its requests. Its keys were not read.");
  if (keys instanceof LogtoError) return unknown("request-signing", keys.message);
  const active = keys.find((key) => key.active);
  if (active === undefined) {
    return fail(
      "request-signing",
      "Logto must sign its requests, but has no active key.",
      "Run `pulumi up`, which creates one, or declare a SamlSigningKey with active: true.",
    );
  }
  const { expiresAt } = active;
  if (!Number.isFinite(expiresAt)) {
    return unknown("request-signing", "Logto signs its requests. When its key expires is not known.");
  }
  const rotate = findingClasses["signing-key-expiring"].remedy;
  if (expiresAt <= now) {
    return fail(
      "request-signing",
      `The key with which Logto signs its requests expired ${agoText(expiresAt, now)}.`,
      rotate,
    );
  }
  const message = `Logto signs its requests with a key that expires ${inText(expiresAt, now)}.`;
  return expiresSoon(expiresAt, now, expiryDays)
    ? pass("request-signing", message, rotate)
    : pass("request-signing", message);
}

/** Says where Logto sends the users who begin at the identity provider, by the rule of previews for such an address. */
function idpInitiatedStep(config: Values | LogtoError): Step {
  if (config instanceof LogtoError) return unknown("idp-initiated", config.message);
  const { autoSendAuthorizationRequest, defaultApplicationId } = config;
  const key = autoSendAuthorizationRequest === true ? "redirectUri" : "clientIdpInitiatedAuthCallbackUri";
  const address = config[key];
  const users = "Users who begin at the identity provider";
  const problem = typeof address === "string" ? formats.uri(address, Date.now()) : undefined;
  if (problem !== undefined && problem.isWarning !== true) {
    return fail(
      "idp-initiated",
      `${users} reach no application: ${key} ${problem.message}`,
      `Correct ${key} of the SsoConnectorIdpInitiatedAuth in the program.`,
    );
  }
  const target = shownAddress(address)?.trim() ?? `the application ${quote(String(defaultApplicationId))}`;
  return pass("idp-initiated", `${users} are sent to ${target}.`);
}
