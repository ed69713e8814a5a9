/** The plugin as a folder in Git: `pulumi package add` clones the repository from a server, builds the plugin, and runs it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { copyFile, cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import * as http from "node:http";
import * as https from "node:https";
import * as net from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { generate } from "selfsigned";
import { version } from "../../package.json";
import { createStack, findCli, run, type Stack } from "../engine";
import { type Logto, startLogto } from "../logto";
import { accessTo } from "../tenant";

jest.setTimeout(600_000);

const repository = join(__dirname, "..", "..");
const source = "provider/cmd/pulumi-resource-logto";
let folder: string;
/** Where the CLI finds the repository: the name of a plugin's folder is made of its URL, and cannot contain a port. */
const host = "git.acme.com";
let server: https.Server;
let proxy: http.Server;
let logto: Logto;
let stack: Stack | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pulumi-logto-sso-git-"));
  const bare = join(folder, "acme", "infra.git");
  await commitInto(bare);
  await completeCli();
  const { private: key, cert } = await generate([{ name: "commonName", value: host }], {
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: host }] }],
  });
  await writeFile(join(folder, "certificate.pem"), cert);
  server = https.createServer({ key, cert }, (request, response) => {
    serveGit(bare, request, response);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  proxy = http.createServer().on("connect", ({ url = "" }, socket, head) => {
    const [, name = "", at = ""] = /^(.*):(\d+)$/.exec(url) ?? [];
    const target = name === host ? net.connect(port, "127.0.0.1") : net.connect(Number(at), name);
    socket.on("error", () => target.destroy());
    target.on("error", () => socket.destroy());
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    target.write(head);
    target.pipe(socket).pipe(target);
  });
  await once(proxy.listen(0, "127.0.0.1"), "listening");
  logto = await startLogto();
  logto.signInExperience.singleSignOnEnabled = true;
});
afterAll(async () => {
  for (const one of [server, proxy]) {
    one.closeAllConnections();
    one.close();
  }
  await logto.close();
  await rm(folder, { recursive: true });
  await stack?.dispose();
});

/** Commits what a clone has, with the tag of the version, into a repository without a work tree. */
async function commitInto(bare: string): Promise<void> {
  const work = join(folder, "work");
  const git = async (...args: string[]) => {
    const author = ["-c", "user.name=Acme", "-c", "user.email=infra@acme.com"];
    const { code, stderr } = await run("git", [...author, ...args], { cwd: work });
    if (code !== 0) throw new Error(`git ${args.join(" ")} ended with ${code}\n${stderr}`);
  };
  for (const path of ["provider", "package.json", "tsconfig.json", ".gitignore", "LICENSE"])
    await cp(join(repository, path), join(work, path), {
      recursive: true,
      filter: (file) => !file.endsWith(".test.ts"), // they contain secrets, for which the files of stacks are searched
    });
  await git("init", "--quiet", "--initial-branch=main");
  await git("add", ".");
  await git("commit", "--quiet", "--message=Add the plugin");
  await git("tag", `v${version}`);
  await git("clone", "--quiet", "--bare", ".", bare);
}

/** Git's smart HTTP protocol, for clones. */
function serveGit(bare: string, request: http.IncomingMessage, response: http.ServerResponse): void {
  const isList = request.method === "GET";
  const type = isList
    ? "application/x-git-upload-pack-advertisement"
    : "application/x-git-upload-pack-result";
  response.writeHead(200, { "content-type": type });
  if (isList) response.write("001e# service=git-upload-pack\n0000");
  const git = spawn("git", [
    "upload-pack",
    "--stateless-rpc",
    ...(isList ? ["--http-backend-info-refs"] : []),
    bare,
  ]);
  request.pipe(git.stdin);
  git.stdout.pipe(response);
}

/**
 * Puts a copy of the CLI on PATH, beside a language host of Node.js that installs and runs plugins, unless the CLI comes with
 * Pulumi's own.
 */
async function completeCli(): Promise<void> {
  const cli = await findCli();
  if (!existsSync(join(dirname(cli.path), "language-nodejs.mjs"))) return;
  const bin = join(folder, "bin");
  await mkdir(bin);
  await copyFile(cli.path, join(bin, "pulumi"));
  const script = `#!/bin/sh\nexec "${process.execPath}" "${join(__dirname, "languageNodejs.cjs")}" "$@"\n`;
  await writeFile(join(bin, "pulumi-language-nodejs"), script, { mode: 0o755 });
  process.env.PATH = [bin, process.env.PATH].join(delimiter);
}

test("`pulumi package add` clones and builds it, and so does any other machine after that", async () => {
  const acme = { type: "logto:SsoConnector", properties: { providerName: "Okta" } };
  stack = await createStack({
    program: { yaml: { resources: { acme } } },
    plugin: "downloaded",
    config: accessTo(logto),
    env: {
      SSL_CERT_FILE: join(folder, "certificate.pem"),
      HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      NO_PROXY: "127.0.0.1",
    },
  });
  const url = `https://${host}/acme/infra.git/${source}@${version}`;
  const added = await stack.pulumi(["package", "add", url], { mayFail: true, timeoutSeconds: 300 });
  expect(added.stdout + added.stderr).toContain("Successfully generated an SDK for the logto package");

  const plugins = join(stack.env.PULUMI_HOME ?? "", "plugins");
  for (const name of await readdir(plugins))
    if (name.startsWith("resource-")) await rm(join(plugins, name), { recursive: true });
  await stack.up([], { timeoutSeconds: 300 });
  expect(logto.named("acme").providerName).toBe("Okta");
  await stack.destroy();
  expect(logto.connectors.rows.size).toBe(0);
});
