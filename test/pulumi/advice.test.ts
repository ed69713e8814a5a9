/** Who does what a message says gets on: in each situation, `pulumi up` then succeeds, and the next one has nothing to change. */
import * as logtoSso from "pulumi-logto-sso";
import { eachWithLogto, stackOf } from "../tenant";
import type { Logto } from "../logto";
import { inputs, wrongDeclarations } from "./advice/inputs";
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

function report(name: string, { message, done }: User): void {
  expect(done).not.toEqual([]);
  rows.push(`${name}\n  says: ${message}\n  done: ${done.join("; ")}\n  then: up succeeds, no changes`);
}

test.each(Object.entries(situations))("%s", async (name, run) => {
  const stack = await stackOf(logto, () => ({}));
  const user = new User(logto, stack, grantRole);
  await run(user);
  // Otherwise the advice was that `up`.
  if (!/^pulumi up\b/.test(user.done.at(-1) ?? "")) await stack.up();
  await stack.preview(["--expect-no-changes"]);
  report(name, user);
});

test("each wrong declaration is said in the preview, and right ones of all of them are created together", async () => {
  const stack = await stackOf(logto, () => ({}));
  const users: [string, User][] = [];
  const right: object[] = [];
  for (const [name, run] of Object.entries(wrongDeclarations)) {
    const user = new User(logto, stack, grantRole);
    right.push(await run(user, `acme-${right.length}`));
    users.push([name, user]);
  }
  await stack.writeProgram(() => {
    for (const [index, args] of right.entries())
      new logtoSso.SsoConnector(`acme-${index}`, args as logtoSso.SsoConnectorArgs);
  });
  await stack.up();
  await stack.preview(["--expect-no-changes"]);
  expect(logto.connectors.rows.size).toBe(right.length);
  for (const [name, user] of users) report(name, user);
}, 120_000);

afterAll(() => {
  process.stderr.write(`${rows.join("\n")}\n`);
});
