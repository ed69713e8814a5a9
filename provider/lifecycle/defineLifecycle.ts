/** What every resource does, derived from its table: check, diff, secrets, the context of errors, and what is gone. */
import { isDeepStrictEqual } from "node:util";
import { type Canonical, canonical, propertiesOf } from "../connector/canonical";
import { isObject, unknown, type Values } from "../values";
import type { Field } from "../connector/field";
import { issuerChange } from "../connector/issuer";
import { type Resource, type ResourceKey, resources, type Resources } from "../connector/resources";
import { validate, type Warning } from "../connector/validate";
import type { LogtoClient } from "../logto/client";
import { quote } from "../untrustedText";
import { joinId } from "./compositeId";
import { inContext, nameOf, notFound } from "./errorContext";
import type { Created, ResourceLifecycle, Run, Subject } from "./lifecycle";
import { markSecrets } from "./secrets";

type Declared<R extends Resource> = Canonical<R["inputs"]>;
type State<R extends Resource> = Partial<Canonical<R["inputs"]> & Canonical<R["outputs"]>>;

/** What a resource does by itself. Errors of Logto are thrown as they are: their context is added here. */
export interface Verbs<R extends Resource> {
  /** @param inputs valid ones of a program, of which some may not be known yet */
  onCheck?(inputs: Values, run: Run): void;
  /** @param adopt whether the program wants an existing object to be taken over */
  create(client: LogtoClient, declared: Declared<R>, run: Run, adopt: boolean): Promise<Created>;
  /**
   * @param state `undefined` if the stack does not manage the resource
   * @returns `undefined` if the object is gone; `id` if it is not the one that was asked for
   */
  read(
    client: LogtoClient,
    id: string,
    state: State<R> | undefined,
  ): Promise<{ id?: string; outputs: Values } | undefined>;
  update(client: LogtoClient, id: string, state: State<R>, declared: Declared<R>, run: Run): Promise<Values>;
  delete(client: LogtoClient, id: string, state: State<R>): Promise<void>;
  /** The notice that takes the place of a delete which Logto does not have. */
  readonly deleteNotice?: string;
  /**
   * The property by which an object is found whose ID is not known, since the answer to its create was lost. Only a new
   * resource gets an ID, so the resource is replaced.
   */
  replacedBy?(id: string): string | undefined;
}

export function defineLifecycle<Key extends ResourceKey>(
  key: Key,
  verbs: Verbs<Resources[Key]>,
): (run: Run) => ResourceLifecycle {
  const shape = shapeOf(key);
  const { idFrom, onePerTenant = false } = shape.resource;
  return (run) => ({
    ...localCalls(shape, verbs, run),
    ...remoteCalls(shape, verbs, run),
    subject: shape.subject,
    deleteNotice: verbs.deleteNotice,
    isIdGiven: onePerTenant || idFrom !== undefined,
    onePerTenant,
  });
}

/** How values of a resource are read, from its table. */
interface Shape<R extends Resource> {
  readonly resource: Resource;
  readonly declaredOf: (inputs: Values) => Declared<R>;
  readonly stateOf: (outputs: Values) => State<R>;
  readonly subject: (id: string, properties: Values) => Subject;
}

function shapeOf<Key extends ResourceKey>(key: Key): Shape<Resources[Key]> {
  const resource: Resource = resources[key];
  const { noun, inputs: inputFields, outputs: outputFields, idFrom = [] } = resource;
  const stateFields = { ...inputFields, ...outputFields };
  return {
    resource,
    declaredOf: (inputs) => propertiesOf(inputFields, inputs) as Declared<Resources[Key]>,
    // Brought to canonical form again, since an older version of this package may have written it.
    stateOf: (outputs) => propertiesOf(stateFields, canonical(stateFields, outputs)),
    subject(id, properties) {
      const { connectorName, connectorId, config } = properties;
      const parts = idFrom.map((part) => stringOf(properties[part]));
      const isKnown = (part: string | undefined) => part !== undefined;
      const composed = parts.length > 0 && parts.every(isKnown) ? joinId(...parts) : connectorId;
      const known = stringOf(id !== "" ? id : composed);
      return { noun, name: stringOf(connectorName), id: known, config: config as Values | undefined };
    },
  };
}

/** The calls that need no request. */
function localCalls<R extends Resource>(
  { resource, declaredOf, stateOf, subject }: Shape<R>,
  verbs: Verbs<R>,
  run: Run,
): Pick<ResourceLifecycle, "check" | "diff" | "preview" | "markSecrets"> {
  const { inputs: inputFields, outputs: outputFields, deleteBeforeReplace } = resource;
  const warn = (id: string, inputs: Values, { property, reason }: Warning) => {
    run.notify(`${nameOf(subject(id, inputs))}: ${property}: ${reason}`, "warning");
  };

  return {
    check(inputs, before) {
      const { failures, warnings } = validate(inputFields, inputs);
      const isNew = ({ property }: Warning) =>
        !isDeepStrictEqual(valueAt(property, inputs), valueAt(property, before));
      for (const warning of warnings)
        if (warning.whenNew !== true || isNew(warning)) warn("", inputs, warning);
      if (failures.length > 0) return { inputs, failures };
      const declared = canonical(inputFields, inputs);
      verbs.onCheck?.(declared, run);
      return { inputs: declared, failures };
    },

    diff(id, outputs, inputs) {
      const replacement = deleteBeforeReplace === true ? { deleteBeforeReplace } : {};
      const property = verbs.replacedBy?.(id);
      if (property !== undefined) return { changes: true, replaces: [property], ...replacement };
      const [current, declared] = [stateOf(outputs) as Values, declaredOf(inputs) as Values];
      const changed = Object.keys(propertiesOf(inputFields, { ...current, ...declared })).filter(
        (field) => !isDeepStrictEqual(current[field], declared[field]),
      );
      const replaces = changed.filter((field) => inputFields[field]?.replaces === true);
      if (replaces.length > 0) return { replaces, ...replacement };
      if (changed.length === 0) return { changes: false };
      const { config: before } = current;
      const { config: after } = declared;
      const warning = isObject(before) && isObject(after) ? issuerChange(before, after) : undefined;
      if (warning !== undefined) warn(id, inputs, warning);
      return {};
    },

    preview(inputs, current) {
      const declared = declaredOf(inputs) as Values;
      const state: Values | undefined = current && stateOf(current.outputs);
      const isKnown = ({ follows }: Field) =>
        follows === undefined || isDeepStrictEqual(state?.[follows], declared[follows]);
      const decided = Object.entries(outputFields).map(([key, field]) => [
        key,
        state !== undefined && isKnown(field) ? state[key] : unknown,
      ]);
      return { ...state, ...declared, ...(Object.fromEntries(decided) as Values) };
    },

    markSecrets: (properties, secret) => markSecrets(resource, properties, secret),
  };
}

/** The calls that ask or change Logto. */
function remoteCalls<R extends Resource>(
  { resource, declaredOf, stateOf, subject }: Shape<R>,
  verbs: Verbs<R>,
  run: Run,
): Pick<ResourceLifecycle, "create" | "read" | "update" | "delete"> {
  return {
    create: (client, inputs) =>
      inContext("create", subject("", inputs), async () => {
        const created = await verbs.create(client, declaredOf(inputs), run, inputs.adopt === true);
        run.recordSeen(created.id);
        return created;
      }),

    async read(client, id, outputs) {
      const state = outputs && stateOf(outputs);
      const found = await inContext("read", subject(id, outputs ?? {}), () => verbs.read(client, id, state));
      if (found !== undefined) {
        return { id, inputs: declaredOf(found.outputs), ...found };
      }
      if (outputs !== undefined) return undefined;
      throw notFound(`${resource.noun} with the ID ${quote(id)}`);
    },

    update: (client, id, outputs, inputs) =>
      inContext("update", subject(id, inputs), () => {
        run.recordSeen(id);
        return verbs.update(client, id, stateOf(outputs), declaredOf(inputs), run);
      }),

    delete: (client, id, outputs) =>
      inContext("delete", subject(id, outputs), () => verbs.delete(client, id, stateOf(outputs))),
  };
}

function stringOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** @param path keys, separated by dots */
function valueAt(path: string, values: Values): unknown {
  return path.split(".").reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), values);
}
