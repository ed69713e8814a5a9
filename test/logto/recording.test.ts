import { additionsTo } from "./recording";

const recorded = {
  status: 200,
  body: { id: "1", config: { scope: "" }, domains: ["a.com"], keys: [{ id: "k" }] },
};
const answer = (more: object, body: object = {}) => ({
  ...recorded,
  body: { ...recorded.body, ...body },
  ...more,
});

test.each<[string, unknown, string[] | undefined]>([
  ["the same", answer({}), []],
  ["a new field", answer({}, { isNew: true }), ["body.isNew"]],
  ["a new field in an object", answer({}, { config: { scope: "", mode: 1 } }), ["body.config.mode"]],
  [
    "a new field of the items of a list",
    answer({}, { keys: [{ id: "k", use: "sig" }] }),
    ["body.keys.[].use"],
  ],
  ["another value", answer({}, { id: "2" }), undefined],
  ["a new field and another value", answer({ status: 201 }, { isNew: true }), undefined],
  ["an object in place of a value", answer({}, { id: {} }), undefined],
  ["a field less", { status: 200, body: { id: "1" } }, undefined],
  ["a longer list", answer({}, { domains: ["a.com", "b.com"] }), undefined],
  ["an object in place of a list", answer({}, { domains: { 0: "a.com" } }), undefined],
])("what a newer Logto answers beside what was recorded: %s", (_what, got, expected) => {
  expect(additionsTo(recorded, got)).toEqual(expected);
});
