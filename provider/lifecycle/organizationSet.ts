/** A set that an organization has: a resource declares all of it, and has the ID of the organization. */
import type { Resource } from "../connector/resources";
import type { Values } from "../values";
import type { LogtoClient } from "../logto/client";
import { LogtoError } from "../logto/errors";
import { printable, quote } from "../untrustedText";
import { notFound, rejection } from "./errorContext";
import { type CreateResult, IncompleteError } from "./results";
import type { Run, Verbs } from "./tableLifecycle";

export interface SetInLogto {
  /**
   * Lists the set; `undefined` where there is no such organization.
   *
   * @param declared whose spelling an element has, where it can be spelt in several ways
   */
  list(
    client: LogtoClient,
    organizationId: string,
    declared: readonly string[],
  ): Promise<string[] | undefined>;
  /** Replaces the set, all or nothing. No elements are no error where there is no such organization. */
  replace(client: LogtoClient, organizationId: string, elements: readonly string[]): Promise<void>;
  /** @param elements those of a program that are known */
  onCheck?(elements: readonly string[], run: Run): void;
}

/** The verbs of a resource with the inputs `organizationId`, the set, and `adopt`, which removes what is not declared. */
export class OrganizationSet implements Verbs<Resource> {
  /** @param key the input that has the set */
  constructor(
    private readonly key: string,
    private readonly set: SetInLogto,
  ) {}

  onCheck({ [this.key]: elements }: Values, run: Run): void {
    if (Array.isArray(elements))
      this.set.onCheck?.(
        elements.filter((element) => typeof element === "string"),
        run,
      );
  }

  async create(client: LogtoClient, declared: Values, run: Run, { adopt }: Values): Promise<CreateResult> {
    const id = String(declared.organizationId);
    const elements = this.#elementsOf(declared);
    const existing = await this.set.list(client, id, elements);
    if (existing === undefined) throw unknownOrganization(id);
    const removed = existing.filter((element) => !elements.includes(element));
    if (removed.length > 0 && adopt !== true && !run.objects.isDeclared(id)) {
      throw rejection(
        "other-config",
        `the organization already has ${removed.map((element) => quote(element)).join(", ")}, which the program does not ` +
          `declare. Add it to ${this.key}, or, to remove it, add \`adopt: true,\` next to organizationId.`,
      );
    }
    const isSame = removed.length === 0 && existing.length === elements.length;
    const outputs = isSame ? this.#outputsOf(id, elements) : await this.#replace(client, id, elements);
    return { id, outputs, adopted: existing.length > 0 };
  }

  async read(client: LogtoClient, id: string, state: Values = {}): Promise<{ outputs: Values } | undefined> {
    const elements = await this.set.list(client, id, this.#elementsOf(state));
    return elements && { outputs: this.#outputsOf(id, elements) };
  }

  async update(client: LogtoClient, id: string, _state: Values, declared: Values): Promise<Values> {
    const elements = this.#elementsOf(declared);
    if (elements.length === 0 && (await this.set.list(client, id, [])) === undefined)
      throw unknownOrganization(id);
    return this.#replace(client, id, elements);
  }

  delete(client: LogtoClient, id: string): Promise<void> {
    return this.set.replace(client, id, []);
  }

  async #replace(client: LogtoClient, id: string, elements: readonly string[]): Promise<Values> {
    await this.set.replace(client, id, elements).catch((error: unknown) => {
      if (!(error instanceof LogtoError)) throw error;
      if (error.outcome === "unknown") throw new IncompleteError(error, id, { organizationId: id });
      throw error.code === "entity.relation_foreign_key_not_found" ? unknownOrganization(id) : error;
    });
    return this.#outputsOf(id, elements);
  }

  #elementsOf({ [this.key]: elements }: Values): readonly string[] {
    return Array.isArray(elements) ? (elements as string[]) : [];
  }

  #outputsOf(organizationId: string, elements: readonly string[]): Values {
    return { organizationId, [this.key]: [...elements].sort() };
  }
}

function unknownOrganization(organizationId: string): LogtoError {
  return notFound(`organization with the ID ${quote(printable(organizationId))}`, "organizationId");
}
