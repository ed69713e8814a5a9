/** Routing as in Logto. Each rule was observed with koa-router 12. */
import type { Applications } from "./applications";
import type { Connectors } from "./connectors";
import type { EnterpriseSso } from "./enterpriseSso";
import type { Experience } from "./experience";
import type { Features } from "./features";
import type { ApiResponse, Handler } from "./http";
import type { IdpInitiatedAuth } from "./idpInitiatedAuth";
import type { OneTimeTokens } from "./oneTimeTokens";
import type { OrganizationRoles } from "./organizationRoles";
import type { Organizations } from "./organizations";
import type { SignInExperience } from "./signInExperience";
import type { SigningKeys } from "./signingKeys";
import type { Users } from "./users";

type Methods = Readonly<Record<string, Handler>>;

interface Route {
  readonly pattern: RegExp;
  readonly methods: Methods;
  /** The feature without which Logto has no such route. */
  readonly feature?: keyof Features;
  /** Whether it needs no token. */
  readonly isPublic?: boolean;
}

/** The objects of a tenant in the database. Reading and changing them here leaves no trace in the log. */
export interface Tables {
  readonly connectors: Connectors;
  readonly signingKeys: SigningKeys;
  readonly idpInitiatedAuth: IdpInitiatedAuth;
  readonly applications: Applications;
  readonly organizations: Organizations;
  readonly organizationRoles: OrganizationRoles;
  readonly signInExperience: SignInExperience;
  readonly users: Users;
  readonly experience: Experience;
  readonly enterpriseSso: EnterpriseSso;
  readonly oneTimeTokens: OneTimeTokens;
}

export interface Found {
  readonly handler: Handler;
  readonly isPublic: boolean;
  readonly params: string[];
  /** The path without `/api`. */
  readonly path: string;
}

export const notFound: ApiResponse = { status: 404, body: "Not Found" };
/** Any path outside `/api` and `/oidc`, even `/API`, belongs to the web UI, so a mistyped path is a 200. */
const webPage: ApiResponse = {
  status: 200,
  headers: { "content-type": "text/html; charset=utf-8" },
  body: '<!DOCTYPE html><html><head><title>Sign in</title></head><body><div id="app"></div></body></html>',
};
const knownMethods = ["HEAD", "OPTIONS", "GET", "PUT", "PATCH", "POST", "DELETE"];

/** Returns the router, which reads `features` for each request because they can be switched meanwhile. */
export function routesOf(
  tables: Tables,
  features: Readonly<Features>,
): (method: string, pathname: string) => Found | ApiResponse {
  const { connectors, signingKeys, idpInitiatedAuth, applications } = tables;
  const { organizations, organizationRoles, signInExperience, users } = tables;
  const { experience, enterpriseSso, oneTimeTokens } = tables;
  const { jitConnectors, jitRoles, jitEmailDomains, members } = organizations;
  connectors.hasActiveKey = (id) => signingKeys.active(id) !== undefined;
  connectors.onDelete = (id) => {
    signingKeys.removeAll(id);
    idpInitiatedAuth.rows.delete(id);
    jitConnectors.removeFromAll(id);
    users.removeIdentitiesOf(id);
  };
  applications.onDelete = (id) => {
    idpInitiatedAuth.removeByApplication(id);
  };
  users.onDelete = (id) => {
    members.removeUser(id);
  };
  organizationRoles.onDelete = (id) => {
    jitRoles.removeFromAll(id);
  };
  const routes = [
    route("/sso-connector-providers", { GET: connectors.providers }),
    route("/sso-connectors", { POST: connectors.create, GET: connectors.list }),
    route("/sso-connectors/*", {
      GET: connectors.get,
      DELETE: connectors.delete,
      PATCH: connectors.patch,
    }),
    route(
      "/sso-connectors/*/signing-keys",
      { GET: signingKeys.list, POST: signingKeys.create },
      { feature: "signingKeys" },
    ),
    route(
      "/sso-connectors/*/signing-keys/*",
      { PATCH: signingKeys.patch, DELETE: signingKeys.delete },
      { feature: "signingKeys" },
    ),
    route(
      "/sso-connectors/*/idp-initiated-auth-config",
      { PUT: idpInitiatedAuth.put, GET: idpInitiatedAuth.get, DELETE: idpInitiatedAuth.delete },
      { feature: "idpInitiatedAuth" },
    ),
    route("/applications", { POST: applications.create }),
    route("/applications/*", { PATCH: applications.patch, DELETE: applications.delete }),
    route("/applications/*/secrets", { GET: applications.secrets }),
    route("/users/*", { GET: users.get, DELETE: users.delete }),
    route("/saml-applications", { POST: applications.createSaml }),
    route("/organizations", { POST: organizations.create, GET: organizations.list }),
    route("/organizations/*", {
      GET: organizations.get,
      PATCH: organizations.patch,
      DELETE: organizations.delete,
    }),
    route("/organizations/*/users", { GET: members.list }),
    route("/organizations/*/users/*/roles", { GET: members.listRoles }),
    ...jitRoutes("sso-connectors", jitConnectors),
    ...jitRoutes("roles", jitRoles),
    ...jitRoutes("email-domains", jitEmailDomains),
    route("/organization-roles", { POST: organizationRoles.create, GET: organizationRoles.list }),
    route("/organization-roles/*", {
      GET: organizationRoles.get,
      PATCH: organizationRoles.patch,
      DELETE: organizationRoles.delete,
    }),
    route("/one-time-tokens", { POST: oneTimeTokens.create }),
    route("/sign-in-exp", { GET: signInExperience.get, PATCH: signInExperience.patch }),
    route("/.well-known/sign-in-exp", { GET: signInExperience.page }, { isPublic: true }),
    route("/.well-known/experience", { GET: signInExperience.page }, { isPublic: true }),
    route("/experience", { PUT: experience.start }, { isPublic: true }),
    route("/experience/interaction-event", { PUT: experience.setEvent }, { isPublic: true }),
    route("/experience/interaction", { GET: experience.get }, { isPublic: true }),
    route("/experience/sso-connectors", { GET: signInExperience.lookUp }, { isPublic: true }),
    route(
      "/experience/verification/sso/*/authorization-uri",
      { POST: enterpriseSso.authorize },
      { isPublic: true },
    ),
    route("/experience/verification/sso/*/verify", { POST: enterpriseSso.verify }, { isPublic: true }),
    route(
      "/experience/verification/one-time-token/verify",
      { POST: oneTimeTokens.verify },
      { isPublic: true },
    ),
    route("/experience/identification", { POST: experience.identify }, { isPublic: true }),
    route("/experience/submit", { POST: experience.submit }, { isPublic: true }),
    route("/authn/single-sign-on/saml/*", { POST: enterpriseSso.assertionConsumer }, { isPublic: true }),
    route(
      "/interaction/single-sign-on/connectors",
      { GET: signInExperience.legacyLookUp },
      { isPublic: true },
    ),
  ];

  return (method, pathname) => {
    const path = /^\/api(\/.*)$/.exec(pathname)?.[1];
    if (path === undefined) {
      const isPage = ["GET", "HEAD"].includes(method) && !/^\/(api|oidc|assets\/)/.test(pathname);
      return isPage ? webPage : notFound;
    }
    const found = routes.find(
      ({ pattern, feature }) => (feature === undefined || features[feature]) && pattern.test(path),
    );
    const handler = found?.methods[method === "HEAD" ? "GET" : method];
    if (found === undefined || handler === undefined) return unrouted(method, found?.methods);
    const params = found.pattern.exec(path)?.slice(1).map(decoded) ?? [];
    return { handler, isPublic: found.isPublic === true, params, path };
  };
}

/** Creates a route, which ignores case and a trailing slash. */
function route(path: string, methods: Methods, rest: Omit<Route, "pattern" | "methods"> = {}): Route {
  const pattern = path.replaceAll(".", "\\.").replaceAll("*", "([^/]+)");
  return { pattern: new RegExp(`^${pattern}/?$`, "i"), methods, ...rest };
}

/** Creates the routes of what organizations have for users who join just in time. */
function jitRoutes(
  name: string,
  { list, post, put, delete: remove }: Readonly<Record<"list" | "post" | "put" | "delete", Handler>>,
): Route[] {
  const path = `/organizations/*/jit/${name}`;
  return [route(path, { GET: list, POST: post, PUT: put }), route(`${path}/*`, { DELETE: remove })];
}

/** Returns the response to a request without a handler, which Logto sends before it checks the token. */
function unrouted(method: string, methods: Methods = {}): ApiResponse {
  const allowed = Object.keys(methods).flatMap((one) => (one === "GET" ? ["HEAD", one] : [one]));
  const headers = { allow: allowed.join(", ") };
  if (!knownMethods.includes(method)) return { status: 501, headers, body: "Not Implemented" };
  if (allowed.length === 0) return notFound;
  if (method === "OPTIONS") return { status: 200, headers, body: "" };
  return { status: 405, headers, body: "Method Not Allowed" };
}

/** Decodes a part of the path, or returns it as it is if it can't be decoded. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
