/** The users of a tenant, and their identities at the identity providers of connectors. */
import { guardText, newId } from "./database";
import { isYes } from "./guards";
import { ApiError, type ApiRequest, type ApiResponse } from "./http";

/** The identity of a user at an identity provider, as a connector has verified it. */
export interface SsoIdentity {
  /** The issuer of an OpenID provider, the entity ID of a SAML identity provider. */
  readonly issuer: string;
  readonly identityId: string;
  readonly ssoConnectorId: string;
  detail: Readonly<Record<string, unknown>>;
}

export interface User {
  readonly id: string;
  readonly primaryEmail: string | null;
  name: string | null;
  readonly createdAt: number;
  updatedAt: number;
  lastSignInAt: number | null;
  /** The first application that got a code for the user. */
  applicationId: string | null;
  /** Rows of another table in Logto, shown with `includeSsoIdentities` only. */
  readonly ssoIdentities: SsoIdentity[];
}

export class Users {
  /** Called with the ID of a user that was deleted. */
  onDelete: (id: string) => void = () => undefined;
  readonly rows = new Map<string, User>();

  /** Inserts a row into the database without any check. */
  insert(values: Partial<User>): User {
    const row = {
      id: newId(12),
      primaryEmail: null,
      name: null,
      createdAt: Date.now(),
      updatedAt: Date.now(),
      lastSignInAt: null,
      applicationId: null,
      ssoIdentities: [],
      ...values,
    };
    this.rows.set(row.id, row);
    return row;
  }

  byIdentity({ issuer, identityId }: SsoIdentity): User | undefined {
    return [...this.rows.values()].find(({ ssoIdentities }) =>
      ssoIdentities.some((one) => one.issuer === issuer && one.identityId === identityId),
    );
  }

  /** Finds the user with a primary email address, whose case does not matter (Logto: queries/user.ts). */
  byEmail(email: string): User | undefined {
    return [...this.rows.values()].find((row) => row.primaryEmail?.toLowerCase() === email.toLowerCase());
  }

  /** Deletes the identities of a connector, as the database does when the connector is deleted. */
  removeIdentitiesOf(connectorId: string): void {
    for (const { ssoIdentities } of this.rows.values()) {
      const others = ssoIdentities.filter(({ ssoConnectorId }) => ssoConnectorId !== connectorId);
      ssoIdentities.splice(0, Infinity, ...others);
    }
  }

  find(id: string): User {
    guardText(id);
    const row = this.rows.get(id);
    if (row === undefined) throw new ApiError(404, "entity.not_found");
    return row;
  }

  readonly get = ({ params: [id = ""], query }: ApiRequest): ApiResponse => {
    const user = this.find(id);
    const isIncluded = isYes(query.get("includeSsoIdentities"));
    const { ssoIdentities } = user;
    return { status: 200, body: { ...shownUser(user), ...(isIncluded ? { ssoIdentities } : {}) } };
  };

  readonly delete = ({ params: [id = ""] }: ApiRequest): ApiResponse => {
    this.find(id);
    this.rows.delete(id);
    this.onDelete(id);
    return { status: 204 };
  };
}

/** Returns a user as responses show it, where Logto has more fields than the stand-in gives values. */
export function shownUser({ ssoIdentities: _separate, ...user }: User): object {
  return {
    ...user,
    username: null,
    primaryPhone: null,
    avatar: null,
    customData: {},
    identities: {},
    profile: {},
    cimdClientId: null,
    isSuspended: false,
  };
}
