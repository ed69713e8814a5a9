import { replay } from "./conformance";

test("the stand-in answers as a real Logto was recorded to", async () => {
  const { steps, differences } = await replay();
  expect(differences).toEqual([]);
  expect(steps).toBe(414);
}, 60_000);
