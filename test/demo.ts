// npm run demo: the quickstart through the real Pulumi CLI, against stand-ins for Logto and identity providers.
import { join } from "node:path";
import { createStack, findCli, type Result, type Stack } from "./engine";
import { type Logto, startLogto } from "./logto";

interface Step {
  readonly what: string;
  readonly args: readonly string[];
  /** What somebody does in Logto's console before it. */
  readonly before?: (logto: Logto) => void;
  readonly code?: number;
  /** What the step promises, and whether it kept it. */
  readonly promises: Readonly<Record<string, (done: Done) => boolean>>;
}

interface Done {
  readonly said: string;
  /** Requests by method, the token's apart. */
  readonly requests: Readonly<Record<string, number>>;
  readonly logto: Logto;
}

const secret = "canary-okta-secret";
const byHand = "canary-changed-by-hand";

const steps: Step[] = [
  {
    what: "Create the two connectors of examples/quickstart",
    args: ["up", "--yes", "--skip-preview"],
    promises: {
      "2 created": ({ logto }) => logto.connectors.rows.size === 2,
      "one token, one POST each": ({ requests }) => same(requests, { token: 1, POST: 2 }),
    },
  },
  {
    what: "Run it again: nothing to do, so nothing is asked of Logto",
    args: ["up", "--yes", "--expect-no-changes"],
    promises: { "no request": ({ requests }) => same(requests, {}) },
  },
  {
    what: "Somebody adds a domain and changes the client secret in Logto's console: the drift is found",
    before: (logto) => {
      const acme = logto.named("Acme");
      acme.domains.push("acme.shop");
      acme.config.clientSecret = byHand;
    },
    args: ["refresh", "--preview-only", "--diff", "--expect-no-changes"],
    code: 7,
    promises: {
      "both paths shown": ({ said }) =>
        said.includes("~ domains") && said.includes("~ clientSecret: [secret] => [secret]"),
      "both read by one list": ({ requests }) => same(requests, { token: 1, GET: 1 }),
    },
  },
  {
    what: "Put it right: what the code says is in Logto again",
    args: ["up", "--refresh", "--yes", "--skip-preview"],
    promises: {
      "one PATCH": ({ requests }) => requests.PATCH === 1,
      "both put right": ({ logto }) =>
        logto.named("Acme").domains.join() === "acme.com,acme.org" &&
        logto.named("Acme").config.clientSecret === secret,
    },
  },
  {
    what: "Delete everything again",
    args: ["destroy", "--yes", "--skip-preview"],
    promises: { "Logto is empty": ({ logto }) => logto.connectors.rows.size === 0 },
  },
];

async function main(): Promise<boolean> {
  await findCli();
  const logto = await startLogto();
  const stack = await createStack({
    program: { folder: join(__dirname, "..") },
    config: {
      "logto:endpoint": logto.url,
      "logto:clientId": "m2m",
      "logto:clientSecret": { secret: "canary-m2m" },
      oktaClientId: "acme-client",
      oktaClientSecret: { secret },
      oktaIssuer: `${logto.idp}/acme`,
      samlMetadataUrl: `${logto.idp}/saml/metadata`,
    },
  });
  try {
    const rows = [];
    for (const step of steps) rows.push(await take(step, stack, logto));
    print(rows);
    return rows.every(({ failed }) => failed.length === 0);
  } finally {
    await stack.dispose();
    await logto.close();
  }
}

interface Row {
  readonly what: string;
  readonly result: string;
  readonly requests: string;
  readonly seconds: string;
  readonly failed: readonly string[];
}

async function take(step: Step, stack: Stack, logto: Logto): Promise<Row> {
  console.log(`\n▶ ${step.what}\n  $ pulumi ${step.args.join(" ")}\n`);
  step.before?.(logto);
  logto.takeLog();
  const result: Result = await stack.pulumi(step.args, { mayFail: true });
  const said = result.stdout + result.stderr;
  console.log(said.trim().replaceAll(/^/gm, "  │ "));

  const requests: Record<string, number> = {};
  for (const { method, path } of logto.log) {
    const kind = path === "/oidc/token" ? "token" : method;
    requests[kind] = (requests[kind] ?? 0) + 1;
  }
  const done = { said, requests, logto };
  const code = step.code ?? 0;
  const failed = [
    ...(result.code === code ? [] : [`exit code ${result.code} instead of ${code}`]),
    ...(said.includes("canary") ? ["a secret was shown"] : []),
    ...Object.entries(step.promises)
      .filter(([, kept]) => !kept(done))
      .map(([promise]) => `not kept: ${promise}`),
  ];
  return {
    what: step.what.replace(/:.*/, ""),
    result: failed.length > 0 ? `FAILED (${failed.join("; ")})` : Object.keys(step.promises).join(", "),
    requests:
      Object.entries(requests)
        .map(([kind, count]) => `${count} ${kind}`)
        .join(", ") || "none",
    seconds: result.seconds.toFixed(1),
    failed,
  };
}

function print(rows: readonly Row[]): void {
  const columns = ["what", "result", "requests", "seconds"] as const;
  const titles = { what: "Step", result: "Result", requests: "HTTP requests", seconds: "Seconds" };
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

main().then(
  (kept) => {
    process.exitCode = kept ? 0 : 1;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
