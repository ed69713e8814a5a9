/** What errors show of secrets: those of servers, and those of Node.js and of libraries, which a fault of ours would bring about. */
import { join } from "node:path";
import { check } from "../engine/engineDouble";
import { bothFrontEnds, type Host } from "../engine/host";
import { start } from "../engine/processes";
import { messageOf, settingsFor } from "../provider/inProcess";
import { withFault } from "../preloaded";
import { type ScriptedResponse, startScriptedServer } from "../scriptedServer";

const dist = join(__dirname, "..", "..", "dist");

/** A secret that repeats itself nowhere, of a length in characters. */
const secretOf = (name: string, length: number) => {
  const numbers = Array.from({ length }, (_, index) => `${name}-canary-${index}.`);
  return numbers.join("").slice(0, length);
};

describe.each(bothFrontEnds)("$frontEnd", ({ startFrontEnd }) => {
  const disposals: (() => unknown)[] = [];
  afterEach(async () => {
    for (const dispose of disposals.splice(0)) await dispose();
  });

  async function hostOf(
    settings: Readonly<Record<string, string>>,
    env: NodeJS.ProcessEnv = {},
  ): Promise<Host> {
    const host = await startFrontEnd(settings, env);
    disposals.push(() => host.end());
    return host;
  }

  /** A Logto without connectors, which refuses to create one. */
  async function logtoRefusing(message: string) {
    const refusal: ScriptedResponse = { status: 400, body: { code: "guard.invalid_input", message } };
    const server = await startScriptedServer(({ path, method }) => {
      if (path === "/oidc/token") return { body: { access_token: token, expires_in: 3600, scope: "all" } };
      return method === "POST" ? refusal : { body: [] };
    });
    disposals.push(() => server.close());
    return server;
  }

  const [long, token, extra] = [secretOf("long", 4507), secretOf("token", 4000), secretOf("extra", 5000)];
  const acme = {
    providerName: "OIDC",
    connectorName: "Acme",
    config: { clientId: "client", clientSecret: long, issuer: "https://idp.acme.com" },
    extraConfig: { keys: [{ inner: extra }] },
  };

  test.each([
    ["a client secret", `Bad request: ${long}`.padEnd(6000, ".")],
    ["its beginning", `Bad request: ${long.slice(0, 2000)}…`.padEnd(6000, ".")],
    [
      "an access token",
      `Bad request: ${JSON.stringify({ authorization: `Bearer ${token}` })}`.padEnd(6000, "."),
    ],
    ["a text in a list of extraConfig", `Bad request: ${JSON.stringify({ extra })}`.padEnd(6000, ".")],
  ])("a long error of Logto does not show %s", async (_what, message) => {
    const { ssoConnector } = (await hostOf(settingsFor(await logtoRefusing(message)))).providers;
    const error = await messageOf(ssoConnector.create(await check(ssoConnector, acme)));
    expect(error).toMatch(
      /^Could not create SSO connector "Acme": POST \/api\/sso-connectors failed: 400 guard.invalid_input: Bad request: .*\[secret\]/,
    );
    expect(error).not.toContain("canary");
  });

  test.each([
    [
      "TypeError",
      "throw new TypeError(`cannot use ${config.clientSecret} of canary-m2m`)",
      "cannot use [secret] of [secret]",
    ],
    ["SyntaxError", "JSON.parse(config.clientSecret)", "(its text is hidden, as it may contain secrets)"],
    [
      "Error (EFAULT)",
      "throw Object.assign(new Error(config.keys[0].inner), { code: 'EFAULT' })",
      "[secret]",
    ],
  ])("a %s of the package shows its class and no secret", async (kind, code, text) => {
    const fault = `module.createConnector = async (client, { config }) => { ${code}; };`;
    const host = await hostOf(
      settingsFor(await logtoRefusing("")),
      withFault("lifecycle/createConnector.js", fault),
    );
    const { ssoConnector } = host.providers;
    const error = await messageOf(ssoConnector.create(await check(ssoConnector, acme)));
    expect(error).toContain(kind);
    expect(error).toContain(text);
    expect(error).toContain("please report it as a fault of pulumi-logto-sso");
    await host.end();
    const { stdout, stderr } = await host.result;
    expect(error + stdout + stderr).not.toContain("canary");
  });

  test("a fault while a response is read shows neither the access token nor the secret of the token request", async () => {
    for (const path of ["/oidc/token", "/api/sso-connectors"]) {
      const fault =
        "const { parseResponse } = module; module.parseResponse = (request, ...rest) => {" +
        `if (request.path !== "${path}") return parseResponse(request, ...rest);` +
        "throw new TypeError(`of ${request.headers.authorization}`); };";
      const server = await logtoRefusing("");
      const host = await hostOf(settingsFor(server), withFault("logto/response.js", fault));
      const { ssoConnector } = host.providers;
      const error = await messageOf(ssoConnector.create(await check(ssoConnector, acme)));
      expect(error).toMatch(/TypeError: of (?:Bearer|Basic) \[secret\]\n/);
      expect(server.requests.at(-1)?.path).toBe(path);
    }
  });

  test("an error that the engine shows with a stack trace has no secret in either", async () => {
    const fault =
      "module.validate = ({}, { config }) => { throw new TypeError(`no ${config.clientSecret}`); };";
    const host = await hostOf({}, withFault("connector/validate.js", fault));
    const error = await messageOf(host.providers.ssoConnector.check({}, acme));
    expect(error).toContain("TypeError: no [secret]");
    await host.end();
    const { stdout, stderr } = await host.result;
    expect(stdout + stderr).not.toContain("canary");
  });
});

test("what nobody catches in the process of the plugin is printed without its text", async () => {
  const fault = "setTimeout(() => { throw new RangeError(`no ${process.env.LOGTO_CLIENT_SECRET}`); }, 100);";
  const { code, stderr } = await start(process.execPath, [join(dist, "plugin", "main.js")], {
    env: { ...process.env, LOGTO_CLIENT_SECRET: "canary-m2m", ...withFault("manifest.js", fault) },
    cwd: dist,
  }).result;
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^RangeError \(its text is hidden, as it may contain secrets\)\n.*report it.*\n +at /,
  );
  expect(stderr).not.toContain("canary");
});
