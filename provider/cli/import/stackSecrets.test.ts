import type { Pulumi } from "../stack/pulumiCli";
import { findSecrets } from "./stackSecrets";

test("undoing what was added keeps the secrets of an earlier import", async () => {
  const stored = new Map([["sso:ssoConnectors", '{"acme":"canary-old"}']]);
  const pulumi = {
    setSecret: (key: string, value: string) => {
      stored.set(`sso:${key}`, value);
      return Promise.resolve();
    },
    removeConfig: (keys: readonly string[]) => {
      for (const key of keys) stored.delete(`sso:${key}`);
      return Promise.resolve();
    },
  } as unknown as Pulumi;
  const undo = await findSecrets(stored, "sso").add(pulumi, new Map([["globex", "canary-new"]]));
  expect(stored.get("sso:ssoConnectors")).toBe('{"acme":"canary-old","globex":"canary-new"}');
  await undo();
  expect(stored.get("sso:ssoConnectors")).toBe('{"acme":"canary-old"}');
  stored.clear();
  await (
    await findSecrets(stored, "sso").add(pulumi, new Map([["globex", "canary-new"]]))
  )();
  expect([...stored]).toEqual([]);
});
