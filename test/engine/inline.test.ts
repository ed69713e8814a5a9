import * as pulumi from "@pulumi/pulumi";
import { findCli } from "./cli";
import { createStack, type Stack, type StackOptions } from "./stack";

jest.setTimeout(60_000);
beforeAll(() => findCli(), 600_000); // takes minutes the first time

const stacks: Stack[] = [];
async function create(options: StackOptions): Promise<Stack> {
  const stack = await createStack(options);
  stacks.push(stack);
  return stack;
}
afterEach(async () => {
  for (const stack of stacks.splice(0)) await stack.dispose();
});

const color = () => ({ color: new pulumi.Config().get("color") });

test("a program has the config of its own stack, and runs of different programs and stacks do not see each other", async () => {
  const [red, plain] = [
    await create({ program: color, config: { color: "red" } }),
    await create({ program: color }),
  ];
  const listeners = process.listeners("uncaughtException");
  await red.up();
  await plain.up();
  expect(await red.outputs()).toEqual({ color: "red" });
  expect(await plain.outputs()).toEqual({});

  await plain.writeProgram(() => ({ name: pulumi.getStack(), isPreview: pulumi.runtime.isDryRun() }));
  await plain.preview();
  expect(await plain.outputs()).toEqual({});
  await plain.up();
  expect(await plain.outputs()).toEqual({ name: "test", isPreview: false });
  expect(await red.outputs()).toEqual({ color: "red" });
  expect(process.listeners("uncaughtException")).toEqual(listeners);
});

test("a program that fails is shown with its error, and the next run succeeds", async () => {
  const error = (why: string) => new Error(`no color: ${why}`);
  const failing: Record<string, () => object> = {
    thrown: () => {
      throw error("thrown");
    },
    rejected: () => Promise.reject(error("rejected")),
    unhandled: () => {
      void Promise.reject(error("unhandled"));
      return {};
    },
    output: () => ({ color: pulumi.output(Promise.reject(error("output"))) }),
    RunError: () => {
      throw new pulumi.RunError("no color: RunError");
    },
  };
  const stack = await create({ program: color, config: { color: "red" } });
  for (const [why, program] of Object.entries(failing)) {
    await stack.writeProgram(program);
    const { code, stdout } = await stack.up([], { mayFail: true });
    expect(code).toBeGreaterThan(0);
    expect(stdout).toMatch(new RegExp(`error: .*no color: ${why}`));
  }
  await stack.writeProgram(color);
  await stack.up();
  expect(await stack.outputs()).toEqual({ color: "red" });
});
