/** What a program knows of the tenant of its resources, and the errors that it gets. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as logtoSso from "pulumi-logto-sso";
import { dynamicOnly } from "../frontEnd";
import { type Logto, startLogto } from "../logto";
import { accessTo, eachWithLogto, stackOf } from "../tenant";

let logto: Logto;
eachWithLogto((started) => {
  logto = started;
});

class Team extends pulumi.ComponentResource {
  constructor(name: string, options?: pulumi.ComponentResourceOptions) {
    super("test:Team", name, {}, options);
  }
}

dynamicOnly(
  "generated classes inherit a provider by the name of the package, and look-ups are calls of it",
  "resource, URLs and look-ups agree on the tenant of a component, however its providers are given",
  async () => {
    const second = await startLogto();
    try {
      second.connectors.insert({ providerName: "Okta", connectorName: "there", config: {} });
      const stack = await stackOf(logto, () => {
        const tenant = new logtoSso.Provider("second", {
          endpoint: second.url,
          clientId: "m2m",
          clientSecret: "canary-m2m",
        });
        const given = {
          keyed: { providers: { logto: tenant } },
          listed: { providers: [tenant] },
          single: { provider: tenant },
        };
        const outputs = Object.entries(given).map(([name, options]) => {
          const parent = new Team(`${name}-inner`, { parent: new Team(name, options) });
          const connector = new logtoSso.SsoConnector(name, { providerName: "Okta" }, { parent });
          const { id } = logtoSso.getSsoConnectorOutput({ connectorName: "there" }, { parent });
          return [name, pulumi.all([connector.redirectUri, connector.id, id])] as const;
        });
        return Object.fromEntries(outputs);
      });
      await stack.up();
      expect(logto.connectors.rows.size).toBe(0);
      const there = second.named("there").id;
      const outputs = Object.entries(await stack.outputs()) as [string, string[]][];
      expect(outputs).toHaveLength(3);
      for (const [name, [url, id, found]] of outputs) {
        expect(second.named(name).id).toBe(id);
        expect([url, found]).toEqual([`${second.url}/callback/${String(id)}`, there]);
      }
    } finally {
      await second.close();
    }
  },
);

dynamicOnly(
  "the plugin is not told the names of parents",
  "an error about two connectors of one name names their parents",
  async () => {
    const stack = await stackOf(logto, () => {
      for (const name of ["one", "two"]) {
        const args = { providerName: "Okta", connectorName: "Acme" } as const;
        new logtoSso.SsoConnector("login", args, { parent: new Team(name) });
      }
      return {};
    });
    const { code, stdout } = await stack.preview([], { mayFail: true });
    expect(code).not.toBe(0);
    expect(stdout).toContain(
      'The SsoConnector "login" of "one" and "login" of "two" have the same connectorName',
    );
  },
);

test("where only the provider's process sees the settings, URLs are those that it saw", async () => {
  // As with the Automation API, whose program runs in a process without the variables that it gives to the CLI.
  const hidden = { LOGTO_ENDPOINT: logto.url, LOGTO_CLIENT_ID: "m2m", LOGTO_CLIENT_SECRET: "canary-m2m" };
  const program = () => ({ url: new logtoSso.SsoConnector("acme", { providerName: "Okta" }).redirectUri });
  const stack = await stackOf(logto, program, { config: {}, env: hidden });
  await stack.up();
  expect(await stack.outputs()).toEqual({ url: `${logto.url}/callback/${logto.named("acme").id}` });
});

dynamicOnly(
  "generated classes have this from the SDK",
  "a class knows its resources, also those of another copy of the package, and only those",
  () => {
    const { SsoConnector, SsoConnectorConfig, SamlSigningKey, OrganizationSsoConnector, Provider } = logtoSso;
    const classes = [SsoConnector, SsoConnectorConfig, SamlSigningKey, OrganizationSsoConnector] as const;
    for (const kind of classes as readonly (typeof SsoConnector)[]) {
      // What @pulumi/policy asks of a class for each resource of a stack.
      const __pulumiType = `pulumi-nodejs:dynamic/logto:${kind.name}`;
      expect(kind.isInstance({ __pulumiType })).toBe(true);
      expect(kind.isInstance({ __pulumiType: "aws:s3/bucket:Bucket" })).toBe(false);
      expect(kind.isInstance(undefined)).toBe(false);
    }
    expect(Provider.isInstance({ __logtoProvider: true })).toBe(true);
    expect(Provider.isInstance(new Map())).toBe(false);
  },
);

dynamicOnly(
  "the plugin is no package of the project",
  "a project that has the package only through another package fails with what to add, and where",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "logto-sso-workspace-"));
    try {
      const modules = join(__dirname, "..", "..", "node_modules");
      const [project, shared] = [join(folder, "infra"), join(folder, "shared")];
      for (const path of [join(project, "node_modules"), join(shared, "node_modules")])
        await mkdir(path, { recursive: true });
      await symlink(join(modules, "@pulumi"), join(project, "node_modules", "@pulumi"));
      await symlink(shared, join(project, "node_modules", "shared"));
      await symlink(join(__dirname, "..", ".."), join(shared, "node_modules", "pulumi-logto-sso"));
      await writeFile(join(shared, "index.js"), `exports.logto = require("pulumi-logto-sso");`);
      await writeFile(join(project, "package.json"), JSON.stringify({ name: "infra", private: true }));
      const runtime = { name: "nodejs", options: { typescript: false } };
      await writeFile(join(project, "Pulumi.yaml"), JSON.stringify({ name: "infra", runtime }));
      await writeFile(
        join(project, "index.js"),
        `new (require("shared").logto.SsoConnector)("acme", { providerName: "Okta" });`,
      );
      const stack = await stackOf(logto, { folder: project }, { config: accessTo(logto) });
      const { code, stdout } = await stack.preview([], { mayFail: true });
      expect(code).not.toBe(0);
      expect(stdout).toContain(
        `loads the package pulumi-logto-sso from ${project}, where it is not installed.`,
      );
      expect(stdout).toContain("Add it to the dependencies");
      expect(stdout).not.toContain("Require stack");
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);

dynamicOnly(
  "Pulumi imports the resources of a plugin",
  "the option `import` is refused with what to write instead",
  async () => {
    const connectorId = "abc123";
    const options = { import: connectorId };
    const declared = {
      SsoConnector: [
        () => new logtoSso.SsoConnector("a", { providerName: "Okta" }, options),
        /`npx logto-sso import`.*`adopt: true`/,
      ],
      SamlSigningKey: [
        () => new logtoSso.SamlSigningKey("a", { connectorId }, options),
        /declared, the resource creates another/,
      ],
      SingleSignOn: [
        () => new logtoSso.SingleSignOn("a", { enabled: true }, options),
        /taken over when it is declared/,
      ],
    } as const;
    const stack = await stackOf(logto, () => ({}));
    for (const [name, [declare, instead]] of Object.entries(declared)) {
      await stack.writeProgram(() => ({ id: declare().id }));
      const { code, stdout } = await stack.preview([], { mayFail: true });
      expect(code).not.toBe(0);
      expect(stdout).toContain(`The ${name} "a" has the option \`import\``);
      expect(stdout).toMatch(instead);
      expect(stdout).not.toContain("code must be a string");
    }
    await stack.writeProgram(() => {
      new logtoSso.SsoConnector("a", { providerName: "Okta" }, { import: "" });
      return {};
    });
    await stack.preview();
  },
);
