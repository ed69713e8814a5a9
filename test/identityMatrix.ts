// npm run chaos, second part: a resource that is renamed, moved, replaced, re-addressed or forgotten, through the real engine.
import * as pulumi from "@pulumi/pulumi";
import * as logto from "pulumi-logto-sso";
import { createStack, run, type Stack } from "./engine";
import { runInline } from "./engine/inline";
import { type Logto, samlMetadata, startLogto } from "./logto";

export const modes = ["plain", "adopt: true", "logto:adopt identical"] as const;
type Mode = (typeof modes)[number];

export const kinds = [
  "SsoConnector",
  "SsoConnectorConfig",
  "SamlSigningKey",
  "OrganizationSsoConnector",
] as const;
type Kind = (typeof kinds)[number];

/** How the resource of each kind is declared: what a scenario changes between two runs. */
interface Shape {
  readonly name?: string;
  readonly inComponent?: boolean;
  readonly isDeclared?: boolean;
  /** Another value of a property that can be changed in place. */
  readonly changed?: boolean;
  readonly options?: pulumi.CustomResourceOptions;
}

interface Scenario {
  readonly before?: Shape;
  readonly after?: Shape;
  /** Flags of the `up` that makes the change, given the URNs of the resources. */
  readonly flags?: (urns: readonly string[]) => readonly string[];
  /** What is done besides a change of the program. */
  readonly meanwhile?: (scene: Scene) => Promise<void>;
  /** What the error says to do, where there is one. */
  readonly remedy?: {
    readonly says: RegExp;
    readonly shape?: Shape;
    readonly act?: (scene: Scene) => Promise<void>;
  };
  /** Whether Logto gives the object another ID. */
  readonly replaces?: boolean;
  /** Kinds that it does not apply to, and why. */
  readonly except?: Partial<Record<Kind, string>>;
}

interface Scene {
  readonly logto: Logto;
  readonly other: Logto;
  readonly stack: Stack;
  readonly mode: Mode;
  readonly urns: readonly string[];
}

class Team extends pulumi.ComponentResource {
  constructor(name: string) {
    super("test:Team", name);
  }
}

const byName: pulumi.CustomResourceOptions = { aliases: [{ name: "subject" }] };
const toRoot: pulumi.CustomResourceOptions = { aliases: [{ parent: pulumi.rootStackResource }] };
const noProperty = "all its properties replace it anyway";

export const scenarios: Readonly<Record<string, Scenario>> = {
  renamed: {
    after: { name: "other" },
    remedy: { says: /aliases/, shape: { name: "other", options: byName } },
  },
  "moved into a component": {
    after: { inComponent: true },
    remedy: { says: /aliases/, shape: { inComponent: true, options: toRoot } },
  },
  "renamed with an alias": { after: { name: "other", options: byName } },
  "--replace": { flags: (urns) => urns.flatMap((urn) => ["--replace", urn]), replaces: true },
  "state taint": {
    meanwhile: async ({ stack, urns }) => {
      for (const urn of urns) await stack.pulumi(["state", "taint", urn, "--yes"]);
    },
    replaces: true,
  },
  replaceOnChanges: {
    before: { options: { replaceOnChanges: ["*"] } },
    after: { changed: true, options: { replaceOnChanges: ["*"] } },
    replaces: true,
    except: { OrganizationSsoConnector: noProperty },
  },
  replacementTrigger: {
    before: { options: { replacementTrigger: "1" } },
    after: { options: { replacementTrigger: "2" } },
    replaces: true,
  },
  "removed and added back": {
    meanwhile: async (scene) => {
      await runInline(scene.stack, programOf(scene, { isDeclared: false }), up);
    },
    replaces: true,
  },
  "another tenant": {
    meanwhile: ({ stack, other }) => stack.setConfig({ "logto:endpoint": other.url }),
    remedy: {
      says: /Nothing was changed/,
      act: ({ stack, logto }) => stack.setConfig({ "logto:endpoint": logto.url }),
    },
  },
  "another endpoint of the same tenant": {
    meanwhile: ({ stack, logto }) => stack.setConfig({ "logto:endpoint": byLocalhost(logto) }),
  },
  "state delete": {
    meanwhile: async ({ stack, urns }) => {
      for (const urn of urns) await stack.pulumi(["state", "delete", urn, "--yes"]);
    },
    // The organization's link and the config are confirmed as they are; the connector's name is taken.
    remedy: { says: /write `adopt: true,`/, shape: { options: {} } },
    except: { SamlSigningKey: "Logto can't say whose a key is: the old one stays, as the docs say" },
  },
};

const up = ["up", "--yes", "--skip-preview"];
const byLocalhost = ({ url }: Logto) => url.replace("127.0.0.1", "localhost");

/** Four connectors, each with a resource of one kind under test: the connector itself, its config, its key, its link. */
function programOf({ logto: { idp }, mode }: Pick<Scene, "logto" | "mode">, shape: Shape, adopt = false) {
  const adopts = adopt || mode === "adopt: true";
  const config = (more: object = {}) => ({
    clientId: "client",
    clientSecret: "canary-config",
    issuer: `${idp}/acme`,
    ...more,
  });
  return () => {
    const parent = shape.inComponent === true ? new Team("team") : undefined;
    const { name = "subject", isDeclared = true } = shape;
    const options = { ...shape.options, ...(parent === undefined ? {} : { parent }) };
    const own = { adopt: adopts };
    const unconfigured = new logto.SsoConnector("with-config", { providerName: "OIDC", ...own });
    const saml = new logto.SsoConnector("with-key", {
      providerName: "SAML",
      config: { metadata: samlMetadata("urn:idp", `${idp}/saml/sso`) },
      ...own,
    });
    const linked = new logto.SsoConnector("with-link", { providerName: "Okta", ...own });
    if (!isDeclared) return {};
    new logto.SsoConnector(
      name,
      {
        providerName: "OIDC",
        connectorName: "Acme",
        config: config(),
        domains: shape.changed === true ? ["b.com"] : ["a.com"],
        ...own,
      },
      options,
    );
    new logto.SsoConnectorConfig(
      name,
      {
        connectorId: unconfigured.id,
        providerName: "OIDC",
        config: config(shape.changed === true ? { scope: "email" } : {}),
        ...own,
      },
      options,
    );
    new logto.SamlSigningKey(name, { connectorId: saml.id, active: shape.changed === true }, options);
    new logto.OrganizationSsoConnector(name, { connectorId: linked.id, organizationId: "org" }, options);
    return {};
  };
}

export interface Cell {
  readonly scenario: string;
  readonly mode: Mode;
  readonly kind: Kind;
  /** `converged`, `stopped` with an error and converged by what it says, or what went wrong; `undefined`: does not apply. */
  readonly outcome: string | undefined;
  readonly lost: number;
  readonly doubled: number;
}

/** One stack for the four kinds of a scenario and a mode. */
export async function runScenario(scenario: string, mode: Mode): Promise<Cell[]> {
  const {
    before = {},
    after = {},
    flags,
    meanwhile,
    remedy,
    replaces = false,
    except = {},
  } = scenarios[scenario] ?? {};
  const [tenant, other] = [await startLogto(), await startLogto()];
  const stack = await createStack({
    program: { js: "" },
    config: {
      "logto:endpoint": tenant.url,
      "logto:clientId": "m2m",
      "logto:clientSecret": { secret: "canary-m2m" },
      ...(mode === "logto:adopt identical" ? { "logto:adopt": "identical" } : {}),
    },
  });
  try {
    for (const one of [tenant, other]) {
      one.connectors.insert({ providerName: "Okta", connectorName: "somebody else's", config: {} });
      one.organizations.put("org", "Org", []);
    }
    const scene = { logto: tenant, other, stack, mode, urns: [] };
    await runInline(stack, programOf(scene, before), up);
    const first = contentOf(tenant);
    const urns = ((await stack.export()).deployment.resources ?? [])
      .map(({ urn }) => urn)
      .filter((urn) => urn.endsWith("::subject"));
    tenant.takeLog();
    other.takeLog();
    await meanwhile?.({ ...scene, urns });
    const applies = new Set(kinds.filter((kind) => except[kind] === undefined));
    const changed = await runInline(stack, programOf(scene, after), [...up, ...(flags?.(urns) ?? [])], {
      mayFail: true,
    });
    const problems: string[] = [];
    let program = programOf(scene, after);
    if (changed.code !== 0) {
      if (remedy?.says.test(changed.stdout) !== true)
        problems.push(`the error does not say what to do: ${changed.stdout}`);
      await remedy?.act?.({ ...scene, urns });
      program = programOf(scene, remedy?.shape ?? after, scenario === "state delete");
      const next = await runInline(stack, program, up, { mayFail: true });
      if (next.code !== 0) problems.push(`what the error says to do fails: ${next.stdout}`);
    }
    const settled = await runInline(stack, program, [...up, "--refresh", "--expect-no-changes"], {
      mayFail: true,
    });
    if (settled.code !== 0) problems.push(`changes are left: ${settled.stdout}`);
    problems.push(...strangers([tenant, other]));
    if (other.log.some(({ method }) => ["PATCH", "PUT", "DELETE"].includes(method))) {
      problems.push("something was changed in another tenant");
    }
    const last = contentOf(tenant);
    return kinds.map((kind) => {
      const [had, has] = [first[kind], last[kind]];
      const isKept = replaces || kind === "SamlSigningKey" || had.join() === has.join();
      const found = problems.concat(isKept ? [] : [`${had.join()} became ${has.join()}`]).join("; ");
      return {
        scenario,
        mode,
        kind,
        outcome: applies.has(kind) ? found || (changed.code === 0 ? "converged" : "stopped") : undefined,
        lost: applies.has(kind) ? Math.max(0, 1 - has.length) : 0,
        doubled: applies.has(kind) ? Math.max(0, has.length - 1) : 0,
      };
    });
  } finally {
    await stack.dispose();
    await Promise.all([tenant.close(), other.close()]);
  }
}

/** IDs in a tenant of what the subjects stand for. */
function contentOf({ connectors, signingKeys, organizations }: Logto): Record<Kind, string[]> {
  const named = (name: string) => [...connectors.rows.values()].filter((row) => row.connectorName === name);
  const [saml] = named("with-key");
  return {
    SsoConnector: named("Acme").map(({ id }) => id),
    SsoConnectorConfig: named("with-config")
      .filter(({ config }) => Object.keys(config).length > 0)
      .map(({ id }) => id),
    SamlSigningKey: saml === undefined ? [] : signingKeys.of(saml.id).map(({ id }) => id),
    OrganizationSsoConnector: organizations.linked("org"),
  };
}

function strangers(tenants: readonly Logto[]): string[] {
  return tenants.flatMap(({ connectors }) =>
    [...connectors.rows.values()].some(({ connectorName }) => connectorName === "somebody else's")
      ? []
      : ["somebody else's connector is gone"],
  );
}

export const isGood = ({ outcome, lost, doubled }: Cell): boolean =>
  (outcome === undefined || outcome === "converged" || outcome === "stopped") && lost + doubled === 0;

function print(cells: readonly Cell[]): void {
  for (const mode of modes) {
    console.log(`\n${mode.padEnd(38)}${kinds.map((kind) => kind.padEnd(26)).join("")}`);
    for (const scenario of Object.keys(scenarios)) {
      const row = cells.filter((cell) => cell.mode === mode && cell.scenario === scenario);
      const sign = (cell: Cell) => (isGood(cell) ? (cell.outcome ?? "·") : "FAILED");
      console.log(scenario.padEnd(38) + row.map((cell) => sign(cell).padEnd(26)).join(""));
    }
  }
  const sum = (count: (cell: Cell) => number) => cells.reduce((total, cell) => total + count(cell), 0);
  console.log(
    `\n${sum(({ outcome }) => Number(outcome !== undefined))} cells, ${sum((cell) => cell.lost)} lost, ` +
      `${sum((cell) => cell.doubled)} doubled`,
  );
}

async function runAll(names: readonly string[]): Promise<Cell[]> {
  const cells: Cell[] = [];
  for (const name of names) {
    for (const mode of modes) cells.push(...(await runScenario(name, mode)));
  }
  return cells;
}

/** In a process of its own: the SDK lets an error of one program end all programs of a process. */
async function runInProcess(names: readonly string[]): Promise<Cell[]> {
  const { code, stdout, stderr } = await run("npx", ["tsx", __filename, "--json", ...names], {
    timeoutSeconds: 1200,
  });
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout.slice(stdout.lastIndexOf("\n[") + 1)) as Cell[];
}

async function main(): Promise<boolean> {
  const [flag, ...rest] = process.argv.slice(2);
  if (flag === "--json") {
    console.log(`\n${JSON.stringify(await runAll(rest))}`);
    return true;
  }
  const names = Object.keys(scenarios).filter((name) => flag === undefined || [flag, ...rest].includes(name));
  const halves = [0, 1].map((half) => names.filter((_name, index) => index % 2 === half));
  const cells = (await Promise.all(halves.map(runInProcess))).flat();
  for (const cell of cells.filter((one) => !isGood(one))) {
    console.log(`✕ ${cell.kind} ${cell.scenario}, ${cell.mode}: ${String(cell.outcome)}`);
  }
  print(cells);
  return cells.every(isGood);
}

if (require.main === module) {
  main().then(
    (good) => {
      process.exitCode = good ? 0 : 1;
    },
    (error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    },
  );
}
