/** The steps of a sign-in that only SAML connectors have. Pure. */
import { type ApiConnector, isSigned } from "../../connector/apiConnector";
import { LogtoError } from "../../logto/errors";
import type { ExaminedConnector } from "./examinedConnector";
import { agoText, defaultExpiryDays, expiresSoon, inText } from "./expiry";
import { findingClasses } from "./findingClasses";
import { certificateState, certificateWords, type IdpHealth } from "./idpHealth";
import { fail, pass, type Step, unknown } from "./step";

export function samlSteps({ connector, keys }: ExaminedConnector, health: IdpHealth, now: number): Step[] {
  return [certificatesStep(health, now), signingStep(connector, keys, now)];
}

function certificatesStep({ certificates }: IdpHealth, now: number): Step {
  if (certificates === undefined) return unknown("certificates", "Not known, as Logto did not read them.");
  const { expiresAt = NaN } = certificates;
  const { name, note } = certificateWords(certificates);
  const { "certificate-invalid": invalid, "certificate-expiring": expiring } = findingClasses;
  switch (certificateState(certificates, now)) {
    case "invalid": {
      const when = expiresAt <= now ? `expired ${agoText(expiresAt, now)}` : "is not valid yet";
      return fail("certificates", `${name} ${when}.${note}`, invalid.remedy);
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
