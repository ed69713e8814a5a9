/** `/api/sso-connectors/{id}/signing-keys`: the keys by which Logto signs its SAML requests. */
import type { CallApi } from "./api";
import { answeredWithout, expectNoContent, isGone, LogtoError } from "./errors";

/** Logto keeps the private half to itself. */
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
  constructor(private readonly call: CallApi) {}

  /** Of a connector; `undefined` where there is no such SAML connector. */
  async list(connectorId: string): Promise<SigningKey[] | undefined> {
    const path = pathOf(connectorId);
    try {
      const { body } = await this.call("GET", path);
      if (Array.isArray(body)) return body.map((key) => asKey("GET", path, key));
      throw answeredWithout("a list of signing keys", { method: "GET", path });
    } catch (error) {
      if (isGone(error)) return undefined;
      // An unknown route is told as any other address that there is not.
      if (!(error instanceof LogtoError && error.status === 404)) throw error;
      throw new LogtoError(error, {
        code: "no-signing-keys",
        status: 404,
        message:
          `GET ${path} was answered with 404: this Logto has no signing keys for SAML connectors. ` +
          "signAuthnRequest and SamlSigningKey need a Logto newer than 1.42.0: upgrade it, or take them out.",
      });
    }
  }

  /** Takes about a second. An active one takes the others out of use at the same moment. */
  async create(connectorId: string, active: boolean): Promise<SigningKey> {
    const path = pathOf(connectorId);
    const { body } = await this.call("POST", path, { body: { active } });
    return asKey("POST", path, body);
  }

  async setActive(connectorId: string, keyId: string, active: boolean): Promise<SigningKey> {
    const path = pathOf(connectorId, keyId);
    const { body } = await this.call("PATCH", path, { body: { active } });
    return asKey("PATCH", path, body);
  }

  /** One that is gone already is no error. */
  async delete(connectorId: string, keyId: string): Promise<void> {
    const path = pathOf(connectorId, keyId);
    try {
      expectNoContent("DELETE", path, await this.call("DELETE", path));
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
}

function pathOf(connectorId: string, keyId?: string): string {
  const keys = `/api/sso-connectors/${encodeURIComponent(connectorId)}/signing-keys`;
  return keyId === undefined ? keys : `${keys}/${encodeURIComponent(keyId)}`;
}

/** A key as Logto gives it, as far as it is used. */
interface KeyAnswer {
  readonly id?: unknown;
  readonly active?: unknown;
  readonly certificate?: unknown;
  readonly expiresAt?: unknown;
  readonly fingerprints?: { readonly sha256?: { readonly formatted?: unknown } };
}

function asKey(method: string, path: string, body: unknown): SigningKey {
  const { id, active, certificate, expiresAt, fingerprints } = (body ?? {}) as KeyAnswer;
  const fingerprint = fingerprints?.sha256?.formatted;
  if (typeof id === "string" && typeof certificate === "string" && typeof fingerprint === "string") {
    return { id, active: active === true, certificate, fingerprint, expiresAt: Number(expiresAt) };
  }
  throw answeredWithout("a signing key", { method, path });
}
