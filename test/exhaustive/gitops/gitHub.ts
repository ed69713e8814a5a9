/** GitHub's REST API, as far as report.mjs uses it: the issues of acme/infra, and the comments on them and on its pull requests. */
import { type ReceivedRequest, type ScriptedResponse, startScriptedServer } from "../../scriptedServer";

interface Text {
  body: string;
  readonly user: { readonly login: string };
}
interface Issue extends Text {
  readonly number: number;
  readonly title: string;
  state: "open" | "closed";
}
interface Comment extends Text {
  readonly id: number;
  readonly issue: number;
}

export interface GitHub {
  readonly url: string;
  issues: Issue[];
  comments: Comment[];
  close(): Promise<void>;
}

/** The login of whoever has the token of a job. */
const user = { login: "github-actions[bot]" };

export async function startGitHub(): Promise<GitHub> {
  const server = await startScriptedServer((request) =>
    request.headers.authorization === "Bearer canary-token"
      ? answer(request)
      : { status: 403, body: { message: "Resource not accessible by integration" } },
  );
  const github: GitHub = { url: server.url, issues: [], comments: [], close: () => server.close() };

  function answer({ method, path, body }: ReceivedRequest): ScriptedResponse {
    const { pathname, searchParams: query } = new URL(path, server.url);
    const number = Number(/\d+/.exec(pathname)?.[0]);
    const fields = JSON.parse(body || "{}") as { readonly title: string; readonly body: string };
    if ((fields.body || "").length > 65_536) return { status: 422, body: { message: "body is too long" } };
    const page = (all: readonly Text[]): ScriptedResponse => {
      const [size, index] = [Number(query.get("per_page") ?? 30), Number(query.get("page") ?? 1)];
      return { body: all.slice(size * (index - 1), size * index) };
    };
    const add = <T>(all: T[], one: T): ScriptedResponse => ({ status: 201, body: all[all.push(one) - 1] });
    const change = (one: object | undefined): ScriptedResponse =>
      one === undefined ? { status: 404 } : { body: Object.assign(one, fields) };
    const { issues, comments } = github;
    switch (`${method} ${pathname.replace(/\d+/, "N")}`) {
      case "GET /repos/acme/infra/issues": {
        const isWanted = (one: Issue) =>
          one.state === query.get("state") && one.user.login === query.get("creator");
        return page(issues.filter(isWanted));
      }
      case "POST /repos/acme/infra/issues":
        return add(issues, { number: issues.length + 1, state: "open", user, ...fields });
      case "PATCH /repos/acme/infra/issues/N":
        return change(issues.find((one) => one.number === number));
      case "GET /repos/acme/infra/issues/N/comments":
        return page(comments.filter(({ issue }) => issue === number));
      case "POST /repos/acme/infra/issues/N/comments":
        return add(comments, { id: 1000 + comments.length, issue: number, user, ...fields });
      case "PATCH /repos/acme/infra/issues/comments/N":
        return change(comments.find(({ id }) => id === number));
      default:
        return { status: 404, body: { message: "Not Found" } };
    }
  }
  return github;
}
