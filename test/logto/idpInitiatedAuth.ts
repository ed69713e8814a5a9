/** IdP-initiated sign-in of SAML connectors: `/api/sso-connectors/{id}/idp-initiated-auth-config`. */
import { z } from "zod/v3";
import { type Answer, type Call, Refusal } from "./answer";
import type { Connectors } from "./connectors";
import { guard } from "./guards";
import { kinds } from "./kinds";
import type { LogtoApplications } from "./logtoApplications";
import { guardJson, guardText, inJsonbOrder } from "./rows";

export interface IdpInitiatedAuthConfig {
  readonly tenantId: string;
  readonly connectorId: string;
  readonly createdAt: number;
  defaultApplicationId: string;
  redirectUri: string | null;
  authParameters: Record<string, string>;
  /** Whether Logto starts the sign-in itself; otherwise it sends the user to the application's callback. */
  autoSendAuthorizationRequest: boolean;
  clientIdpInitiatedAuthCallbackUri: string | null;
}

const defaultApplicationId = z.string().min(1).max(21);
/** The answer has the scope first, as the schema does; the other parameters follow in the database's order. */
const authParameters = z.object({ scope: z.string().optional() }).catchall(z.string());
/** A field of the other mode is dropped without an error (recorded). The order is that of the issues' `options`. */
const putGuard = z.discriminatedUnion("autoSendAuthorizationRequest", [
  z.object({
    defaultApplicationId,
    autoSendAuthorizationRequest: z.literal(false),
    clientIdpInitiatedAuthCallbackUri: z.string(),
  }),
  z.object({
    defaultApplicationId,
    redirectUri: z.string().nullable().optional(),
    authParameters: authParameters.optional(),
    autoSendAuthorizationRequest: z.literal(true),
  }),
]);
type Given = z.output<typeof putGuard>;

export class IdpInitiatedAuth {
  /** At most one for each connector, by the connector's ID. */
  readonly rows = new Map<string, IdpInitiatedAuthConfig>();

  constructor(
    private readonly connectors: Connectors,
    private readonly applications: LogtoApplications,
  ) {}

  /** Writes a row as it would lie in the database, without any check. Logto sends the request if nothing else is given. */
  insert(
    values: Pick<IdpInitiatedAuthConfig, "connectorId" | "defaultApplicationId"> &
      Partial<IdpInitiatedAuthConfig>,
  ): IdpInitiatedAuthConfig {
    const row = {
      tenantId: "default",
      createdAt: Date.now(),
      redirectUri: null,
      authParameters: {},
      autoSendAuthorizationRequest: true,
      clientIdpInitiatedAuthCallbackUri: null,
      ...values,
    };
    this.rows.set(row.connectorId, row);
    return row;
  }

  /** The database deletes a config with its application, as it does with its connector. */
  removeByApplication(applicationId: string): void {
    for (const { connectorId, defaultApplicationId } of this.rows.values()) {
      if (defaultApplicationId === applicationId) this.rows.delete(connectorId);
    }
  }

  readonly get = ({ params: [connectorId = ""] }: Call): Answer => ({
    status: 200,
    body: shown(this.#find(connectorId)),
  });

  /** Replaces the whole config: what the body leaves out gets its default; only the time of creation stays. */
  readonly put = ({ params: [connectorId = ""], body }: Call): Answer => {
    const given = guard(putGuard, body);
    const { providerName } = this.connectors.find(connectorId);
    if (kinds[providerName]?.providerType !== "saml") throw refuse("not_supported");
    this.#guardApplication(given);
    const values = given.autoSendAuthorizationRequest
      ? {
          redirectUri: given.redirectUri === "" ? null : (given.redirectUri ?? null),
          authParameters: given.authParameters ?? {},
        }
      : { clientIdpInitiatedAuthCallbackUri: given.clientIdpInitiatedAuthCallbackUri };
    guardJson(values);
    const { defaultApplicationId, autoSendAuthorizationRequest } = given;
    const { createdAt = Date.now() } = this.rows.get(connectorId) ?? {};
    const row = { connectorId, defaultApplicationId, autoSendAuthorizationRequest, createdAt, ...values };
    return { status: 200, body: shown(this.insert(row)) };
  };

  readonly delete = ({ params: [connectorId = ""] }: Call): Answer => {
    this.#find(connectorId);
    this.rows.delete(connectorId);
    return { status: 204 };
  };

  /** A missing connector and a missing config are the same to GET and DELETE (recorded). */
  #find(connectorId: string): IdpInitiatedAuthConfig {
    guardText(connectorId);
    const row = this.rows.get(connectorId);
    if (row === undefined) throw new Refusal(404, "entity.not_found");
    return row;
  }

  #guardApplication(given: Given): void {
    const { type, isThirdParty, oidcClientMetadata } = this.applications.find(given.defaultApplicationId);
    const isAllowed =
      (type === "Traditional" && !isThirdParty) ||
      type === "SAML" ||
      (type === "SPA" && !given.autoSendAuthorizationRequest);
    if (!isAllowed) throw refuse("invalid_application_type");
    if (!given.autoSendAuthorizationRequest) {
      // Checked apart from the schema, and so without the issues that `data` has elsewhere (recorded).
      if (given.clientIdpInitiatedAuthCallbackUri === "") throw new Refusal(400, "guard.invalid_input");
    } else if (given.redirectUri && !oidcClientMetadata.redirectUris.includes(given.redirectUri)) {
      throw refuse("redirect_uri_not_registered");
    }
  }
}

function refuse(reason: string): Refusal {
  return new Refusal(400, `single_sign_on.idp_initiated_authentication_${reason}`);
}

function shown(row: IdpInitiatedAuthConfig): IdpInitiatedAuthConfig {
  return { ...row, authParameters: { ...authParameters.parse(inJsonbOrder(row.authParameters)) } };
}
