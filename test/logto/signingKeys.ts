/** The keys with which Logto signs SAML requests: `/api/sso-connectors/{id}/signing-keys`. */
import { X509Certificate } from "node:crypto";
import { z } from "zod/v3";
import { computed } from "./computations";
import type { Connectors } from "./connectors";
import { guardText, newId, type Row } from "./database";
import { guard } from "./guards";
import { ApiError, type ApiRequest, type ApiResponse, internalError } from "./http";
import { isOidc } from "./identityProviders";

interface SigningKey {
  readonly id: string;
  readonly ssoConnectorId: string;
  readonly certificate: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  active: boolean;
  readonly privateKey: string;
}

const createGuard = z.object({ active: z.boolean().optional().default(false) });
const patchGuard = z.object({ active: z.boolean() });

export class SigningKeys {
  readonly #keys: SigningKey[] = [];
  /** The keys that are being generated. */
  readonly #making = new Set<Promise<unknown>>();

  constructor(private readonly connectors: Connectors) {}

  /** Returns the active key of a connector. */
  active(connectorId: string): Readonly<SigningKey> | undefined {
    return this.#keys.find((key) => key.ssoConnectorId === connectorId && key.active);
  }

  /** Returns the keys of a connector in the database. */
  of(connectorId: string): readonly Readonly<SigningKey>[] {
    return this.#keys.filter((key) => key.ssoConnectorId === connectorId);
  }

  /** Inserts a key into the database without any check. */
  put(key: SigningKey): void {
    this.#keys.push({ ...key });
  }

  /** Activates a key, as the console does. */
  activate(connectorId: string, keyId: string): void {
    this.#activate(this.#find(connectorId, keyId));
  }

  /** Deletes the keys of a connector, as the database does when the connector is deleted. */
  removeAll(connectorId: string): void {
    for (const key of this.#keys.filter((one) => one.ssoConnectorId === connectorId)) this.#remove(key);
  }

  readonly list = ({ params: [id = ""] }: ApiRequest): ApiResponse => {
    this.#samlConnector(id);
    return { status: 200, body: this.#keys.filter((key) => key.ssoConnectorId === id).map(shown) };
  };

  readonly create = async ({ params: [id = ""], body }: ApiRequest): Promise<ApiResponse> => {
    const { active } = guard(createGuard, body);
    return { status: 201, body: shown(await this.make(id, active)) };
  };

  /** Creates a key, as the console does. */
  async make(id: string, active: boolean): Promise<SigningKey> {
    this.#samlConnector(id);
    const notAfterDate = new Date(Date.now() + 3 * 365 * 24 * 3600 * 1000);
    // Logto's keys have 2,048 bits, which take 0.14 s of CPU time each; nobody must trust these.
    const making = computed(
      // Loading the library takes 0.3 s of CPU time, and few tests make a key.
      import("selfsigned").then(({ generate }) =>
        generate([{ name: "commonName", value: id }], { keySize: 1024, notAfterDate }),
      ),
    );
    this.#making.add(making);
    const { cert, private: privateKey } = await making;
    this.#making.delete(making);
    // The connector was deleted while the key was generated.
    if (!this.connectors.rows.has(id)) throw new ApiError(404, "entity.relation_foreign_key_not_found");
    const key = {
      id: newId(),
      ssoConnectorId: id,
      certificate: cert,
      createdAt: Date.now(),
      expiresAt: notAfterDate.getTime(),
      active: false,
      privateKey,
    };
    this.#keys.push(key);
    if (active) await this.#activateNew(key);
    return key;
  }

  /**
   * Activates a new key by two statements of one transaction. Between them Logto generates the keys of concurrent
   * requests, one of which may become active first; the database then refuses this one (measured: 4 or 5 of 8).
   */
  async #activateNew(key: SigningKey): Promise<void> {
    const active = () => this.of(key.ssoConnectorId).find((one) => one.active);
    const known = active();
    if (this.#making.size > 0) await Promise.race(this.#making);
    const other = active();
    if (other === undefined || other === known) this.#activate(key);
    else {
      this.#remove(key);
      throw internalError();
    }
  }

  readonly patch = ({ params: [id = "", keyId = ""], body }: ApiRequest): ApiResponse => {
    const { active } = guard(patchGuard, body);
    const { config } = this.#samlConnector(id);
    const key = this.#find(id, keyId);
    if (key.active && !active && config.signAuthnRequest === true) {
      throw new ApiError(400, "single_sign_on.can_not_deactivate_signing_key_in_use");
    }
    if (active && !key.active) this.#activate(key);
    else if (!active && key.active) this.#write(key, false);
    return { status: 200, body: shown(key) };
  };

  readonly delete = ({ params: [id = "", keyId = ""] }: ApiRequest): ApiResponse => {
    this.#samlConnector(id);
    const key = this.#find(id, keyId);
    if (key.active) throw new ApiError(400, "single_sign_on.can_not_delete_active_signing_key");
    this.#remove(key);
    return { status: 204 };
  };

  #samlConnector(id: string): Row {
    const row = this.connectors.find(id);
    if (isOidc(row.providerName)) throw new ApiError(404, "connector.not_found");
    return row;
  }

  #find(connectorId: string, keyId: string): SigningKey {
    guardText(keyId);
    const key = this.#keys.find((one) => one.ssoConnectorId === connectorId && one.id === keyId);
    if (key === undefined) throw new ApiError(404, "entity.not_found");
    return key;
  }

  /** Activates a key and deactivates the others. */
  #activate(key: SigningKey): void {
    for (const other of this.#keys.filter((one) => one.ssoConnectorId === key.ssoConnectorId)) {
      this.#write(other, false);
    }
    this.#write(key, true);
  }

  /** Writes a row, which PostgreSQL puts behind the others. */
  #write(key: SigningKey, active: boolean): void {
    key.active = active;
    this.#remove(key);
    this.#keys.push(key);
  }

  #remove(key: SigningKey): void {
    this.#keys.splice(this.#keys.indexOf(key), 1);
  }
}

function shown({ ssoConnectorId, privateKey, ...key }: SigningKey): unknown {
  const formatted = new X509Certificate(key.certificate).fingerprint256;
  return {
    ...key,
    fingerprints: { sha256: { formatted, unformatted: formatted.replaceAll(":", "") } },
  };
}
