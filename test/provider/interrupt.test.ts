/** Ctrl-C, in a process that loads the provider as Pulumi's provider process does. */
import { join } from "node:path";
import { start } from "../engine";
import { type Logto, startLogto } from "../logto";

let logto: Logto;
beforeEach(async () => {
  logto = await startLogto();
});
afterEach(() => logto.close());

/** Creates a connector, receives the signal while it is idle, and creates another one before it exits. */
const script = (endpoint: string) => `
  const { ssoConnector } = require(${JSON.stringify(join(__dirname, "..", "..", "dist", "provider.js"))});
  const config = { "logto:endpoint": "${endpoint}", "logto:clientId": "m2m", "logto:clientSecret": "canary-m2m" };
  const get = (key) => config[key];
  const acme = (connectorName) => ({ __provider: "", providerName: "Okta", connectorName, domains: [], branding: {},
    syncProfile: false, enableTokenStorage: false });
  setInterval(() => {}, 1000); // keeps the process running, as the host's server does
  (async () => {
    await ssoConnector.configure({ config: { get, require: get } });
    await ssoConnector.create(acme("first"));
    process.on("SIGINT", () => setImmediate(async () => {
      const { id } = await ssoConnector.create(acme("second"));
      console.log(id);
    }));
    process.kill(process.pid, "SIGINT");
  })();`;

test("a create after the signal completes before the process exits", async () => {
  logto.faults.arm("slow", "create", Infinity);
  const { result } = start(process.execPath, ["-e", script(logto.url)], {
    cwd: process.cwd(),
    env: process.env,
    timeoutSeconds: 60,
  });
  const { stdout } = await result;
  expect(stdout.trim()).toBe(logto.named("second").id);
});
