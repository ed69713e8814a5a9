import { changedKeys, changedProperties, differingPaths, unmetPaths } from "./compare";

test("a key is changed if either object has another value for it", () => {
  expect(changedKeys({ a: 1, b: { c: 1 }, d: 0 }, { a: 1, b: { c: 2 }, e: 0 })).toEqual(["b", "d", "e"]);
});

test("a property that is not declared is left alone only if it then is not managed", () => {
  const fields = {
    managed: { type: "string" },
    unmanaged: { type: "string", unmanagedIfAbsent: true },
    same: { type: "string" },
  } as const;
  const current = { managed: "x", unmanaged: "x", same: "x" };
  expect(changedProperties(fields, current, { same: "x" })).toEqual(["managed"]);
  expect(changedProperties(fields, current, { managed: "x", unmanaged: "y", same: "x" })).toEqual([
    "unmanaged",
  ]);
  expect(changedProperties(fields, {}, { unmanaged: "y" })).toEqual(["unmanaged"]);
});

test("what was requested is missing at the paths of its own keys, down to one object", () => {
  const actual = {
    same: { a: 1 },
    more: { a: 1, b: 2 },
    other: { a: { x: 1 }, b: 2 },
    text: "x",
    list: ["x"],
  };
  const requested = {
    same: { a: 1 },
    more: { a: 1 },
    other: { a: { x: 2 }, b: 2, c: 3 },
    text: { a: 1 },
    list: ["y"],
    none: { a: 1 },
    undefined,
  };
  expect(unmetPaths(requested, actual)).toEqual(["other.a", "other.c", "text", "list", "none"]);
  expect(unmetPaths({ text: undefined }, actual)).toEqual([]);
  expect(unmetPaths({ other: "x" }, actual)).toEqual(["other"]);
});

test("the paths at which either of two objects differs are sorted", () => {
  expect(differingPaths({ config: { b: 1, a: 1, same: 1 } }, { config: { b: 2, c: 1, same: 1 } })).toEqual([
    "config.a",
    "config.b",
    "config.c",
  ]);
});
