/** `/api/sso-connectors/{id}/signing-keys`: the keys with which Logto signs its SAML requests. */
import type { CallApi } from "./api";
import { callFor, find, listOf, remove, requireFeature, type Shape } from "./endpoint";

/** A key with which Logto signs, without its private part, which Logto does not return. */
export interface SigningKey {
  readonly id: string;
  readonly active: boolean;
  /** PEM. */
  readonly certificate: string;
  /** SHA-256 of the certificate: hexadecimal bytes, separated by colons. */
  readonly fingerprint: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export class SigningKeys {
  readonly #call: CallApi;

  constructor(call: CallApi) {
    this.#call = requireFeature(call, {
      code: "no-signing-keys",
      missing:
        "this Logto has no signing keys for SAML connectors. signAuthnRequest and SamlSigningKey need a Logto newer than " +
        "1.42.0: upgrade Logto, or remove them.",
    });
  }

  /** Lists the keys of a connector; `undefined` where there is no such SAML connector. */
  list(connectorId: string): Promise<SigningKey[] | undefined> {
    return find(this.#call, pathOf(connectorId), listOf("a list of signing keys", signingKeyShape));
  }

  /** Takes about a second. An active key deactivates the others at the same moment. */
  create(connectorId: string, active: boolean): Promise<SigningKey> {
    return callFor(this.#call, "POST", pathOf(connectorId), signingKeyShape, { body: { active } });
  }

  setActive(connectorId: string, keyId: string, active: boolean): Promise<SigningKey> {
    return callFor(this.#call, "PATCH", pathOf(connectorId, keyId), signingKeyShape, { body: { active } });
  }

  /** Deletes a key; one that is already gone is not an error. */
  delete(connectorId: string, keyId: string): Promise<void> {
    return remove(this.#call, pathOf(connectorId, keyId));
  }
}

function pathOf(connectorId: string, keyId?: string): string {
  const keys = `/api/sso-connectors/${encodeURIComponent(connectorId)}/signing-keys`;
  return keyId === undefined ? keys : `${keys}/${encodeURIComponent(keyId)}`;
}

const signingKeyShape: Shape<SigningKey> = {
  name: "a signing key",
  parse: (body) => {
    const { id, active, certificate, expiresAt, fingerprints } = (body ?? {}) as Partial<SigningKey> & {
      readonly fingerprints?: { readonly sha256?: { readonly formatted?: unknown } };
    };
    const fingerprint = fingerprints?.sha256?.formatted;
    return typeof id === "string" && typeof certificate === "string" && typeof fingerprint === "string"
      ? { id, active: active === true, certificate, fingerprint, expiresAt: Number(expiresAt) }
      : undefined;
  },
};
