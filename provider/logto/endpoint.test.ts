/** A new endpoint of the Management API, built with `client.call` alone. */
import { clientOf, failure } from "../../test/scriptedClient";
import { type ScriptedResponse } from "../../test/scriptedServer";
import { version } from "../../package.json";
import { callFor, find, listOf, remove, requireFeature, type Shape } from "./endpoint";

const flag: Shape<boolean> = {
  name: "a flag",
  parse: (body) => (typeof body === "boolean" ? body : undefined),
};
const flags = listOf("a list of flags", flag);
const path = "/api/flags/id1";

async function endpointOf(response: ScriptedResponse) {
  const { client, requests } = await clientOf([response]);
  const call = requireFeature(client.call, {
    code: "no-idp-initiated-auth",
    missing: "this Logto has no flags. Upgrade Logto.",
  });
  return { call, requests };
}
const json = (value: unknown): ScriptedResponse => ({
  headers: { "content-type": "application/json" },
  body: JSON.stringify(value),
});
const notFound = (body: unknown): ScriptedResponse => ({ status: 404, body });

test("every request, that for the token included, names this package and its version", async () => {
  const { call, requests } = await endpointOf(json(true));
  await callFor(call, "PUT", path, flag, { body: { on: true } });
  expect(requests.map(({ method, headers }) => [method, headers["user-agent"]])).toEqual([
    ["POST", `pulumi-logto-sso/${version}`],
    ["PUT", `pulumi-logto-sso/${version}`],
  ]);
});

test("a response has the requested shape, or is an error that names it", async () => {
  expect(await find((await endpointOf(json(true))).call, path, flag)).toBe(true);
  expect(await find((await endpointOf(json([true, false]))).call, path, flags)).toEqual([true, false]);
  for (const body of [{}, true, [true, 1]]) {
    const { message } = await failure(find((await endpointOf(json(body))).call, path, flags));
    expect(message).toMatch(/^GET \/api\/flags\/id1 failed: the response is not a list of flags\. Check /);
  }
  const { message } = await failure(remove((await endpointOf(json({}))).call, path));
  expect(message).toContain("DELETE /api/flags/id1 failed: the response is not empty.");
});

test("a 404 with a code of Logto's that says so means gone, to a GET and a DELETE only", async () => {
  const { call } = await endpointOf(notFound({ code: "entity.not_found", message: "gone" }));
  expect(await find(call, path, flag)).toBeUndefined();
  await remove(call, path);
  expect(await failure(callFor(call, "PUT", path, flag))).toMatchObject({ code: "entity.not_found" });
});

test.each([
  ["text", "Not Found"],
  ["JSON without a code", { message: "no Route matched with those values" }],
])("a 404 with %s is an unknown route: the error names the feature that Logto lacks", async (_what, body) => {
  const { call } = await endpointOf(notFound(body));
  for (const [method, promise] of [
    ["GET", find(call, path, flag)],
    ["PUT", callFor(call, "PUT", path, flag)],
    ["DELETE", remove(call, path)],
  ] as const) {
    const error = await failure(promise);
    expect(error).toMatchObject({ code: "no-idp-initiated-auth", status: 404, outcome: "not applied" });
    expect(error.message).toBe(
      `${method} ${path} failed: 404: this Logto has no flags. Upgrade Logto. [no-idp-initiated-auth]`,
    );
  }
});

test("a response of something else is no unknown route: a gateway says nothing of what Logto has", async () => {
  const { call } = await endpointOf({ status: 403, body: "Forbidden" });
  expect(await failure(find(call, path, flag))).toMatchObject({ status: 403, outcome: "not applied" });
  expect((await failure(find(call, path, flag))).message).not.toContain("no flags");
});

test("a 404 with another code of Logto's is neither", async () => {
  const body = { code: "entity.relation_foreign_key_not_found", message: "no" };
  const { call } = await endpointOf(notFound(body));
  expect(await failure(find(call, path, flag))).toMatchObject({ code: body.code });
});
