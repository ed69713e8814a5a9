/**
 * The front end for Pulumi's dynamic provider host: everything that the host requires of a provider, so that a lifecycle deals in
 * plain values. Written for the host of @pulumi/pulumi 3.270 (Pulumi: sdk/nodejs/cmd/dynamic-provider/index.ts).
 */
import type * as pulumi from "@pulumi/pulumi";
import type { Values } from "../values";
import type { SecretPath } from "../connector/configSecrets";
import { type ResourceKey, resourceKeys } from "../connector/resources";
import { Calls, InitError } from "../engine/calls";
import { secretsAt } from "../engine/declaredSecrets";
import { providerKey } from "../engine/engineValues";
import type { Diff, MessageKind } from "../lifecycle/results";
import { ProcessEnd } from "../lifecycle/processEnd";
import type { KeepingOption } from "../connector/keptName";
import { Lifecycle } from "../lifecycle/lifecycle";
import { Session } from "../lifecycle/session";
import { asExpected, ExpectedError, UnexpectedError } from "../expectedError";
import { providerSettings, type SettingsSource, stackSettings } from "../logto/settings";
import { configKeyOf } from "../logto/settingTable";
import { printableLines } from "../untrustedText";
import { explicitProviderKey, keepingOptionKey, secretPathsKey } from "./tokens";

/** Returns the provider of each resource. Those of a process share a session. */
export function dynamicProviders(): Readonly<Record<ResourceKey, pulumi.dynamic.ResourceProvider>> {
  const session: Session = new Session(show, new ProcessEnd(() => session.showLast()));
  return Object.fromEntries(resourceKeys.map((key) => [key, dynamicProvider(session, key)])) as Record<
    ResourceKey,
    pulumi.dynamic.ResourceProvider
  >;
}

/** Shows users a message: the engine shows what the process prints until it ends. Resolves when it is written. */
function show(text: string, kind: MessageKind): Promise<void> {
  const prefix = kind === "warning" ? "warning: " : "";
  return new Promise((resolve) => {
    process.stdout.write(`${printableLines(prefix + text)}\n`, () => {
      resolve();
    });
  });
}

function dynamicProvider(session: Session, key: ResourceKey): pulumi.dynamic.ResourceProvider {
  const calls = new Calls(session, new Lifecycle(key, session));
  return {
    configure: (request) => {
      session.configure(settingsOf((key) => request.config.get(key)));
      return Promise.resolve();
    },
    check: (oldInputs: Values | undefined, given: Values) => {
      const { [keepingOptionKey]: kept, [secretPathsKey]: paths, ...inputs } = given;
      const secrets = secretsAt((paths ?? []) as SecretPath[], inputs);
      session.hide(secrets.texts);
      const checked = calls.check(oldInputs ?? {}, inputs, secrets, kept as KeepingOption | undefined);
      return withHostErrors(inputs, checked);
    },
    diff: async (id, state: Values, inputs: Values) => {
      const diff = await withHostErrors(inputs, calls.diff(id, state, inputs));
      return state[providerKey] === undefined ? diffOfPluginState(diff) : diff;
    },
    create: (inputs: Values) => withHostErrors(inputs, calls.create(inputs)),
    read: async (id, state: Values = {}) => {
      // Only a program asks for what the stack does not manage: an import passes no loader, so that the host rejects it.
      if (Object.keys(state).every((name) => name === providerKey)) session.runsProgram = true;
      return (await withHostErrors(state, calls.read(id, state))) ?? {};
    },
    update: async (id, state: Values, inputs: Values) => ({
      outs: await withHostErrors(inputs, calls.update(id, state, inputs)),
    }),
    delete: (id, state: Values) => withHostErrors(state, calls.delete(id, state)),
  };
}

/** The settings of an explicit provider, or else those of the stack. */
function settingsOf(config: (key: string) => string | undefined): SettingsSource {
  return config(explicitProviderKey) === undefined
    ? stackSettings(config)
    : providerSettings((name) => config(configKeyOf(name)));
}

/**
 * The diff of a resource whose state the plugin wrote. The host needs code in the state to read or delete it: an update adds
 * it.
 */
function diffOfPluginState(diff: Diff): Diff {
  if (diff.replaces === undefined || diff.replaces.length === 0) return { ...diff, changes: true };
  throw new ExpectedError(
    `The plugin wrote this resource's state, so it cannot be replaced (${diff.replaces.join(", ")}) in the run that moves it ` +
      "to this package. Run `pulumi up` without that change first.",
  );
}

/** Gives errors the form that the host needs. */
async function withHostErrors<Result>(props: Values, call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (failure) {
    // Where secrets are known, it is an error of ours by now.
    const error = asExpected(failure);
    // Without __provider, the engine could not delete what it keeps.
    if (error instanceof InitError)
      error.properties = { ...error.properties, [providerKey]: props[providerKey] };
    // The host prints the stack of an error, which says nothing to a user unless the error is a bug in this code.
    const stack = error instanceof UnexpectedError ? `\n${error.frames}` : "";
    Object.defineProperties(error, { stack: { value: stack }, name: { value: "" } });
    throw error;
  }
}
