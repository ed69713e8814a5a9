/** `/api/sso-connectors/{id}/idp-initiated-auth-config`: IdP-initiated sign-in of a SAML connector. */
import { isObject, type Values } from "../values";
import type { CallApi } from "./api";
import { callFor, find, remove, requireFeature, type Shape } from "./endpoint";

export class IdpInitiatedAuth {
  readonly #call: CallApi;

  constructor(call: CallApi) {
    this.#call = requireFeature(call, {
      code: "no-idp-initiated-auth",
      missing:
        "this Logto has no IdP-initiated sign-in, which is off by default. On Logto Cloud, ask Logto's support to enable it; " +
        "otherwise remove SsoConnectorIdpInitiatedAuth.",
    });
  }

  /** Reads the config of a connector; `undefined` if there is none, or no such connector. */
  get(connectorId: string): Promise<Values | undefined> {
    return find(this.#call, pathOf(connectorId), configShape);
  }

  /** Creates or replaces the whole config: what is left out gets its default. */
  put(connectorId: string, body: Values): Promise<Values> {
    return callFor(this.#call, "PUT", pathOf(connectorId), configShape, { body });
  }

  /** Deletes the config; one that is already gone is not an error. */
  delete(connectorId: string): Promise<void> {
    return remove(this.#call, pathOf(connectorId));
  }
}

const pathOf = (connectorId: string) =>
  `/api/sso-connectors/${encodeURIComponent(connectorId)}/idp-initiated-auth-config`;

const configShape: Shape<Values> = {
  name: "an IdP-initiated sign-in config",
  parse: (body) => (isObject(body) && typeof body.defaultApplicationId === "string" ? body : undefined),
};
