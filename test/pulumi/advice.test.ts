/** Who does what a message says gets on: in each situation, `pulumi up` then succeeds, and the next one has nothing to change. */
import { eachWithLogto, stackOf } from "../tenant";
import type { Logto } from "../logto";
import { inputs } from "./advice/inputs";
import { requests } from "./advice/requests";
import { states } from "./advice/states";
import { type Situation, User } from "./advice/user";

const withoutRole = { id: "no-role", secret: "canary-no-role", hasRole: false };
let logto: Logto;
eachWithLogto(
  (started) => {
    logto = started;
    withoutRole.hasRole = false;
  },
  { applications: [{ id: "m2m", secret: "canary-m2m" }, withoutRole] },
);
const grantRole = () => {
  withoutRole.hasRole = true;
};

const situations: Readonly<Record<string, Situation>> = { ...requests, ...inputs, ...states };
const rows: string[] = [];

test.each(Object.entries(situations))("%s", async (name, run) => {
  const stack = await stackOf(logto, () => ({}));
  const user = new User(logto, stack, grantRole);
  await run(user);
  expect(user.done).not.toEqual([]);
  await stack.up();
  await stack.preview(["--expect-no-changes"]);
  rows.push(
    `${name}\n  says: ${user.message}\n  done: ${user.done.join("; ")}\n  then: up succeeds, no changes`,
  );
});

afterAll(() => {
  process.stderr.write(`${rows.join("\n")}\n`);
});
