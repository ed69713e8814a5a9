/**
 * GitHub's API, as far as the action of `drift` and the pipelines of examples/gitops use it, with its limits: the issues of
 * acme/infra, and the comments on them and on its pull requests.
 */
import { type ReceivedRequest, type ScriptedResponse, startScriptedServer } from "./scriptedServer";

interface Text {
  body: string | null;
  readonly user: { readonly login: string };
}
export interface Issue extends Text {
  readonly number: number;
  readonly title: string;
  readonly labels?: readonly string[];
  state: "open" | "closed";
  /** Of an issue that is a pull request. */
  readonly pull_request?: object;
}
interface Comment extends Text {
  readonly id: number;
  readonly issue: number;
}

export interface GitHub {
  /** The address of the REST API. */
  readonly url: string;
  /** By number, from the oldest to the newest. */
  issues: Issue[];
  comments: Comment[];
  /** All that was asked for, such as `PATCH issues/3`. */
  requests: string[];
  /** What the token may do, which is `canary-token`. */
  rights: "write" | "read";
  /** Whether the repository has issues. */
  hasIssues: boolean;
  /** Answers to the next requests that match, such as those of a rate limit. */
  refusals: { readonly to: RegExp; readonly response: ScriptedResponse }[];
  /** As at the start. */
  reset(): void;
  close(): Promise<void>;
}

/** The login of whoever has the token of a job. */
export const bot = { login: "github-actions[bot]" };

const maxBody = 65_536;
const defaultPage = 30;
const maxPage = 100;

const refused = (status: number, message: string, more: object = {}): ScriptedResponse => ({
  status,
  body: { message, documentation_url: "https://docs.github.com/rest", status: String(status), ...more },
});

export async function startGitHub(): Promise<GitHub> {
  const server = await startScriptedServer(answer);
  const start = () => ({
    ...{ issues: [], comments: [], requests: [], refusals: [] },
    ...{ rights: "write" as const, hasIssues: true },
  });
  const github: GitHub = {
    url: server.url,
    ...start(),
    reset: () => void Object.assign(github, start()),
    close: () => server.close(),
  };

  function answer({ method, path, headers, body }: ReceivedRequest): ScriptedResponse {
    const { pathname, searchParams: query } = new URL(path, server.url);
    const route = `${method} ${pathname.replace("/repos/acme/infra/", "")}`;
    github.requests.push(route);
    const refusal = github.refusals.findIndex(({ to }) => to.test(route));
    if (refusal !== -1) return github.refusals.splice(refusal, 1)[0]?.response ?? {};
    if (headers.authorization !== "Bearer canary-token") return refused(401, "Bad credentials");
    const fields = JSON.parse(body || "{}") as Partial<Issue>;
    if (pathname === "/graphql") return { body: { data: { viewer: bot } } };
    // GitHub tells nobody who may not see a repository that there is one.
    if (!pathname.startsWith("/repos/acme/infra/")) return refused(404, "Not Found");
    if (method !== "GET" && github.rights === "read") {
      return refused(403, "Resource not accessible by integration");
    }
    if (method === "POST" && pathname.endsWith("/issues") && !github.hasIssues) {
      return refused(410, "Issues has been disabled in this repository.");
    }
    if ((fields.body ?? "").length > maxBody) {
      const message = `body is too long (maximum is ${maxBody} characters)`;
      return refused(422, "Validation Failed", {
        errors: [{ resource: "Issue", code: "custom", field: "body", message }],
      });
    }
    const number = Number(/\d+/.exec(pathname)?.[0]);
    const page = (all: readonly Text[]): ScriptedResponse => {
      const size = Math.min(Number(query.get("per_page") ?? defaultPage), maxPage);
      const index = Number(query.get("page") ?? 1);
      return { body: all.slice(size * (index - 1), size * index) };
    };
    const add = <T>(all: T[], one: T): ScriptedResponse => ({ status: 201, body: all[all.push(one) - 1] });
    const change = (one: object | undefined): ScriptedResponse =>
      one === undefined ? refused(404, "Not Found") : { body: Object.assign(one, fields) };
    const { issues, comments } = github;
    switch (route.replace(/\d+/, "N")) {
      case "GET issues": {
        const state = query.get("state") ?? "open";
        const isWanted = (one: Issue) =>
          (state === "all" || one.state === state) && one.user.login === query.get("creator");
        return page(issues.filter(isWanted).reverse());
      }
      case "POST issues":
        return add(issues, {
          ...{ number: issues.length + 1, title: "", body: null, labels: [], state: "open", user: bot },
          ...fields,
        });
      case "PATCH issues/N":
        return change(issues.find((one) => one.number === number));
      case "GET issues/N/comments":
        return page(comments.filter(({ issue }) => issue === number));
      case "POST issues/N/comments":
        return add(comments, {
          ...{ id: 1000 + comments.length, issue: number, body: null, user: bot },
          ...fields,
        });
      case "PATCH issues/comments/N":
        return change(comments.find(({ id }) => id === number));
      default:
        return refused(404, "Not Found");
    }
  }
  return github;
}
