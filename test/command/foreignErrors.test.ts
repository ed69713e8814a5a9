/** What the command shows of errors that are not its own, whose text can be about secrets. */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { placeFor } from "../exportedState";
import { withFault } from "../preloaded";
import { launchLogtoSso } from "../runCli";

jest.setTimeout(60_000);

test.each([
  [
    "TypeError",
    "throw new TypeError(`not ${process.env.LOGTO_CLIENT_SECRET}`)",
    "error: TypeError: not [secret]",
  ],
  [
    "SyntaxError",
    "JSON.parse(process.env.LOGTO_CLIENT_SECRET)",
    "error: SyntaxError (its text is hidden, as it may contain secrets)",
  ],
  ["an error of a system call", "process.chdir(process.env.LOGTO_CLIENT_SECRET)", "error: ENOENT: "],
])("a fault of the command is printed without secrets: %s", async (_kind, fault, text) => {
  const listing = `module.LogtoClient.prototype.listReadableConnectors = async () => { ${fault}; };`;
  const thrown = `setTimeout(() => { ${fault}; }, 0);`;
  const rejected = `setTimeout(async () => { ${fault}; }, 0);`;
  for (const code of [listing, thrown, rejected]) {
    const place = placeFor({ url: "http://127.0.0.1:1" });
    const env = withFault("logto/client.js", code);
    const { code: exitCode, stdout, stderr } = await launchLogtoSso(place, ["list"], { env }).result;
    expect(exitCode).toBe(1);
    expect(stderr.startsWith(text)).toBe(true);
    expect(stdout + stderr).not.toContain("canary");
    if (text.includes("ENOENT")) continue;
    expect(stderr).toContain("please report it as a fault of pulumi-logto-sso");
    expect(stderr).toMatch(/^ +at /m);
  }
});

test("an error of the Pulumi CLI is printed without the secrets of the stack config", async () => {
  const place = placeFor(undefined);
  const bin = join(place.folder, "bin");
  mkdirSync(bin);
  writeFileSync(join(place.folder, "Pulumi.yaml"), "name: test\nruntime: nodejs\n");
  const config = {
    "logto:clientSecret": { value: "canary-in-clear", secret: false },
    "test:customers": { value: '{"acme": {"secret": "canary-of-acme"}}', secret: true },
    "test:list": { objectValue: ["canary-in-a-list"], secret: true },
    "test:open": { value: "no secret at all", secret: false },
  };
  const script = `#!/bin/sh
if [ "$1" = config ]; then echo '${JSON.stringify(config)}'; exit 0; fi
echo "error: canary-in-clear, canary-of-acme, canary-in-a-l... are no secret at all" >&2; exit 255
`;
  writeFileSync(join(bin, "pulumi"), script);
  chmodSync(join(bin, "pulumi"), 0o755);
  const env = { PATH: `${bin}:${String(process.env.PATH)}` };
  const { code, stderr } = await launchLogtoSso(place, ["drift"], { env }).result;
  expect(code).toBe(1);
  expect(stderr).toContain("error: [secret], [secret], [secret]... are no secret at all");
});
