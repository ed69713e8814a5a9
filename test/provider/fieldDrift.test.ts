/** Drift of each field by itself. */
import { isDeepStrictEqual } from "node:util";
import { allProviders } from "../allProviders";
import { editsOf } from "../fieldEdits";
import { type Row, startLogto } from "../logto";
import { newStack } from "./inProcess";

test("each field that is changed in the console is corrected by one PATCH of that field", async () => {
  const logto = await startLogto();
  const stack = newStack(logto);
  const program = allProviders(logto);
  expect(await stack.up(program)).toEqual(new Map());
  const rows = [...logto.connectors.rows.values()];
  const edits = new Map(rows.map((row) => [row, editsOf(row, logto.idp)]));
  const rounds = Math.max(...[...edits.values()].map(({ length }) => length));
  // In each round, one field of every connector is edited.
  for (let round = 0; round < rounds; round++) {
    const edited = rows.flatMap((row) => {
      const one = edits.get(row)?.[round];
      return one === undefined ? [] : [{ row, before: JSON.parse(JSON.stringify(row)) as Row, ...one }];
    });
    for (const { row, edit } of edited) edit(row);
    logto.takeLog();
    expect(await stack.up(program)).toEqual(new Map());
    const patches = logto.log.filter(({ method }) => method === "PATCH");
    for (const { row, before } of edited) {
      const sent = patches.filter(({ path }) => path.endsWith(row.id));
      const restored = Object.keys(before).filter((key) =>
        isDeepStrictEqual(sent[0]?.body, { [key]: before[key as keyof Row] }),
      );
      // One PATCH, whose body is one field with the value that it had before.
      expect([sent.length, restored.length]).toEqual([1, 1]);
      expect(row).toEqual(before);
    }
    expect(patches).toHaveLength(edited.length);
  }
  await logto.close();
});
