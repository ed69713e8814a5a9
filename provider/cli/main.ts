#!/usr/bin/env node
/** The command `logto-sso`: its options and help. */
import { Command, InvalidArgumentError, Option } from "commander";
import { printableLines } from "../untrustedText";
import { doctor, type DoctorOptions } from "./doctor/command";
import { defaultFailOn, drift, type DriftOptions, formats, type Output, parseClasses } from "./drift/command";
import { findingClassNames } from "./health/findingClasses";
import { parseListenAddress } from "./drift/metrics";
import { maxSeconds } from "./drift/watch";
import { describeError } from "./io/commandError";
import { defaultExpiryDays } from "./health/expiry";
import { importConnectors, type ImportOptions } from "./import/command";
import { listConnectors, type ListOptions } from "./list/command";
import { version } from "../manifest";
import { printMessage } from "./io/output";
import { handleProcessEvents } from "./io/processEvents";

const credentials = `
Logto's endpoint and credentials are taken from the stack's config (logto:endpoint, logto:clientId,
logto:clientSecret), or from LOGTO_ENDPOINT, LOGTO_CLIENT_ID and LOGTO_CLIENT_SECRET.`;

const program = new Command("logto-sso")
  .version(version)
  .description("Manage the SSO connectors of a Logto tenant in Pulumi stacks.")
  .showHelpAfterError("Run with --help for usage.")
  .configureOutput({ writeErr: (text) => process.stderr.write(printableLines(text)) });

program
  .command("import")
  .description("import existing connectors into a Pulumi program and its stack")
  .option("--all", "import every connector of the tenant")
  .option("--id <ID...>", "import connectors by ID")
  .option("--name <NAME...>", "import connectors by name")
  .option("--stack <STACK>", "stack to import into (default: the selected stack)")
  .option("--out <DIR>", "folder for the generated code (default: the program's folder)")
  .addOption(
    new Option(
      "--customers <DIR>",
      "write a YAML file for each connector into a folder instead of code",
    ).conflicts("out"),
  )
  .addOption(
    new Option("--yaml", "with --dry-run: print YAML, whatever the program is in").conflicts([
      "out",
      "customers",
    ]),
  )
  .option("--dry-run", "print the generated code or files without changing anything")
  .addHelpText(
    "after",
    `
Generates code in the program's language, stores secrets in the stack's config, and imports the connectors into the
state once \`pulumi preview\` shows that the program declares them. A second preview verifies that nothing is left to
change. Logto is only read. Connectors that are already in the stack are skipped. If an import is interrupted, run the
same command again to complete it.

In a YAML program, the connectors become resources of Pulumi.yaml or Main.yaml; in Python and Go, a file sso_connectors that
the program uses. A program in TypeScript or JavaScript that uses the SDK of the plugin (pulumi-logto) gets code for that.

--customers is for a program that reads one file for each customer, such as the example of that name.

Exit codes: 0 if all requested connectors are in the stack, 1 otherwise.
${credentials}

Examples:
  $ logto-sso import --all --dry-run
  $ logto-sso import --all
  $ logto-sso import --all --customers customers
  $ logto-sso import --stack production --name "Acme Okta" "Globex"`,
  )
  .action((options: ImportOptions) => importConnectors(options));

program
  .command("list")
  .description("list the connectors of the tenant")
  .option("--stack <STACK>", "stack to look up resources in (default: the selected stack, if any)")
  .option("--json", "print JSON")
  .addHelpText(
    "after",
    `
Prints each connector's name, ID, provider and domains, its status (whether it has a config, whether Logto reaches its
identity provider, when its SAML certificate expires), and the resource of the stack that manages it. In a terminal,
long names are shortened to its width; --json prints all of them.
${credentials}

Examples:
  $ logto-sso list
  $ logto-sso list --json | jq '.connectors[] | select(.urn == null)'`,
  )
  .action((options: ListOptions) => listConnectors(options));

/** `--format` and `--output` in the order given: a file belongs to the format before it. */
const outputs: Output[] = [];

function parseFormat(text: string): string {
  const format = formats.find((name) => name === text);
  if (format === undefined) throw new InvalidArgumentError(`Allowed choices are ${formats.join(", ")}.`);
  outputs.push({ format });
  return format;
}

function parseOutput(file: string): string {
  const last = outputs.at(-1);
  if (last === undefined || last.file !== undefined) {
    throw new InvalidArgumentError("Each --output must follow its --format.");
  }
  last.file = file;
  return file;
}

const numberFrom =
  (min: number, max = Infinity) =>
  (text: string) => {
    const number = Number(text);
    if (text.trim() !== "" && number >= min && number <= max) return number;
    const range = Number.isFinite(max) ? `from ${min} to ${max}` : `of at least ${min}`;
    throw new InvalidArgumentError(`It must be a number ${range}.`);
  };

function parseAddress(text: string) {
  const address = parseListenAddress(text);
  if (address !== undefined) return address;
  throw new InvalidArgumentError(
    "It must be a port from 0 to 65535, or HOST:PORT such as 0.0.0.0:9464 or [::1]:9464.",
  );
}

program
  .command("drift")
  .description("report drift between Logto and the stack (read-only)")
  .option("--stack <STACK>", "stack to compare with (default: the selected stack)")
  .option("--state <FILE>", "compare with an exported state instead (- for standard input)")
  .addOption(
    new Option("--format <FORMAT>", "output format (repeatable; default: text)")
      .choices(formats)
      .argParser(parseFormat),
  )
  .option("--output <FILE>", "write the preceding --format to a file (default: standard output)", parseOutput)
  .option("--ignore <FILE>", "JSON file with rules for findings to ignore")
  .addOption(
    new Option("--fail-on <CLASSES>", "finding classes that fail the check, separated by commas, or none")
      .argParser(parseClasses)
      .default(defaultFailOn, defaultFailOn.join(",")),
  )
  .option("--baseline <FILE>", "compare with an earlier report (JSON): what is new, still there, resolved")
  .option("--fail-on-new", "with --baseline: only new findings fail the check")
  .option(
    "--expiry-days <N>",
    "report certificates and keys that expire within N days",
    numberFrom(0),
    defaultExpiryDays,
  )
  .option("--probe", "also ask the identity providers of the stack's connectors, from this machine")
  .addOption(
    new Option("--watch <SECONDS>", "repeat the check at this interval")
      .argParser(numberFrom(1, maxSeconds))
      .conflicts(["format", "output", "baseline"]),
  )
  .option(
    "--metrics <ADDRESS>",
    "with --watch: serve Prometheus metrics on PORT or HOST:PORT (default host: 127.0.0.1)",
    parseAddress,
  )
  .addHelpText(
    "after",
    `
Finding classes: ${findingClassNames.slice(0, 6).join(", ")},
${findingClassNames.slice(6, 10).join(", ")},
${findingClassNames.slice(10).join(", ")}.

--probe asks each identity provider whether it accepts the connector's client ID and secret, by a code that cannot be
valid, and whether the redirect URI is registered. It changes nothing, but an identity provider may log a failed sign-in.

The file of --ignore contains {"rules": [{"reason": "…", "class"?, "connector"?, "path"?, "until"?}]}; * matches any text.

--baseline compares with the report of an earlier check of the same stack and tenants, made with --format json, such as that
of the last run of a pipeline.

Exit codes: 0 if no finding fails the check, 2 if any does, 1 if the check could not be completed.
${credentials}

Examples:
  $ logto-sso drift
  $ logto-sso drift --stack production --format markdown --output summary.md --format sarif --output drift.sarif
  $ logto-sso drift --format html --output drift.html
  $ logto-sso drift --format github
  $ logto-sso drift --probe --fail-on credentials-rejected,redirect-not-registered,sign-in-refused
  $ pulumi stack export --show-secrets | logto-sso drift --state -
  $ logto-sso drift --baseline last.json --fail-on-new --format text --format json --output drift.json
  $ logto-sso drift --watch 300 --metrics 0.0.0.0:9464`,
  )
  .action(async (options: DriftOptions) => {
    process.exitCode = await drift(options, outputs, version);
  });

program
  .command("doctor")
  .description("find out why a sign-in fails, step by step (read-only)")
  .option("--stack <STACK>", "stack to compare with (default: the selected stack, if any)")
  .option("--state <FILE>", "compare with an exported state instead (- for standard input)")
  .option("--name <NAME>", "examine the connector with this name")
  .option("--email <ADDRESS>", "examine the connectors that serve this address")
  .option("--probe", "also ask the identity providers, from this machine")
  .option("--json", "print JSON")
  .addHelpText(
    "after",
    `
Follows a sign-in from the settings to the identity provider, in steps that pass, fail or cannot be determined, each
with what to do. Without --name and --email all connectors are counted, and those that need attention printed in full.

--probe asks each identity provider whether it accepts the connector's client ID and secret, by a code that cannot be
valid, and whether the redirect URI is registered. It changes nothing, but an identity provider may log a failed sign-in.

Exit codes: 0 if no step fails, 2 if any does, 1 if the steps could not be examined.
${credentials}

Examples:
  $ logto-sso doctor
  $ logto-sso doctor --email user@acme.com --probe
  $ logto-sso doctor --stack production --name "Acme Okta"
  $ logto-sso doctor --json | jq '.tenants[].connectors[] | select(any(.steps[]; .status == "fail")).name'`,
  )
  .action(async (options: DoctorOptions) => {
    process.exitCode = await doctor(options);
  });

// An empty variable of a pipeline would otherwise switch a check off, or select everything, and `--customers --all` name a folder.
for (const command of program.commands) {
  for (const option of command.options.filter(({ required }) => required)) {
    command.on(`option:${option.name()}`, (value: string) => {
      if (command.options.some(({ long }) => long === value)) {
        command.error(
          `error: option '${option.flags}' has no value: ${value} follows it, which is an option.`,
        );
      }
      if (value.trim() === "") {
        command.error(
          `error: option '${option.flags}' has an empty value. Leave it out, or set the variable that it is taken from.`,
        );
      }
    });
  }
}

handleProcessEvents();
program.parseAsync().catch((error: unknown) => {
  process.exitCode = 1;
  return printMessage("error", describeError(error));
});
