/** The base of all resource classes, which are made from the tables. */
import * as pulumi from "@pulumi/pulumi";
import { canonical, propertyKeys, withDefaults } from "../connector/canonical";
import type { Fields } from "../connector/field";
import type { KeepingOption } from "../connector/keptName";
import { type Resource, type ResourceKey, resources, type Resources } from "../connector/resources";
import { keepingOptionKey, loaderOf, typeTokenOf } from "../dynamic/tokens";
import { pluginTypeOf } from "../engine/pluginTokens";
import type { ProviderName } from "../connector/identityProviders";
import { quote } from "../untrustedText";
import { hiddenToString, hidesToString, isTooDeep, tooDeep } from "../values";
import type { OutputsOf } from "./args";
import { declaredOfId, rememberDeclared } from "./declaredResources";
import { ObjectClaim } from "./duplicates";
import { requireLoadable } from "./hostPackage";
import { secretPathsInput } from "./secretPaths";
import { checkSettings, inheritedProvider, providerOf } from "./tenant";
import { shortenTraces } from "./stackTraces";

/** The properties of all resources of this package. */
export abstract class LogtoResource extends pulumi.CustomResource {
  // Declared only: class fields would be initialised after `super`, over what it has set.
  /**
   * The endpoint of Logto at which the object was last seen. When the settings name a different one, the object is looked up
   * there before anything is changed. `undefined` in a state of version 0.1.0, until the next refresh or update.
   */
  declare readonly endpoint: pulumi.Output<string | undefined>;
}

/** The class of a resource: its constructor, and the static members that Pulumi's resources have. */
export interface ResourceClass<Key extends ResourceKey, Args> {
  new <P extends ProviderName = ProviderName>(
    name: string,
    args: Args,
    opts?: pulumi.CustomResourceOptions,
  ): LogtoResource & OutputsOf<Resources[Key], P>;
  /** @internal */
  readonly __pulumiType: string;
  /**
   * Reads an existing resource that this stack does not manage.
   *
   * @param name the name of the resource in this program
   * @param id the ID of the resource, in the format of the reference; the deployment fails if there is none
   * @param state not needed: everything is read from Logto
   */
  get<Instance>(
    this: new (name: string, args: never, opts?: pulumi.CustomResourceOptions) => Instance,
    name: string,
    id: pulumi.Input<pulumi.ID>,
    state?: object,
    opts?: Omit<pulumi.CustomResourceOptions, "id">,
  ): Instance;
  /** Returns whether an object is an instance of this class, even if another copy of this package created it. */
  isInstance<Instance>(
    this: new (name: string, args: never, opts?: pulumi.CustomResourceOptions) => Instance,
    obj: unknown,
  ): obj is Instance;
}

/** Makes the class of a resource from its table. */
export function resourceClass<Key extends ResourceKey, Args extends object | undefined>(
  key: Key,
): ResourceClass<Key, Args> {
  const resource: Resource = resources[key];
  const type = typeTokenOf(key);
  const { inputs, outputs } = resource;
  // Only properties that are given to the engine, if only as `undefined`, come back as outputs.
  const names = [...propertyKeys(inputs), ...propertyKeys(outputs), "endpoint"];
  const absent = Object.fromEntries(names.map((name) => [name, undefined]));

  class TableResource extends LogtoResource {
    static readonly __pulumiType = type;

    static get(
      name: string,
      id: pulumi.Input<pulumi.ID>,
      _state?: object,
      opts?: Omit<pulumi.CustomResourceOptions, "id">,
    ) {
      // Pulumi would take the resource for a new one.
      if (id === "") throw new pulumi.RunError(`${resource.name}.get(${quote(name)}, …): the ID is empty.`);
      return new this(name, undefined, { ...opts, id });
    }

    static override isInstance(obj: unknown): obj is TableResource {
      return (obj as { __pulumiType?: unknown } | null | undefined)?.__pulumiType === type;
    }

    /** @param args `undefined` for a resource that is only read: it has outputs only */
    constructor(name: string, args: Args | undefined, opts: pulumi.CustomResourceOptions = {}) {
      requireLoadable();
      if (args !== undefined && opts.import) throw importError(resource, name);
      for (const [key, value] of Object.entries(args ?? {})) {
        const problem = isTooDeep(value) ? tooDeep : hidesToString(value) ? hiddenToString : undefined;
        if (problem !== undefined)
          throw new pulumi.RunError(`The ${resource.name} ${quote(name)}: ${key} ${problem}`);
      }
      const restoreTraces = shortenTraces(__filename);
      const given = args && withDefaults(inputs, args, name);
      const claim = new ObjectClaim(key);
      const values = given && {
        ...given,
        ...claim.identifying(given),
        ...keepingOption(resource, opts),
        ...secretPathsInput(given),
      };
      try {
        super(type, name, { ...absent, ...values, __provider: loaderOf(key) }, optionsOf(key, args, opts));
      } catch (error) {
        restoreTraces();
        if (error instanceof Error) Error.captureStackTrace(error);
        throw error;
      }
      restoreTraces();
      if (opts.id === undefined) {
        rememberDeclared(this);
        claim.of(this, name, opts.parent, given ?? {});
      }
      convertTimestamps(this, outputs);
      checkSettings(providerOf(this));
    }
  }
  return TableResource as unknown as ResourceClass<Key, Args>;
}

/**
 * Pulumi's host of dynamic providers loads the code of a resource from its inputs, and the engine sends none for an import (seen
 * with Pulumi CLI 3.259).
 */
function importError({ name: className, adoption }: Resource, name: string): pulumi.RunError {
  const links = /\[(.+?)\]\(.+?\)/g;
  return new pulumi.RunError(
    `The ${className} ${quote(name)} has the option \`import\`, which does not work for dynamic resources: remove it. ` +
      adoption.replace(links, "$1"),
  );
}

/** The input for {@link keepingOptionKey}. A component's `retainOnDelete`, which the engine passes on, is not known here. */
function keepingOption(
  { deleteBeforeReplace }: Resource,
  opts: pulumi.CustomResourceOptions,
): { [keepingOptionKey]?: KeepingOption } {
  if (deleteBeforeReplace !== true) return {};
  if (opts.retainOnDelete === true) return { [keepingOptionKey]: "retainOnDelete: true" };
  if (opts.deleteBeforeReplace === false) return { [keepingOptionKey]: "deleteBeforeReplace: false" };
  return {};
}

function optionsOf(
  key: ResourceKey,
  args: object | undefined,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResourceOptions {
  const { inputs, deleteBeforeReplace }: Resource = resources[key];
  // Given explicitly, so that the program knows the provider that the engine takes.
  const provider = opts.provider ?? inheritedProvider(opts.parent);
  const { connectorId, organizationId } = (args ?? {}) as { connectorId?: unknown; organizationId?: unknown };
  // Logto deletes what belongs to a connector or an organization together with it (Logto: packages/schemas/tables, "on delete
  // cascade"), so the engine must not: Logto would refuse that for a signing key in use. The owner is known where `connectorId`
  // or `organizationId` is its own output `id`.
  const owner =
    ("connectorId" in inputs ? declaredOfId(connectorId) : undefined) ??
    ("organizationId" in inputs ? declaredOfId(organizationId) : undefined);
  return {
    ...opts,
    // Also where the program passes `undefined`, as an option that depends on a condition does.
    ...(args !== undefined && deleteBeforeReplace === true
      ? { deleteBeforeReplace: opts.deleteBeforeReplace ?? true }
      : {}),
    ...(owner === undefined ? {} : { deletedWith: opts.deletedWith ?? owner }),
    // A stack may come from a program in another language.
    ...(args === undefined ? {} : { aliases: [{ type: pluginTypeOf(key) }, ...(opts.aliases ?? [])] }),
    ...(provider === undefined ? {} : { provider }),
  };
}

/** States of version 0.1.0 have timestamps in milliseconds. Made when they are read, since few programs do. */
function convertTimestamps(target: LogtoResource, outputs: Fields): void {
  for (const [key, { type }] of Object.entries(outputs)) {
    if (type !== "timestamp") continue;
    const stored = (target as unknown as Record<string, pulumi.Output<unknown>>)[key];
    const get = () => stored?.apply((value) => canonical(outputs, { [key]: value })[key]);
    Object.defineProperty(target, key, { get, enumerable: true, configurable: true });
  }
}
