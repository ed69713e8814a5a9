/** A finding of a check for drift. */
import { withoutExposed } from "../../connector/exposedSecret";
import { findingClasses, type FindingClass } from "../health/findingClasses";
import { resourceNameOf, typeOf } from "../../engine/urn";

export interface Finding {
  readonly class: FindingClass;
  readonly severity: "error" | "warning";
  /** A sentence that says what differs, or stops people from signing in. */
  readonly message: string;
  /** The advice on what to do about it. */
  readonly remedy: string;
  readonly connector: {
    /** `connectorName` as declared, or as in Logto if it is not declared. */
    readonly name: string;
    /** For the switch, which belongs to no connector, the endpoint of its tenant. */
    readonly id: string;
    /** URN of the resource; `null` if the stack has none. */
    readonly urn: string | null;
  };
  /** The changed field, such as `config.scope`. Only for `changed`. */
  readonly path?: string;
  /** The declared value. Only for `changed`; omitted if secret or absent. */
  readonly declared?: unknown;
  /** The value in Logto. Only for `changed`; omitted if secret or absent. */
  readonly live?: unknown;
  /** The domain that connectors share. Only for `domain-conflict`. */
  readonly domain?: string;
  /** Where the program declares the connector. */
  readonly source?: { readonly file: string; readonly line: number } | undefined;
}

/** A finding in a report. */
export interface ReportedFinding extends Finding {
  /** The endpoint of its tenant. */
  readonly tenant: string;
  /** Whether the baseline lacks it, if there is one. */
  readonly isNew?: boolean;
  /** When it was found first, from one baseline to the next: ISO 8601. Only with a baseline. */
  readonly firstSeen?: string;
}

/** The resource, or the connector in Logto, that a finding is about. */
export type FindingSubject = Pick<Finding, "connector" | "source">;

/** @param more what differs from other findings of the class */
export function newFinding(
  findingClass: FindingClass,
  { connector, source }: FindingSubject,
  message: string,
  more: Partial<Pick<Finding, "severity" | "remedy" | "path" | "declared" | "live" | "domain">> = {},
): Finding {
  const { severity, remedy } = findingClasses[findingClass];
  return {
    class: findingClass,
    severity,
    // It can quote what Logto has.
    message: withoutExposed(message),
    remedy,
    connector: { ...connector, name: withoutExposed(connector.name) },
    source,
    ...more,
  };
}

/**
 * Returns the identity of a finding: it differs from that of every other of the stack, and is the same in the next check. Several
 * resources can belong to one connector, and two tenants can have a connector with the same ID.
 */
export function identityOf({ class: name, connector, tenant, path, domain }: ReportedFinding): string {
  return [name, connector.id, connector.urn ?? tenant, path ?? domain ?? ""].join(":");
}

/**
 * Returns the remedy, unless it is that of its class with the connector's ID filled in.
 *
 * @param ofClass the remedy of the class, in the language of the program
 */
export function ownRemedy({ remedy, connector }: Finding, ofClass: string): string | undefined {
  const general = remedy
    .replace(`--id ${connector.id}`, "--id ID")
    .replace(`NAME ${connector.id}`, "NAME ID");
  return general === ofClass ? undefined : remedy;
}

/** Returns the kind and the name of a resource, such as `SsoConnector acme`. */
export function kindAndName(urn: string): string {
  return `${/[^:]*$/.exec(typeOf(urn))?.[0] ?? ""} ${resourceNameOf(urn)}`;
}
