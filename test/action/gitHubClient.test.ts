/** The client of GitHub in the folder `drift`, at GitHub's limits. Nothing waits in real time. */
import { bot, type GitHub, startGitHub } from "../gitHub";

let github: GitHub;
beforeAll(async () => {
  github = await startGitHub();
});
afterEach(() => {
  github.reset();
});
afterAll(() => github.close());

async function client(token = "canary-token", repository = "acme/infra") {
  const { gitHubClient } = await import("../../drift/gitHub.mjs");
  const waits: number[] = [];
  const wait = (ms: number) => Promise.resolve(void waits.push(ms));
  const api = github.url;
  return { ...gitHubClient({ api, graphql: `${api}/graphql`, repository, token, wait }), waits };
}

const issue = { title: "Drift", body: "" };
const limited = (headers: Record<string, string>, status = 403, message = "API rate limit exceeded") => ({
  to: /POST issues/,
  response: { status, headers, body: { message } },
});
const secondary = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";

test.each([
  ["retry-after", limited({ "retry-after": "7" }), 7000],
  ["a secondary limit without a header", limited({}, 403, secondary), 60_000],
  ["429", limited({}, 429), 60_000],
  ["a limit that is over", limited({ "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1" }), 0],
])("a rate limit (%s) is waited for, and one issue is opened", async (_name, refusal, ms) => {
  github.refusals.push(refusal);
  const { request, waits } = await client();
  await request("POST", "issues", issue);
  expect([waits, github.issues.length]).toEqual([[ms], 1]);
});

test.each([
  ["takes too long", [limited({ "retry-after": "3600" })], []],
  ["does not end", Array.from({ length: 3 }, () => limited({ "retry-after": "1" })), [1000, 1000]],
])("a rate limit that %s is left to the next run", async (_name, refusals, expected) => {
  github.refusals.push(...refusals);
  const { request, waits } = await client();
  await expect(request("POST", "issues", issue)).rejects.toThrow(
    "POST /repos/acme/infra/issues: GitHub answered 403: API rate limit exceeded The next run tries again.",
  );
  expect([waits, github.issues]).toEqual([expected, []]);
});

test("after an answer that is lost, reading and updating are tried again, and no second issue is opened", async () => {
  const { request, waits } = await client();
  github.issues.push({ number: 1, ...issue, state: "open", user: bot });
  github.refusals.push(
    { to: /PATCH/, response: { status: 502, body: "<html>" } },
    { to: /PATCH/, response: { fault: "reset" } },
    { to: /POST/, response: { fault: "cut", body: issue } },
    { to: /POST/, response: { body: "<html>" } },
    { to: /POST/, response: { status: 502, body: "<html>" } },
  );
  await request("PATCH", "issues/1", { body: "new" });
  expect([waits, github.issues[0]?.body]).toEqual([[1000, 1000], "new"]);
  await expect(request("POST", "issues", issue)).rejects.toThrow("GitHub could not be reached: POST /repos");
  await expect(request("POST", "issues", issue)).rejects.toThrow("the answer is not from GitHub");
  await expect(request("POST", "issues", issue)).rejects.toThrow("GitHub answered 502: no message");
  expect(github.requests.filter((one) => one === "POST issues")).toHaveLength(3);
});

test("what GitHub refuses says what to do, and never the token", async () => {
  const wrong = await client("canary-old");
  await expect(wrong.request("GET", "issues?state=all")).rejects.toThrow(
    /^GET \S+: GitHub answered 401: Bad credentials The github-token is not valid\.$/,
  );
  await expect((await client("canary-token", "acme/other")).request("POST", "issues", issue)).rejects.toThrow(
    "GitHub answered 404: Not Found The github-token does not reach the repository acme/other.",
  );
  await expect(
    (await client()).request("POST", "issues", { ...issue, body: "x".repeat(65_537) }),
  ).rejects.toThrow(/Validation Failed .*body is too long \(maximum is 65536 characters\)/);
});
