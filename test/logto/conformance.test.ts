import { recorded, replay } from "./conformance";

test("the stand-in answers as a real Logto was recorded to", async () => {
  const { steps, differences } = await replay(recorded);
  expect(differences).toEqual([]);
  expect(steps).toBe(128);
}, 60_000);
