/** The resources of a run, and duplicates among them: the engine tells a plugin which resource a call is about. */
import type { Values } from "../values";
import { duplicates } from "../connector/duplicateMessages";
import { type ResourceKey, resources } from "../connector/resources";
import type { CheckFailure } from "../engine/calls";
import { unknownValue } from "../engine/engineValues";
import { quote } from "../untrustedText";

export class Declarations {
  /** The resource that claimed a value first, by the kind of the value and the value. */
  readonly #claims = new Map<string, { readonly urn: string; readonly name: string }>();
  /** The name in messages of each connector that declares a config itself, by its ID. */
  readonly #configured = new Map<string, string>();

  /** The resource that the program declares for an object, by its kind and ID. */
  readonly #owners = new Map<string, string>();

  /** Takes note of the resource that has an object, also one that it has been imported into. */
  own(key: ResourceKey, id: string, urn: string): void {
    this.#owners.set(`${key} ${id}`, urn);
  }

  /** Whether the program declares another resource for an object. */
  isOfAnother(key: ResourceKey, id: string, urn: string): boolean {
    return (this.#owners.get(`${key} ${id}`) ?? urn) !== urn;
  }

  /** Takes note of a connector once its ID is known: the engine passes it before the resources that refer to it. */
  note(key: ResourceKey, id: string, name: string, { config }: Values): void {
    if (key !== "ssoConnector") return;
    if (config === undefined) this.#configured.delete(id);
    else this.#configured.set(id, `${resources[key].name} ${quote(name)}`);
  }

  /**
   * Returns the problems of a resource with those that were checked before.
   *
   * @param inputs checked inputs; values that are not known yet are compared in the deployment
   */
  conflicts(key: ResourceKey, self: { urn: string; name: string }, inputs: Values): CheckFailure[] {
    const claimed = (kind: "connectorName" | "config" | "singleSignOn" | ResourceKey, value: unknown) => {
      if (typeof value !== "string" || value === unknownValue) return undefined;
      const claim = `${kind} ${value}`;
      const other = this.#claims.get(claim) ?? self;
      this.#claims.set(claim, other);
      return other.urn === self.urn ? undefined : quote(other.name);
    };
    const name = quote(self.name);
    const { connectorName, connectorId, organizationId } = inputs;
    switch (key) {
      case "ssoConnector": {
        const other = claimed("connectorName", connectorName);
        const reason = other && duplicates.connectorName(other, name, String(connectorName));
        return failuresOf("connectorName", reason);
      }
      case "ssoConnectorConfig": {
        const twin = claimed("config", connectorId);
        const connector = this.#configured.get(String(connectorId));
        const other = connector ?? (twin && `${resources[key].name} ${twin}`);
        const reason = other && duplicates.config(name, other);
        return failuresOf("connectorId", reason);
      }
      case "singleSignOn": {
        const other = claimed("singleSignOn", "switch");
        return failuresOf("enabled", other && duplicates.singleSignOn(other, name));
      }
      case "organizationJitRoles":
      case "organizationJitEmailDomains": {
        const other = claimed(key, organizationId);
        const reason = other && duplicates.organizationSet(resources[key].name, other, name);
        return failuresOf("organizationId", reason);
      }
      case "organization":
      case "samlSigningKey":
      case "organizationSsoConnector":
      case "ssoConnectorIdpInitiatedAuth":
        return [];
    }
  }
}

function failuresOf(property: string, reason: string | undefined): CheckFailure[] {
  return reason === undefined ? [] : [{ property, reason }];
}
