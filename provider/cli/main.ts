#!/usr/bin/env node
// The command `logto-sso`.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import {
  defaultFailOn,
  drift,
  type DriftOptions,
  type Format,
  formats,
  type Output,
  parseClasses,
} from "./drift";
import { parseListenAddress } from "./drift/metrics";
import { maxSeconds } from "./drift/watch";
import { describeError, systemReason } from "./errors";
import { importConnectors, type ImportOptions } from "./import";
import { type ListOptions, listConnectors } from "./list";
import { printError } from "./output";
import { printableLines } from "../untrustedText";

const credentials = `
Logto is found, and signed in to, by the stack's config (logto:endpoint, logto:clientId, logto:clientSecret), and where
there is no stack by LOGTO_ENDPOINT, LOGTO_CLIENT_ID and LOGTO_CLIENT_SECRET.`;

const { version } = JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8")) as {
  version: string;
};

const program = new Command("logto-sso")
  .version(version)
  .description("SSO connectors of Logto in Pulumi stacks: see what there is, and bring it under management.")
  .showHelpAfterError("(--help tells more)")
  .configureOutput({ writeErr: (text) => process.stderr.write(printableLines(text)) });

program
  .command("import")
  .description("bring connectors that are in Logto into the code and the state of a stack, as they are")
  .option("--all", "every connector of the tenant")
  .option("--id <ID...>", "connectors by ID")
  .option("--name <NAME...>", "connectors by name")
  .option("--stack <S>", "the stack (default: the selected one)")
  .option("--out <DIR>", "where the code goes (default: where the program is)")
  .option("--dry-run", "show the code, change nothing")
  .addHelpText(
    "after",
    `
It writes code for them in the language of the program, puts their secrets into the stack's config, and imports them
into the state when \`pulumi preview\` shows that the program declares them. Then a preview shows no change. Nothing is
sent to Logto but reads. What is in the stack already is left alone. An import that was interrupted is completed by the
same command.

Exit codes: 0 where everything that was asked for is in the stack, 1 where something is left to do.
${credentials}

Examples:
  $ logto-sso import --all --dry-run
  $ logto-sso import --all
  $ logto-sso import --stack production --name "Acme Okta" "Globex"`,
  )
  .action((options: ImportOptions) => importConnectors(options));

program
  .command("list")
  .description("show the connectors of the tenant")
  .option("--stack <S>", "the stack to look into (default: the selected one, where there is one)")
  .option("--json", "for machines")
  .addHelpText(
    "after",
    `
For each: name, provider, domains, whether it can be used (has a config), whether Logto reaches its identity provider,
until when the SAML certificate is good, and the resource of the stack that it belongs to.
${credentials}

Examples:
  $ logto-sso list
  $ logto-sso list --json | jq '.connectors[] | select(.urn == null)'`,
  )
  .action((options: ListOptions) => listConnectors(options));

/** `--format` and `--output` in their order: a file belongs to the format before it. */
const outputs: Output[] = [];
const numberFrom =
  (min: number, max = Infinity) =>
  (text: string) => {
    const number = Number(text);
    if (text.trim() !== "" && number >= min && number <= max) return number;
    throw new InvalidArgumentError(
      `It takes a number from ${min} ${Number.isFinite(max) ? `to ${max}` : "on"}.`,
    );
  };

program
  .command("drift")
  .description("tell what in Logto is not as the code says; only reads")
  .option("--stack <S>", "the stack (default: the selected one)")
  .option("--state <FILE>", "compare with this export in place of the stack's state; - for standard input")
  .addOption(
    new Option("--format <FORMAT>", "how to tell it; several can be given (default: text)")
      .choices(formats)
      .argParser((format: string) => {
        if (!(formats as readonly string[]).includes(format)) {
          throw new InvalidArgumentError(`There are ${formats.join(", ")}.`);
        }
        outputs.push({ format: format as Format });
        return format;
      }),
  )
  .option("--output <FILE>", "where the format before it goes (default: standard output)", (file: string) => {
    const last = outputs.at(-1);
    if (last === undefined || last.file !== undefined) {
      throw new InvalidArgumentError("It belongs to the --format before it.");
    }
    last.file = file;
    return file;
  })
  .option("--ignore <FILE>", "findings that are known and accepted, each with a reason")
  .option("--fail-on <CLASSES>", "which findings fail the check", parseClasses, defaultFailOn)
  .option("--expiry-days <N>", "how early to tell of a certificate that expires", numberFrom(0), 30)
  .option("--watch <SECONDS>", "check again and again", numberFrom(1, maxSeconds))
  .option(
    "--metrics <PORT>",
    "with --watch: Prometheus metrics on PORT or HOST:PORT (default host: 127.0.0.1)",
    (text: string) => {
      const address = parseListenAddress(text);
      if (address !== undefined) return address;
      throw new InvalidArgumentError(
        "It takes a port from 0 to 65535, or HOST:PORT such as 0.0.0.0:9464 or [::1]:9464.",
      );
    },
  )
  .addHelpText(
    "after",
    `
Findings: changed, missing, unmanaged, unusable, idp-unreachable, certificate-expiring, certificate-invalid,
domain-conflict. --ignore takes {"rules": [{"reason": "…", "class"?, "connector"?, "path"?}]}; * stands for any text.

Exit codes: 0 for nothing that fails, 2 for findings that fail, 1 where the check could not be made.
${credentials}

Examples:
  $ logto-sso drift
  $ logto-sso drift --stack production --format markdown --output summary.md --format sarif --output drift.sarif
  $ pulumi stack export --show-secrets | logto-sso drift --state -
  $ logto-sso drift --watch 300 --metrics 0.0.0.0:9464`,
  )
  .action(async (options: DriftOptions) => {
    process.exitCode = await drift(options, outputs, version);
  });

// So that what is cleared away at the end is cleared away.
process.once("SIGINT", () => process.exit(130));
process.once("SIGTERM", () => process.exit(143));

// Whoever reads the output can have enough of it, as `head` does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(141);
  printError(`error: Could not write to standard output: ${systemReason(error)}.`);
  process.exit(1);
});

program.parseAsync().catch((error: unknown) => {
  printError(`error: ${describeError(error)}`);
  process.exitCode = 1;
});
