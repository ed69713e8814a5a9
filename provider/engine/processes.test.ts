import { spawn } from "node:child_process";
import { once } from "node:events";
import { isAlive } from "./processes";

test("a process is alive until it has ended", async () => {
  const child = spawn(process.execPath, ["-e", "process.stdin.resume()"]);
  await once(child, "spawn");
  expect(isAlive(child.pid ?? 0)).toBe(true);
  child.stdin.end();
  await once(child, "close");
  expect(isAlive(child.pid ?? 0)).toBe(false);
});

test("a process of another user is alive", () => {
  const kill = jest.spyOn(process, "kill").mockImplementation(() => {
    throw Object.assign(new Error("not permitted"), { code: "EPERM" });
  });
  expect(isAlive(1)).toBe(true);
  expect(kill).toHaveBeenCalledWith(1, 0);
  kill.mockRestore();
});
