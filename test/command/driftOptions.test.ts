/** Options of `logto-sso drift`: errors before the check, and output files. Without the Pulumi CLI. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { logtoSso, type Place } from "../runCli";
import { connectorInState, exportOf, placeFor, stateIn } from "../exportedState";
import { run } from "../engine";
import { type Logto, startLogto } from "../logto";

jest.setTimeout(60_000);
let logto: Logto;
let place: Place;
beforeEach(async () => {
  logto = await startLogto();
  logto.signInExperience.singleSignOnEnabled = true;
  place = placeFor(logto);
});
afterEach(() => logto.close());

/** A state with one connector, which is unusable. */
function stateOfOne(sourcePosition = "project:///index.ts#3,1"): string[] {
  const row = logto.connectors.insert({ providerName: "OIDC", connectorName: "Acme", domains: ["acme.com"] });
  return stateIn(place, exportOf([connectorInState(row, undefined, { sourcePosition })]));
}

test.each([
  [["--fail-on", "changd"], "Unknown finding class: changd. Allowed are changed, missing"],
  [["--fail-on", "changed,,missing"], "Unknown finding class: (empty). Allowed are changed, missing"],
  [
    ["--fail-on", ","],
    "redirect-not-registered, sign-in-refused, domain-conflict, unchecked, separated by commas, or none alone.",
  ],
  [["--fail-on", "none,missing"], "Unknown finding class: none. Allowed are changed, missing"],
  [["--output", "x"], "Each --output must follow its --format"],
  [["--format", "xml"], "Allowed choices are text, json, markdown, html, sarif, junit, github."],
  [["--metrics", "1"], "--metrics requires --watch"],
  [["--watch", "5", "--state", "-"], "--watch cannot be used with --state -"],
  [
    ["--watch", "5", "--format", "json"],
    "option '--watch <SECONDS>' cannot be used with option '--format <FORMAT>'",
  ],
  [["--watch", "0"], "It must be a number from 1 to 2147483"],
  [["--watch", "3000000"], "It must be a number from 1 to 2147483"],
  [["--watch", "5", "--metrics", "65536"], "It must be a port from 0 to 65535, or HOST:PORT such as"],
  [
    ["--format", "json", "--output", "/none/x"],
    "Could not write /none/x: no such file or directory (ENOENT).",
  ],
  [["--format", "json", "--output", "."], "Could not write .: it is a folder."],
  [
    ["--format", "json", "--output", "report", "--format", "html", "--output", "./x/../report"],
    "Two --output are the file ./x/../report. Specify another file for each --format.",
  ],
  [
    ["--ignore", "/none/x"],
    "Could not read the ignore rules from /none/x: no such file or directory (ENOENT).",
  ],
])("%p is an error that says what to do, before any request", async (args, message) => {
  const { code, stderr } = await logtoSso(place, ["drift", ...stateOfOne(), ...args], { mayFail: true });
  expect(code).toBe(1);
  expect(stderr).toContain(message);
  expect(stderr).not.toMatch(/^ +at /m);
  expect(logto.log).toEqual([]);
});

test("--fail-on none passes whatever is found, and says so", async () => {
  const args = ["drift", ...stateOfOne(), "--fail-on", "none", "--format", "json"];
  const { code, stdout } = await logtoSso(place, args);
  expect([code, JSON.parse(stdout)]).toMatchObject([0, { failed: false, failOn: [], findings: [{}] }]);
});

test.each([
  [["--state", "/none/x"], "Could not read the state from /none/x: no such file or directory (ENOENT)."],
  [["--state", "."], "Could not read the state from .: illegal operation on a directory (EISDIR)."],
])("%p is an error without a stack trace", async (args, message) => {
  const { code, stderr } = await logtoSso(place, ["drift", ...args], { mayFail: true });
  expect([code, stderr]).toEqual([1, `error: ${message}\n`]);
});

test("a full disk is an error without a stack trace", async () => {
  const args = ["drift", ...stateOfOne(), "--format", "json", "--output", "/dev/full"];
  const { code, stderr } = await logtoSso(place, args, { mayFail: true });
  expect([code, stderr]).toEqual([
    1,
    "error: Could not write /dev/full: no space left on device (ENOSPC).\n",
  ]);
});

test("a link to a file is an error before any request, and the file keeps its content", async () => {
  const [target, link] = [join(place.folder, "precious"), join(place.folder, "link.html")];
  writeFileSync(target, "precious");
  symlinkSync("precious", link);
  const outputs = [
    "--format",
    "json",
    "--output",
    "report.json",
    "--format",
    "html",
    "--output",
    "link.html",
  ];
  const { code, stderr } = await logtoSso(place, ["drift", ...stateOfOne(), ...outputs], { mayFail: true });
  expect([code, stderr]).toEqual([
    1,
    `error: Could not write link.html: it is a link to ${target}, and no file is written through a link. Specify ${target}, or replace the link by a file.\n`,
  ]);
  expect(logto.log).toEqual([]);
  expect(readFileSync(target, "utf8")).toBe("precious");
  expect(readdirSync(place.folder).sort()).toEqual(["link.html", "precious", "state.json"]);
});

test.each([
  ["a pipe", '"$@" --output /dev/stdout | cat >out'],
  ["a file", '"$@" --output /dev/stdout >out'],
  ["a file, after what is in it", 'echo >out; "$@" --output /dev/stdout >>out'],
  ["a file by its descriptor", '"$@" --output /dev/fd/5 5>out'],
  ["a file by the process's descriptor", '"$@" --output /proc/self/fd/5 5>out'],
  ["a named pipe", 'mkfifo pipe; cat pipe >out & "$@" --output pipe; wait'],
  ["a process substitution", '"$@" --output >(cat >out); wait $!'],
])("what is open already is written to: %s", async (_what, script) => {
  const main = join(__dirname, "../../dist/cli/main.js");
  const args = ["drift", ...stateOfOne(), "--format", "json"];
  const { stderr } = await run("bash", ["--norc", "-c", script, "bash", process.execPath, main, ...args], {
    cwd: place.folder,
    env: place.env,
  });
  expect(stderr).toBe("");
  const text = readFileSync(join(place.folder, "out"), "utf8");
  expect(JSON.parse(text)).toMatchObject({ findings: [{ class: "unusable" }] });
  expect(text.startsWith("\n")).toBe(script.startsWith("echo"));
});

describe("SARIF paths", () => {
  const urisFor = async (cwd: string, sourcePosition?: string) => {
    const args = ["drift", ...stateOfOne(sourcePosition), "--format", "sarif"];
    const { stdout } = await logtoSso(place, args, { cwd, mayFail: true });
    return [...stdout.matchAll(/"uri": "([^"]*)"/g)].map(([, uri]) => uri);
  };
  const projectIn = (path: string, name = "Pulumi.yaml") => {
    const folder = join(place.folder, path);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), "name: test\nruntime: nodejs\n");
    return folder;
  };

  test("are relative to the repository if the project is a folder in it", async () => {
    mkdirSync(join(place.folder, ".git"));
    const project = projectIn("infra/sso");
    mkdirSync(join(project, "src"));
    expect(await urisFor(project)).toEqual(["infra/sso/index.ts"]);
    expect(await urisFor(join(project, "src"))).toContain("infra/sso/index.ts");
  });

  test("are correct in a worktree, for a connector that is not declared, and with characters to escape", async () => {
    writeFileSync(join(place.folder, ".git"), "gitdir: elsewhere\n");
    const project = projectIn("infra and sso", "Pulumi.yml");
    logto.connectors.insert({ providerName: "OIDC", connectorName: "by hand" });
    expect(await urisFor(project, "project:///my%20app.ts#3,1")).toEqual([
      "infra%20and%20sso/my%20app.ts",
      "infra%20and%20sso/Pulumi.yml",
    ]);
  });

  test("are relative to the project if it is the repository, or if there is none", async () => {
    const [own, none] = [projectIn("own"), projectIn("none")];
    mkdirSync(join(own, ".git"));
    expect(await urisFor(own)).toContain("index.ts");
    expect(await urisFor(mkdtempSync(join(none, "x")))).toContain("index.ts");
  });
});
