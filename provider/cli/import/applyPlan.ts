/**
 * Carries out the plan of an import. The next `pulumi up` would delete a connector that is in the state but not in the
 * program. So the state is changed last, once a preview has shown that the program declares every connector. A process
 * that ends before leaves files and secrets, which the next import finds and uses.
 */
import type { Values } from "../../values";
import { type ResourceKey, resources } from "../../connector/resources";
import { pluginTypeOf } from "../../engine/pluginTokens";
import { qualifiedTypeOf, resourceNameOf } from "../../engine/urn";
import { secretMark } from "../../engine/engineValues";
import { markSecrets } from "../../lifecycle/secrets";
import { loaderOf, typeTokenOf } from "../../dynamic/tokens";
import { quote } from "../../untrustedText";
import { CommandError } from "../io/commandError";
import { withProgress } from "../io/progress";
import type { Preview, Pulumi } from "../stack/pulumiCli";
import { isOf, managedOf } from "../stack/stateResource";
import type { Destination } from "./destination";
import {
  connectorNamesOf,
  type DeclaredConnectors,
  type Importable,
  newConnectors,
  otherOrganizationValues,
  otherValues,
  type Plan,
} from "./plan";
import { type Change, writeDeclarations } from "./writeDeclarations";

interface ImportContext {
  readonly pulumi: Pulumi;
  readonly destination: Destination;
  /** Endpoint of the tenant. */
  readonly endpoint: string;
}

/**
 * @param planWith creates the plan again, once it is known what the program declares already
 * @returns the plan that was carried out, and what was written
 */
export async function applyPlan(
  plan: Plan,
  planWith: (declared: DeclaredConnectors) => Promise<Plan>,
  context: ImportContext,
): Promise<{ plan: Plan; change: Change | undefined }> {
  if (plan.declarations.length === 0) return { plan, change: undefined };
  const { plan: final, change } = await declareAll(plan, planWith, context);
  if (importablesOf(final).length === 0) return { plan: final, change };
  await importIntoState(final, change, context);
  await verifyPreview(final, context.pulumi);
  return { plan: final, change };
}

/** Makes the program declare every connector. */
async function declareAll(
  plan: Plan,
  planWith: (declared: DeclaredConnectors) => Promise<Plan>,
  context: ImportContext,
): Promise<{ plan: Plan; change: Change | undefined }> {
  const { pulumi, destination } = context;
  const change = await writeDeclarations(plan, pulumi, destination);
  const preview = await previewOf(pulumi, "Verifying the declarations");
  if (!preview.failed) {
    assertDeclared(plan, preview, change, destination);
    await assertUnchanged(plan, preview, change);
    return { plan, change };
  }
  await change?.undo();
  // The program may declare some already, as an interrupted import leaves it. Two resources with one name are an error.
  const before = plan.declared.length > 0 ? preview : await previewOf(pulumi, "Reading the program");
  if (before.failed) {
    throw new CommandError(
      `Nothing was imported, because \`pulumi preview\` of the program fails. Fix the program and try again.\n${before.errors}`,
    );
  }
  const next = await planWith(newConnectors(before));
  // What is declared already is not declared again, so that the preview can succeed.
  if (next.declarations.length < plan.declarations.length) return declareAll(next, planWith, context);
  const advice = destination.adviceOn?.(preview.errors);
  throw new CommandError(
    `Nothing was imported, because \`pulumi preview\` fails when the program declares the connectors.\n${preview.errors}` +
      (advice === undefined ? "" : `\n${advice}`),
  );
}

function assertDeclared(
  plan: Plan,
  preview: Preview,
  change: Change | undefined,
  destination: Destination,
): void {
  if (change === undefined) return;
  const names = connectorNamesOf(preview);
  const previewed = newConnectors(preview);
  const isMissing = ({ connector }: Importable) => !names.has(connector.connectorName);
  const isIncomplete = ({ connector, parts }: Importable) =>
    parts.some(({ key }) => previewed.get(connector.connectorName)?.parts.has(key) !== true);
  for (const [of, isLacking] of [
    ["", isMissing],
    ["the organization of ", isIncomplete],
  ] as const) {
    const lacking = importablesOf(plan).filter(isLacking);
    const [first] = lacking;
    if (first === undefined) continue;
    throw new CommandError(
      `${destination.whereabouts(change.files)}, but \`pulumi preview\` does not show ${of}${lacking.length} of the connectors, ` +
        `such as ${quote(first.connector.connectorName)}. The state was not changed. ${destination.advice(change.files)}`,
    );
  }
}

/** A program can add to what is declared, such as to all customers' files, and the next `pulumi up` would change the connector. */
async function assertUnchanged(plan: Plan, preview: Preview, change: Change | undefined): Promise<void> {
  const previewed = newConnectors(preview);
  const changed = importablesOf(plan).flatMap(
    ({ resourceName, connector: { connectorName }, declared, parts }) => {
      const resource = previewed.get(connectorName);
      const others =
        resource === undefined
          ? []
          : [...otherValues(resource, declared), ...otherOrganizationValues(resource, parts)];
      return others.length === 0 ? [] : [`  ${quote(resourceName)} ${others.join(", ")}`];
    },
  );
  if (changed.length === 0) return;
  await change?.undo();
  throw new CommandError(
    [
      "Nothing was imported, because `pulumi up` would change some connectors: the program gives them other values than the import " +
        "declares. Correct the program, and run the same command again:",
      ...changed,
    ].join("\n"),
  );
}

async function importIntoState(
  plan: Plan,
  change: Change | undefined,
  { pulumi, destination, endpoint }: ImportContext,
): Promise<void> {
  const importables = importablesOf(plan);
  const inImport = (key: ResourceKey, name: string, id: string, declared: Values, state: Values) =>
    destination.frontEnd === "plugin"
      ? { type: pluginTypeOf(key), name, id }
      : {
          type: typeTokenOf(key),
          name,
          id,
          // Given both, Pulumi does not read the resource, which it could not: the dynamic provider is not in the state yet.
          inputs: forState(key, { ...declared }),
          outputs: forState(key, { ...state, endpoint }),
        };
  const parts = importables.flatMap(({ resourceName, parts }) =>
    parts.map(({ key, id, declared, state }) => inImport(key, resourceName, id, declared, state)),
  );
  const connectors = importables.map(({ resourceName, connector: { id }, declared, state }) =>
    inImport("ssoConnector", resourceName, id, { ...declared }, { ...state }),
  );
  try {
    await withProgress(`Importing ${connectors.length} connectors into the state`, async () => {
      // A connector in the state is taken for complete. So what belongs to it is there before.
      if (parts.length > 0) await pulumi.import(parts);
      await pulumi.import(connectors);
    });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const imported = new Map<ResourceKey, Set<string>>();
    const note = (key: ResourceKey, id: string) =>
      imported.set(key, (imported.get(key) ?? new Set()).add(id));
    for (const { connector, parts } of importables) {
      note("ssoConnector", connector.id);
      for (const { key, id } of parts) note(key, id);
    }
    const inState = await pulumi.resources().then(
      (resources) =>
        [...imported].flatMap(([key, ids]) => managedOf(resources, key).filter(({ id = "" }) => ids.has(id)))
          .length,
      () => undefined,
    );
    if (inState === 0) {
      await change?.undo();
      throw error;
    }
    throw new CommandError(
      `${error.message}\nSome connectors may be in the state, so the project's files were kept. Run the same command again to import the rest.`,
    );
  }
}

/** @throws CommandError if `pulumi up` would change an imported connector */
async function verifyPreview(plan: Plan, pulumi: Pulumi): Promise<void> {
  const preview = await previewOf(pulumi, "Verifying that nothing is left to change");
  const imported = "The connectors are in the program and in the state, but";
  if (preview.failed) {
    throw new CommandError(
      `${imported} \`pulumi preview\` fails. Fix the program before you run \`pulumi up\`.\n${preview.errors}`,
    );
  }
  const keysOf = new Map(
    importablesOf(plan).map(({ resourceName, parts }) => [
      resourceName,
      ["ssoConnector", ...parts.map(({ key }) => key)] as ResourceKey[],
    ]),
  );
  const changes = preview.steps.filter(
    ({ op, urn }) =>
      op !== "same" &&
      keysOf.get(resourceNameOf(urn))?.some((key) => isOf(qualifiedTypeOf(urn), key)) === true,
  );
  if (changes.length === 0) return;
  throw new CommandError(
    [
      `${imported} \`pulumi up\` would change some. Run \`pulumi preview --diff\` and correct the program first, without taking a connector out of it, which would delete it:`,
      ...changes.map(({ op, urn, diffReasons }) =>
        `  ${op} ${quote(resourceNameOf(urn))} ${(diffReasons ?? []).join(", ")}`.trimEnd(),
      ),
    ].join("\n"),
  );
}

const importablesOf = ({ declared, declarations }: Plan): readonly Importable[] => [
  ...declared,
  ...declarations,
];

function previewOf(pulumi: Pulumi, label: string): Promise<Preview> {
  return withProgress(label, () => pulumi.preview());
}

function forState(key: ResourceKey, properties: Values): Values {
  const hidden = markSecrets(resources[key], properties, (value) => ({
    ...secretMark,
    plaintext: JSON.stringify(value),
  }));
  return { ...hidden, __provider: loaderOf(key) };
}
