#!/usr/bin/env node
// The command `logto-sso`.
import { Command } from "commander";
import { CommandError } from "./errors";
import { importConnectors, type ImportOptions } from "./import";
import { type ListOptions, listConnectors } from "./list";
import { LogtoError } from "../logto/errors";
import { SettingsError } from "../logto/settings";

const credentials = `
Logto is found, and signed in to, by the stack's config (logto:endpoint, logto:clientId, logto:clientSecret), and where
there is no stack by LOGTO_ENDPOINT, LOGTO_CLIENT_ID and LOGTO_CLIENT_SECRET.`;

const program = new Command("logto-sso")
  .description("SSO connectors of Logto in Pulumi stacks: see what there is, and bring it under management.")
  .showHelpAfterError("(--help tells more)");

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
It writes TypeScript for them, puts their secrets into the stack's config, and imports them into the state. Nothing is
sent to Logto but reads. What is in the stack already is left alone. Then \`pulumi preview\` shows no change.
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

// So that what is cleared away at the end is cleared away.
process.once("SIGINT", () => process.exit(130));
process.once("SIGTERM", () => process.exit(143));

program.parseAsync().catch((error: unknown) => {
  const isTold = [CommandError, LogtoError, SettingsError].some((kind) => error instanceof kind);
  process.stderr.write(
    `error: ${isTold ? (error as Error).message : String((error as Error).stack ?? error)}\n`,
  );
  process.exitCode = 1;
});
