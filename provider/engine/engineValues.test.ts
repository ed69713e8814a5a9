import { unknown } from "../values";
import { fromEngine, toEngine, secretValue, unknownValue } from "./engineValues";

test("what the engine passes has its unknown values as such, at any depth, and nothing of the dynamic host", () => {
  expect(
    fromEngine({
      __provider: "code",
      list: [unknownValue, "a", { inner: unknownValue }],
      object: { inner: unknownValue, none: null },
      flag: false,
      left: undefined,
    }),
  ).toEqual({
    list: [unknown, "a", { inner: unknown }],
    object: { inner: unknown, none: null },
    flag: false,
  });
});

test("a result is JSON: without what is undefined, and with the engine's placeholder for what is not known", () => {
  const result = toEngine({
    a: undefined,
    b: [undefined, unknown, 0],
    c: { d: unknown, e: undefined },
    f: "",
  });
  expect(Object.keys(result as object)).toEqual(["b", "c", "f"]);
  expect(result).toStrictEqual({ b: [null, unknownValue, 0], c: { d: unknownValue }, f: "" });
  expect(toEngine(undefined)).toBeNull();
});

test("a secret has the engine's mark, and is JSON as well", () => {
  expect(secretValue({ a: unknown, b: undefined })).toStrictEqual({
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    value: { a: unknownValue },
  });
});
