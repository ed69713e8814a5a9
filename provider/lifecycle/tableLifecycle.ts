/** A resource as its table describes it: check, diff, secrets, the context of errors, and what is gone. */
import { isDeepStrictEqual } from "node:util";
import {
  type Canonical,
  canonical,
  type CreateOptions,
  createOptions,
  propertiesOf,
} from "../connector/canonical";
import type { Field, Fields } from "../connector/field";
import { idAttributeChange } from "../connector/attributeMapping";
import { issuerChange } from "../connector/issuer";
import { type KeepingOption, keptNameProblems } from "../connector/keptName";
import { inUse, type Problem } from "../connector/problem";
import { type Resource, type ResourceKey, resources, type Resources } from "../connector/resources";
import { validate } from "../connector/validate";
import { writtenAs } from "../connector/writing";
import { ExpectedError } from "../expectedError";
import type { LogtoClient } from "../logto/client";
import { lacksFeature } from "../logto/endpoint";
import { quote } from "../untrustedText";
import { isObject, unknown, type Values } from "../values";
import { joinId } from "./compositeId";
import { inContext, nameOf, notFound } from "./errorContext";
import type { OwnedObjects } from "./ownedObjects";
import type { CreateResult, Existing, Diff, ReadResult, Subject } from "./results";
import { markSecrets } from "./secrets";
import type { Session } from "./session";

type Declared<R extends Resource> = Canonical<R["inputs"]>;
type State<R extends Resource> = Partial<Canonical<R["inputs"]> & Canonical<R["outputs"]>>;

/** The run of the engine that calls are part of. */
export interface Run {
  /** Of all resources. */
  readonly session: Session;
  /** Those of this kind of resource. */
  readonly objects: OwnedObjects;
}

/** The requests of one kind of resource. Errors of Logto are thrown as they are: {@link TableLifecycle} adds their context. */
export interface Verbs<R extends Resource> {
  /** @param inputs valid ones of a program, of which some may not be known yet */
  onCheck?(inputs: Values, run: Run): void;
  create(
    client: LogtoClient,
    declared: Declared<R>,
    run: Run,
    options: CreateOptions<R["inputs"]>,
  ): Promise<CreateResult>;
  /**
   * @param state `undefined` if the stack does not manage the resource
   * @returns `undefined` if the object is gone; `id` if it is not the one that was asked for
   */
  read(
    client: LogtoClient,
    id: string,
    state: State<R> | undefined,
    run: Run,
  ): Promise<{ id?: string; outputs: Values } | undefined>;
  update(client: LogtoClient, id: string, state: State<R>, declared: Declared<R>, run: Run): Promise<Values>;
  delete(client: LogtoClient, id: string, state: State<R>, run: Run): Promise<void>;
  /** Whether a Logto can lack what the resource is, by its version or its configuration. */
  readonly isOptional?: true;
  /** The notice that takes the place of a delete which Logto does not have. */
  readonly deleteNotice?: string;
  /**
   * The property by which an object is found whose ID is not known, since the answer to its create was lost. Only a new
   * resource gets an ID, so the resource is replaced.
   */
  replacedBy?(id: string): string | undefined;
}

/** The verbs of each resource. */
export type VerbTable = { readonly [Key in ResourceKey]: Verbs<Resources[Key]> };

/** The calls of the engine, in plain values. */
export class TableLifecycle {
  protected readonly table: Resource;
  protected readonly verbs: Verbs<Resource>;

  constructor(
    key: ResourceKey,
    verbs: VerbTable,
    protected readonly run: Run,
  ) {
    this.table = resources[key];
    this.verbs = verbs[key];
  }

  /**
   * Does no I/O, since the engine checks and diffs resources one after the other.
   *
   * @param before the inputs of the last deployment; empty for a new resource
   * @param kept the option by which the engine keeps the old object while a new one is created, where the program is known
   */
  check(
    inputs: Values,
    before: Values,
    kept?: KeepingOption,
  ): { inputs: Values; failures: readonly Problem[] } {
    const problems = [
      ...this.#problemsOf(inputs, before),
      ...(kept === undefined ? [] : keptNameProblems(this.table, inputs, before, kept)),
    ];
    const failures = problems.filter(({ isWarning }) => isWarning !== true);
    for (const problem of problems.filter(({ isWarning }) => isWarning === true))
      this.#warn("", inputs, problem);
    if (failures.length > 0) return { inputs, failures };
    const { inputs: fields } = this.table;
    // The engine compares these inputs with those of the last deployment.
    const declared = writtenAs(fields, canonical(fields, before), canonical(fields, inputs));
    this.verbs.onCheck?.(declared, this.run);
    return { inputs: declared, failures };
  }

  /** A problem is in use where the inputs before had it too, with the same value: it can follow from another field. */
  #problemsOf(inputs: Values, before: Values): Problem[] {
    const { inputs: fields } = this.table;
    return validate(fields, inputs).flatMap((problem) => {
      const { path, whenNew } = problem;
      const isInUse =
        whenNew === true &&
        isDeepStrictEqual(valueAt(path, inputs), valueAt(path, before)) &&
        validate(fields, before).some((earlier) => earlier.path === path && earlier.whenNew === true);
      return isInUse ? inUse(problem) : [problem];
    });
  }

  diff(id: string, outputs: Values, inputs: Values): Diff {
    const { deleteBeforeReplace } = this.table;
    const diff = this.#diffOf(id, outputs, inputs);
    return deleteBeforeReplace === undefined ? diff : { ...diff, deleteBeforeReplace };
  }

  #diffOf(id: string, outputs: Values, inputs: Values): Diff {
    const { inputs: fields } = this.table;
    const property = this.verbs.replacedBy?.(id);
    if (property !== undefined) return { changes: true, replaces: [property] };
    const declared: Values = this.#declaredOf(inputs);
    const state: Values = this.#stateOf(outputs, declared);
    this.#assertOwnState(id, state);
    const changed = Object.keys(propertiesOf(fields, { ...state, ...declared })).filter(
      (field) => !isDeepStrictEqual(state[field], declared[field]),
    );
    const replaces = changed.filter((field) => fields[field]?.replaces === true);
    if (replaces.length > 0) return { replaces };
    if (changed.length === 0) return { changes: false };
    const { config: before } = state;
    const { config: after } = declared;
    if (!isObject(before) || !isObject(after)) return {};
    for (const change of [issuerChange(before, after), idAttributeChange(before, after)])
      if (change !== undefined) this.#warn(id, inputs, change);
    return {};
  }

  /**
   * An alias can give a resource the state of one of another type, whose object nothing would represent any more.
   *
   * @throws ExpectedError if a property is missing that every state of this type has, or the ID is another
   */
  #assertOwnState(id: string, state: Values): void {
    const { name, inputs: fields, onePerTenant, idFormat } = this.table;
    const lacks = Object.entries(fields).some(
      ([key, field]) => isInEveryState(field) && state[key] === undefined,
    );
    if (!lacks && (onePerTenant !== true || id === idFormat)) return;
    throw new ExpectedError(
      `The state of the resource with the ID ${quote(id)} is not that of a resource ${name}. If the option \`aliases\` names one of ` +
        "another type, remove that alias. Nothing was changed.",
    );
  }

  /**
   * Returns the outputs to which a create or an update will lead, as far as they are known before. Does no I/O.
   *
   * @param current `undefined` before a create
   */
  preview(inputs: Values, current: Existing | undefined): Values {
    const declared: Values = this.#declaredOf(inputs);
    const state: Values | undefined = current && this.#stateOf(current.outputs, declared);
    const isKnown = ({ follows }: Field) =>
      follows === undefined || isDeepStrictEqual(state?.[follows], declared[follows]);
    const outputs = Object.entries(this.table.outputs).map(([key, field]) => [
      key,
      state !== undefined && isKnown(field) ? state[key] : unknown,
    ]);
    return { ...state, ...declared, ...(Object.fromEntries(outputs) as Values) };
  }

  create(client: LogtoClient, inputs: Values): Promise<CreateResult> {
    return inContext("create", this.subject("", inputs), async () => {
      const { inputs: fields } = this.table;
      const declared = this.#declaredOf(inputs);
      const created = await this.verbs.create(client, declared, this.run, createOptions(fields, inputs));
      this.run.objects.recordSeen(created.id);
      return created;
    });
  }

  /**
   * @param outputs `undefined` if the stack does not manage the resource
   * @returns `undefined` if the resource is gone
   */
  async read(client: LogtoClient, id: string, outputs: Values | undefined): Promise<ReadResult | undefined> {
    const state = outputs && this.#stateOf(outputs);
    const found = await inContext("read", this.subject(id, outputs ?? {}), () =>
      this.verbs.read(client, id, state, this.run),
    ).catch(async (error: unknown) => {
      if (outputs === undefined || !(await this.#isLacking(client, outputs, error))) throw error;
      // Reported as gone, it would be created again, which fails.
      this.run.session.notifyTogether(
        nameOf(this.subject(id, outputs)),
        (names) =>
          `Not read, since this Logto does not have the feature any more: ${names}. It has no effect as long as that is so: ` +
          "remove it from the program.",
      );
      return { outputs };
    });
    if (found !== undefined) {
      const outputsFound = writtenAs(this.#fields, state ?? {}, found.outputs);
      return { id, inputs: this.#declaredOf(outputsFound), ...found, outputs: outputsFound };
    }
    if (outputs !== undefined) return undefined;
    throw notFound(`${this.table.noun} with the ID ${quote(id)}`);
  }

  update(client: LogtoClient, id: string, outputs: Values, inputs: Values): Promise<Values> {
    return inContext("update", this.subject(id, inputs), () => {
      this.run.objects.recordSeen(id);
      const declared = this.#declaredOf(inputs);
      return this.verbs.update(client, id, this.#stateOf(outputs, declared), declared, this.run);
    });
  }

  delete(client: LogtoClient, id: string, outputs: Values): Promise<void> {
    const subject = this.subject(id, outputs);
    return inContext("delete", subject, () =>
      this.verbs.delete(client, id, this.#stateOf(outputs), this.run),
    ).catch(async (error: unknown) => {
      if (!(await this.#isLacking(client, outputs, error))) throw error;
      this.run.session.notifyTogether(
        nameOf(subject),
        (names) =>
          `Removed from the stack, but not from Logto, which does not have the feature any more: ${names}. It has no effect as ` +
          "long as that is so, and is deleted with its connector.",
      );
    });
  }

  /**
   * Whether an error says that Logto does not have what the resource is. Its connector is read as well: a proxy that does not know
   * a path answers in the same way.
   */
  async #isLacking(client: LogtoClient, { connectorId }: Values, error: unknown): Promise<boolean> {
    if (this.verbs.isOptional !== true || !lacksFeature(error)) return false;
    return client.getConnector(String(connectorId)).then(
      () => true,
      () => false,
    );
  }

  /** Marks the secrets among the properties, by the mark of a front end. */
  markSecrets(properties: Values, secret: (value: unknown) => unknown): Values {
    return markSecrets(this.table, properties, secret);
  }

  /** Names the object in errors and notices. */
  protected subject(id: string, properties: Values): Subject {
    const { name, connectorName = name, connectorId, config } = properties;
    const { noun, idFrom = [] } = this.table;
    const parts = idFrom.map((part) => stringOf(properties[part]));
    const isKnown = (part: string | undefined) => part !== undefined;
    const composed = parts.length > 0 && parts.every(isKnown) ? joinId(...parts) : connectorId;
    const known = stringOf(id !== "" ? id : composed);
    return { noun, name: stringOf(connectorName), id: known, config: config as Values | undefined };
  }

  #declaredOf(inputs: Values): Declared<Resource> {
    return propertiesOf(this.table.inputs, inputs);
  }

  get #fields(): Fields {
    return { ...this.table.inputs, ...this.table.outputs };
  }

  /**
   * Brought to canonical form again, since an older version of this package may have written it.
   *
   * @param declared whose writing to take where both say the same
   */
  #stateOf(outputs: Values, declared: Values = {}): State<Resource> {
    const fields = this.#fields;
    return propertiesOf(fields, writtenAs(fields, declared, canonical(fields, outputs)));
  }

  #warn(id: string, inputs: Values, { path, message }: Problem): void {
    this.run.session.notify(`${nameOf(this.subject(id, inputs))}: ${path}: ${message}`, "warning");
  }
}

/** Other fields may be missing where the answer to a create was lost. */
function isInEveryState({ replaces, defaultsToResourceName }: Field): boolean {
  return replaces === true || defaultsToResourceName === true;
}

function stringOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** @param path keys, separated by dots */
function valueAt(path: string, values: Values): unknown {
  return path.split(".").reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), values);
}
