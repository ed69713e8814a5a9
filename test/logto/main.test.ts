import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

const repository = join(__dirname, "..", "..");

/** On Windows, npm is a script that only a shell starts. */
const whereNpmIsAProgram = process.platform === "win32" ? test.skip : test;

whereNpmIsAProgram(
  "the stand-in runs as a process that prints one line and serves requests until it is terminated",
  async () => {
    const child = spawn(
      "npm",
      ["run", "--silent", "logto", "--", "--port", "0", "--client", "me:canary:with:colons"],
      {
        cwd: repository,
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    try {
      const lines: string[] = [];
      const reader = createInterface(child.stdout).on("line", (line) => lines.push(line));
      await once(reader, "line");
      const [, url = ""] = /^Logto stand-in on (http:\/\/127\.0\.0\.1:\d+)$/.exec(lines[0] ?? "") ?? [];
      const token = await fetch(`${url}/oidc/token`, {
        method: "POST",
        headers: { authorization: `Basic ${Buffer.from("me:canary:with:colons").toString("base64")}` },
        body: new URLSearchParams({
          grant_type: "client_credentials",
          resource: "https://default.logto.app/api",
          scope: "all",
        }),
      });
      expect(await token.json()).toMatchObject({ scope: "all" });
      const log = await fetch(`${url}/_log`);
      expect(await log.json()).toEqual([{ method: "POST", path: "/oidc/token", status: 200 }]);
      child.kill("SIGTERM");
      await once(child, "exit");
      await expect(fetch(`${url}/_log`)).rejects.toThrow();
      expect(lines).toHaveLength(1);
    } finally {
      child.kill("SIGKILL");
    }
  },
  30_000,
);
