/** A browser for the tests of pages: the Chromium or Chrome of this machine. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Without what a browser does by itself, such as looking for updates. As root, it has no sandbox. */
const flags = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
];

/** Starts a browser with a new profile, which is removed with it. Installs one if there is none, as root on Debian. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: find() ?? install(), args: flags });
}

function find(): string | undefined {
  const { CHROMIUM_PATH, PATH = "" } = process.env;
  if (CHROMIUM_PATH !== undefined) return CHROMIUM_PATH;
  const files = PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return files.find((file) => existsSync(file));
}

function install(): string {
  const advice = "Install Chromium or Chrome, or set CHROMIUM_PATH to one.";
  if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version")) {
    throw new Error(`The tests of pages need a browser. ${advice}`);
  }
  for (const args of [["update"], ["install", "-y", "--no-install-recommends", "chromium"]]) {
    try {
      execFileSync("apt-get", args, { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
    } catch (error) {
      throw new Error(`Could not install a browser: apt-get ${args.join(" ")} failed. ${advice}`, {
        cause: error,
      });
    }
  }
  const file = find();
  if (file === undefined) throw new Error(`Debian's package chromium installs none of ${names.join(", ")}.`);
  return file;
}
