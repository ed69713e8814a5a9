// npm run demo: runs the quickstart with the real Pulumi CLI, against a stand-in for Logto and real identity providers.
import { join } from "node:path";
import { signIn } from "./signIn";
import { createStack, findCli, type Result, type Stack } from "./engine";
import { type Logto, startLogto } from "./logto";
import { startOidcProvider } from "./oidcProvider";
import { type SamlApplication, startSamlProvider } from "./samlProvider";
import { runMain } from "./runMain";

interface Step {
  readonly title: string;
  readonly args: readonly string[];
  /** What is changed in Logto's console before the step. */
  readonly inConsole?: (logto: Logto) => void;
  /** Default: 0. */
  readonly exitCode?: number;
  /** The email addresses of users who sign in after the step. */
  readonly users?: readonly string[];
  /** Checks of the outcome, by their description. */
  readonly checks: Readonly<Record<string, (outcome: Outcome) => boolean>>;
}

interface Outcome {
  readonly output: string;
  /** Requests by method, and those for tokens. */
  readonly requests: Readonly<Record<string, number>>;
  readonly logto: Logto;
}

const users = ["user@acme.com", "user@globex.example"];
const consoleSecret = "canary-console-secret";

const steps: Step[] = [
  {
    title: "Enable enterprise SSO and create the two connectors of examples/quickstart",
    args: ["up", "--yes", "--skip-preview"],
    users,
    checks: {
      "2 created": ({ logto }) => logto.connectors.rows.size === 2,
      "enterprise SSO enabled": ({ logto }) => logto.signInExperience.singleSignOnEnabled,
      "one token, one POST each, one GET and one PATCH for the switch": ({ requests }) =>
        same(requests, { token: 1, POST: 2, GET: 1, PATCH: 1 }),
    },
  },
  {
    title: "Run it again: nothing has changed, so no request is sent",
    args: ["up", "--yes", "--expect-no-changes"],
    checks: { "no request": ({ requests }) => same(requests, {}) },
  },
  {
    title: "A domain and the client secret change in Logto's console: the refresh reports the drift",
    inConsole: (logto) => {
      const acme = logto.named("Acme");
      acme.domains.push("acme.shop");
      acme.config.clientSecret = consoleSecret;
    },
    args: ["refresh", "--preview-only", "--diff", "--expect-no-changes"],
    exitCode: 7,
    checks: {
      "both paths shown": ({ output }) =>
        output.includes("~ domains") && output.includes("~ clientSecret: [secret] => [secret]"),
      "both connectors read by one request, and the switch by another": ({ requests }) =>
        same(requests, { token: 1, GET: 2 }),
    },
  },
  {
    title: "Restore what the program declares",
    args: ["up", "--refresh", "--yes", "--skip-preview"],
    users,
    checks: {
      "one PATCH": ({ requests }) => requests.PATCH === 1,
      "both fields restored": ({ logto }) =>
        logto.named("Acme").domains.join() === "acme.com,acme.org" &&
        logto.named("Acme").config.clientSecret !== consoleSecret,
    },
  },
  {
    title: "Delete everything",
    args: ["destroy", "--yes", "--skip-preview"],
    checks: {
      "no connector is left": ({ logto }) => logto.connectors.rows.size === 0,
      "the switch stays, which the output says": ({ logto, output }) =>
        logto.signInExperience.singleSignOnEnabled &&
        output.includes("Enterprise SSO stays in Logto as it is"),
    },
  },
];

async function main(): Promise<boolean> {
  await findCli();
  const logto = await startLogto();
  const idps = await startIdentityProviders();
  const stack = await createStack({
    program: { folder: join(__dirname, "..") },
    config: {
      "logto:endpoint": logto.url,
      "logto:clientId": "m2m",
      "logto:clientSecret": { secret: "canary-m2m" },
      ...idps.config,
    },
  });
  try {
    const rows = [];
    for (const step of steps) rows.push(await runStep(step, stack, logto, idps));
    print(rows);
    return rows.every(({ failed }) => failed.length === 0);
  } finally {
    await stack.dispose();
    await logto.close();
    await idps.close();
  }
}

type IdentityProviders = Awaited<ReturnType<typeof startIdentityProviders>>;

/** Starts the identity providers, which know Logto, but not yet the URLs that contain the IDs of the connectors. */
async function startIdentityProviders() {
  const [oidc, saml] = [await startOidcProvider(), await startSamlProvider()];
  let client = await oidc.register(["https://acme.com"]);
  const application: SamlApplication = { attributes: { email: "mail", name: "name" } };
  return {
    config: {
      oktaClientId: client.client_id,
      oktaClientSecret: { secret: client.client_secret },
      oktaIssuer: oidc.issuer,
      samlMetadataUrl: saml.register(application),
    },
    async registerUrls({ acmeRedirectUri, globexEntityId, globexAcsUrl }: Record<string, unknown>) {
      client = await oidc.register([acmeRedirectUri], client);
      Object.assign(application, { entityId: globexEntityId, assertionConsumerServiceUrl: globexAcsUrl });
    },
    close: () => Promise.all([oidc.close(), saml.close()]),
  };
}

interface Row {
  readonly title: string;
  readonly result: string;
  readonly requests: string;
  readonly seconds: string;
  readonly failed: readonly string[];
}

async function runStep(step: Step, stack: Stack, logto: Logto, idps: IdentityProviders): Promise<Row> {
  console.log(`\n▶ ${step.title}\n  $ pulumi ${step.args.join(" ")}\n`);
  step.inConsole?.(logto);
  logto.takeLog();
  const result: Result = await stack.pulumi(step.args, { mayFail: true });
  const output = result.stdout + result.stderr;
  console.log(output.trim().replaceAll(/^/gm, "  │ "));

  const requests: Record<string, number> = {};
  for (const { method, path } of logto.log) {
    const kind = path === "/oidc/token" ? "token" : method;
    requests[kind] = (requests[kind] ?? 0) + 1;
  }
  if (step.users !== undefined) await idps.registerUrls(await stack.outputs());
  const refused: string[] = [];
  for (const email of step.users ?? []) {
    await signIn(logto, email).then(
      (user) => {
        console.log(`  signed in as ${String(user.email)}`);
      },
      (error: unknown) => refused.push((error as Error).message),
    );
  }
  const outcome = { output, requests, logto };
  const { exitCode = 0 } = step;
  const failed = [
    ...(result.code === exitCode ? [] : [`exit code ${result.code} instead of ${exitCode}`]),
    ...(output.includes("canary") ? ["a secret was shown"] : []),
    ...refused,
    ...Object.entries(step.checks)
      .filter(([, passes]) => !passes(outcome))
      .map(([check]) => `not true: ${check}`),
  ];
  return {
    title: step.title.replace(/:.*/, ""),
    result:
      failed.length > 0
        ? `FAILED (${failed.join("; ")})`
        : [...Object.keys(step.checks), ...(step.users ? ["users sign in"] : [])].join(", "),
    requests:
      Object.entries(requests)
        .map(([kind, count]) => `${count} ${kind}`)
        .join(", ") || "none",
    seconds: result.seconds.toFixed(1),
    failed,
  };
}

function print(rows: readonly Row[]): void {
  const columns = ["title", "result", "requests", "seconds"] as const;
  const titles = { title: "Step", result: "Result", requests: "HTTP requests", seconds: "Seconds" };
  const lines = [titles, ...rows];
  const width = (column: (typeof columns)[number]) => Math.max(...lines.map((line) => line[column].length));
  console.log();
  for (const line of lines) {
    console.log(
      columns
        .map((column) => line[column].padEnd(width(column)))
        .join("  ")
        .trimEnd(),
    );
  }
}

function same(a: object, b: object): boolean {
  const text = (value: object) => JSON.stringify(Object.entries(value).sort());
  return text(a) === text(b);
}

runMain(main);
