/** `logto-sso import`: imports existing connectors into the program and the state of a stack. */
import { resolve } from "node:path";
import type { ApiConnector } from "../../connector/apiConnector";
import { pluginTypeOf } from "../../engine/pluginTokens";
import { inLanguage, languageOf, type ProgramLanguage } from "../../engine/programLanguage";
import { readSignature } from "../../lifecycle/signing";
import type { LogtoClient } from "../../logto/client";
import { mapInParallel } from "../../logto/parallel";
import { withoutExposed } from "../../connector/exposedSecret";
import { printable, quote } from "../../untrustedText";
import { findEntry } from "../codegen/programEntry";
import { readOwnTenant } from "../tenant/ownTenant";
import { CommandError } from "../io/commandError";
import { unreadableNote } from "../health/idpHealth";
import { applyPlan } from "./applyPlan";
import { type LinkedOrganizations, readLinkedOrganizations } from "./customerOrganization";
import type { Destination } from "./destination";
import { generatedCode } from "./codeDestination";
import { pluginProgram } from "./pluginDestination";
import { lockProject } from "./projectLock";
import { assertEditable } from "./projectFiles";
import { createPlan, type DeclaredConnectors, type Importable, type Plan } from "./plan";
import { hasLongText, withShortTexts } from "./shortDeclarations";
import { findSecrets, separateSecrets } from "./stackSecrets";
import { print, printError, printMessage } from "../io/output";
import { withProgress } from "../io/progress";
import { type Terminal, terminalOf } from "../io/terminal";
import { byName, table, wrapped } from "../io/layout";
import type { Project } from "../stack/project";
import { openWorkspace, requireProjectFolder } from "../stack/workspace";

export interface ImportOptions {
  readonly all?: boolean;
  readonly id?: readonly string[];
  readonly name?: readonly string[];
  readonly stack?: string;
  readonly out?: string;
  readonly customers?: string;
  readonly yaml?: boolean;
  readonly dryRun?: boolean;
}

/** @throws CommandError if anything is left to do for the user */
export async function importConnectors(options: ImportOptions): Promise<void> {
  if (!options.all && !options.id && !options.name) {
    throw new CommandError(
      "Specify which connectors to import: --all, --id ID… or --name NAME…. Run `logto-sso list` to see them.",
    );
  }
  const folder = requireProjectFolder();
  const release = options.dryRun ? () => undefined : lockProject(folder);
  try {
    await importInto(folder, options);
  } finally {
    release();
  }
}

async function importInto(folder: string, options: ImportOptions): Promise<void> {
  const { readProject } = await import("../stack/project.js");
  const project = readProject();
  const workspace = await withProgress("Reading the stack", () => openWorkspace(options.stack));
  const destination = await destinationOf(folder, project, workspace.config, options);
  if (options.dryRun !== true) assertEditable(destination.target);
  const { tenant, resources, managed } = await withProgress("Reading the tenant", () =>
    readOwnTenant(workspace),
  );
  const { client, connectors, unreadable } = tenant;
  const selected = requestedConnectors(connectors, unreadable, options);
  const inTenant = new Set(managed.map(({ urn }) => urn));
  const terminal = await terminalOf(process.stdout);
  const isShort = options.dryRun === true && terminal.columns !== undefined;
  const declaring = isShort ? withShortTexts(destination) : destination;
  const planOf = (declared: DeclaredConnectors, organizations?: LinkedOrganizations) =>
    createPlan(selected, resources, declaring, declared, (urn) => inTenant.has(urn), organizations);
  const organizations =
    options.customers === undefined ? undefined : await organizationsOf(client, planOf(new Map()));
  const planWith = (declared: DeclaredConnectors) =>
    withCertificates(client, planOf(declared, organizations));
  let plan = await planWith(new Map());
  const language = destination.frontEnd === "dynamic" ? "typescript" : languageOf(project.runtime);

  if (options.dryRun) {
    if (plan.declarations.length > 0) print(destination.textOf(plan.declarations));
    if (isShort && plan.declarations.some(({ declared }) => hasLongText(declared))) {
      print([...wrapped(shortNote, terminal), ""].join("\n"));
    }
    printPlan(plan, "To be imported:", language, terminal);
  } else {
    const { pulumi } = workspace;
    const { endpoint } = client.settings;
    process.on("exit", printInterrupted);
    const done = await applyPlan(plan, planWith, { pulumi, destination, endpoint });
    process.off("exit", printInterrupted);
    ({ plan } = done);
    printPlan(plan, "Imported:", language, terminal);
    if (done.change !== undefined) {
      printNextSteps(destination.whereabouts(done.change.files), plan, terminal);
    }
  }
  await reportRest(plan, unreadable, options);
}

async function destinationOf(
  folder: string,
  project: Project,
  config: ReadonlyMap<string, string>,
  { customers, out, yaml, dryRun }: ImportOptions,
): Promise<Destination> {
  const { name, main, runtime } = project;
  const isNodejs = runtime === "nodejs" || runtime === "bun";
  const unused = customers === undefined ? out && "--out" : "--customers";
  if (unused !== undefined && !isNodejs) {
    throw new CommandError(
      `${unused} is for programs in TypeScript and JavaScript, and the runtime is ${runtime}.`,
    );
  }
  if (runtime === "yaml" || yaml === true) {
    // Loads YAML.
    const { yamlProgram } = await import("./yamlDestination.js");
    return yamlProgram(folder, project, config, dryRun !== true);
  }
  if (runtime === "python" || runtime === "go") {
    return pluginProgram(folder, project, runtime, separateSecrets(config, name));
  }
  if (!isNodejs) {
    throw new CommandError(
      `This command writes TypeScript, JavaScript, Python, Go and YAML, and the runtime is ${runtime}. Run ` +
        `\`pulumi import ${pluginTypeOf("ssoConnector")} NAME ID --generate-code=false\` for each connector, and declare it in ` +
        "the program. Without the option, Pulumi prints the client secret in the code that it generates. With --yaml --dry-run, " +
        "this command prints the resources in YAML.",
    );
  }
  if (customers !== undefined) {
    const { customerFiles } = await import("./customerDestination.js");
    return customerFiles(resolve(customers), folder, separateSecrets(config, "clientSecrets"));
  }
  const entry = findEntry(folder, { main, runtime });
  const target = out === undefined ? entry.folder : resolve(out);
  return generatedCode(entry, target, findSecrets(config, name));
}

const shortNote =
  "Certificates and metadata are shortened here. In a file or a pipe, they are whole: `logto-sso import … --dry-run | less`.";

/** Exit codes above 128 are those of signals. */
function printInterrupted(code: number): void {
  if (code > 128) printError("Interrupted. Run the same command again to complete the import.");
}

function requestedConnectors(
  connectors: readonly ApiConnector[],
  unreadable: number,
  { all, id: ids = [], name: names = [] }: ImportOptions,
): ApiConnector[] {
  const missing = [
    ...ids
      .filter((id) => !connectors.some((connector) => connector.id === id))
      .map((id) => `ID ${quote(id)}`),
    ...names
      .filter((name) => !connectors.some(({ connectorName }) => connectorName === name))
      .map((name) => `name ${quote(name)}`),
  ];
  if (missing.length > 0) {
    throw new CommandError(
      `Logto has no SSO connector with the ${missing.join(" or the ")}. ${unreadableNote(unreadable)}`.trimEnd() +
        " Run `logto-sso list` to see the connectors.",
    );
  }
  return connectors
    .filter(({ id, connectorName }) => all === true || ids.includes(id) || names.includes(connectorName))
    .sort(byName);
}

/** Reads the organizations of the connectors that are to be imported. Only customers' files have any. */
function organizationsOf(client: LogtoClient, { declarations }: Plan): Promise<LinkedOrganizations> {
  const ids = declarations.map(({ connector: { id } }) => id);
  return withProgress("Reading the organizations", () => readLinkedOrganizations(client, new Set(ids)));
}

/** Adds the certificates of signing keys, which a list does not contain. */
async function withCertificates(client: LogtoClient, plan: Plan): Promise<Plan> {
  const complete = <Item extends Importable>(items: readonly Item[]) =>
    mapInParallel(items, async (item) => ({
      ...item,
      state: { ...item.state, ...(await readSignature(client, item.connector, item.state.config)) },
    }));
  return {
    ...plan,
    declarations: await complete(plan.declarations),
    declared: await complete(plan.declared),
  };
}

function printPlan(
  { declarations, declared, managed, refused, notes }: Plan,
  title: string,
  language: ProgramLanguage,
  terminal: Terminal,
): void {
  const section = (heading: string, rows: string[][], flexible: number[]) =>
    rows.length === 0 ? [] : [heading, ...table(rows, terminal, { indent: "  ", flexible })];
  const { columns = Infinity } = terminal;
  const explained = ({ id, connectorName }: ApiConnector, text: string) => [
    `  ${printable(id)}  ${printable(withoutExposed(connectorName))}`,
    ...wrapped(text, { ...terminal, columns: columns - 4 }).map((line) => `    ${line}`),
  ];
  const lines = [
    ...section(
      title,
      [...declared, ...declarations].map(({ connector, resourceName }) => [
        resourceName,
        connector.id,
        withoutExposed(connector.connectorName),
      ]),
      [0, 2],
    ),
    ...section(
      "Skipped, already in the stack:",
      managed.map(({ id, connectorName }) => [id, withoutExposed(connectorName)]),
      [1],
    ),
    ...(notes.length === 0 ? [] : ["Organizations that are not in the files:"]),
    ...notes.flatMap(({ connector, note }) => explained(connector, note)),
    ...(refused.length === 0 ? [] : ["Not imported:"]),
    ...refused.flatMap(({ connector, reason }) => explained(connector, inLanguage(language, reason))),
  ];
  print((lines.length > 0 ? lines : ["There are no SSO connectors in the tenant."]).join("\n"));
}

function printNextSteps(whereabouts: string, { declarations }: Plan, terminal: Terminal): void {
  const secrets = declarations.reduce((sum, { secrets: { size } }) => sum + size, 0);
  print(
    [
      "",
      ...wrapped(
        secrets === 0
          ? `${whereabouts}.`
          : `${whereabouts}. Secrets (${secrets}) are encrypted in the stack's config.`,
        terminal,
      ),
      ...wrapped(
        "A preview shows no change of what was imported. Commit what has changed, with the stack's config.",
        terminal,
      ),
    ].join("\n"),
  );
}

async function reportRest({ refused }: Plan, unreadable: number, { all }: ImportOptions): Promise<void> {
  if (unreadable > 0) {
    const text = `${unreadableNote(unreadable)} Run the import again when Logto can read the rest.`;
    if (all) throw new CommandError(text);
    await printMessage("warning", text);
  }
  if (refused.length > 0) {
    throw new CommandError("Some connectors could not be imported. Fix the problems above and try again.");
  }
}
