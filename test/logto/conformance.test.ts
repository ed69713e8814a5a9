import { join } from "node:path";
import { replay } from "./conformance";

test("the stand-in answers as a real Logto was recorded to", async () => {
  const { steps, differences } = await replay(join(__dirname, "recordings", "logto-1.42.json"));
  expect(differences).toEqual([]);
  expect(steps).toBe(128);
}, 60_000);
