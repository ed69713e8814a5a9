import { replay } from "./conformance";

test("the stand-in responds as a real Logto did", async () => {
  const { steps, differences } = await replay();
  expect(differences).toEqual([]);
  expect(steps).toBe(609);
}, 60_000);
