/** examples/self-hosted, which .ci/logto runs too, on a server that answers as a real Logto did. */
import { join } from "node:path";
import { start } from "../engine/processes";
import { type ReceivedRequest, type ScriptedServer, startScriptedServer } from "../scriptedServer";

const program = join(__dirname, "..", "..", "examples", "self-hosted", "createApplication.mjs");
const managementRole = { id: "81ml5ws4ffy19f5mwkp8d", name: "Logto Management API access" };
const otherRole = { id: "1r9f0lk2mz8yq3xw6tjvb", name: "Reports" };
const adminSecret = "canary-admin";

interface Application {
  readonly id: string;
  readonly name: string;
  readonly roles: { readonly id: string; readonly name: string }[];
  readonly secrets: { readonly value: string; readonly expiresAt: number | null }[];
}

/** The part of a Logto that the program calls: a host for the default tenant and one for the admin tenant. */
let tenant: ScriptedServer, adminTenant: ScriptedServer;
let applications: Application[], roles: (typeof managementRole)[];
beforeEach(async () => {
  applications = [];
  roles = [otherRole, managementRole];
  tenant = await startScriptedServer(respond);
  adminTenant = await startScriptedServer((request) => token(request, "m-default", [adminSecret]));
});
afterEach(() => Promise.all([tenant.close(), adminTenant.close()]));

function token({ headers }: ReceivedRequest, id: string, secrets: readonly string[], scope = "all") {
  const [, given = "", secret = ""] = /^(.*?):(.*)$/.exec(atob(headers.authorization?.slice(6) ?? "")) ?? [];
  const code = "oidc.invalid_client";
  if (given !== id) {
    return {
      status: 400,
      body: { code, error: "invalid_client", error_description: `invalid client ${given}` },
    };
  }
  if (!secrets.includes(secret)) {
    const error_description = "client authentication failed";
    return { status: 401, body: { code, error: "invalid_client", error_description } };
  }
  return { body: { access_token: `token-of-${id}`, expires_in: 3600, token_type: "Bearer", scope } };
}

function respond(request: ReceivedRequest) {
  const { method, path, headers, body } = request;
  if (path === "/oidc/token") {
    const [{ id, secrets } = { id: "", secrets: [] }] = applications;
    const values = secrets.map(({ value }) => value);
    return token(request, id, values);
  }
  if (headers.authorization !== "Bearer token-of-m-default")
    return { status: 401, body: { code: "auth.unauthorized" } };
  const application = applications.find(({ id }) => path.startsWith(`/api/applications/${id}/`));
  switch (`${method} ${path.replace(/applications\/\w+\//, "applications/ID/")}`) {
    case "GET /api/applications?types=MachineToMachine":
      return { body: applications };
    case "POST /api/applications": {
      const { name } = JSON.parse(body) as { name: string };
      const secrets = [{ value: "canary-created", expiresAt: null }];
      const created = { id: "q5n6f07tvwcejrod27lul", name, roles: [], secrets };
      applications.push(created);
      return { body: { id: created.id, name } };
    }
    case "GET /api/roles?type=MachineToMachine":
      return { body: roles };
    case "GET /api/applications/ID/roles":
      return { body: application?.roles };
    case "POST /api/applications/ID/roles": {
      const { roleIds } = JSON.parse(body) as { roleIds: string[] };
      // Logto before 1.41 rejects a role that the application has (Logto: routes/applications/application-role.ts).
      if (application?.roles.some(({ id }) => roleIds.includes(id)) !== false) return { status: 422 };
      application.roles.push(...roles.filter(({ id }) => roleIds.includes(id)));
      return { status: 201, body: { roleIds, addedRoleIds: roleIds } };
    }
    case "GET /api/applications/ID/secrets":
      return { body: application?.secrets };
    default:
      return { status: 404 };
  }
}

async function createApplication(args: readonly string[], input = `${adminSecret}\n`) {
  const { code, stdout, stderr } = await start(process.execPath, [program, ...args], {
    input,
    timeoutSeconds: 30,
  }).result;
  expect(stderr).not.toContain("canary");
  return { code, stdout, stderr };
}

const settings = (id: string, secret: string) =>
  `LOGTO_ENDPOINT=${tenant.url}\nLOGTO_CLIENT_ID=${id}\nLOGTO_CLIENT_SECRET=${secret}\n`;

test("creates an application with the role of the Management API, and the same one in each further run", async () => {
  const stdout = settings("q5n6f07tvwcejrod27lul", "canary-created");
  for (let run = 0; run < 2; run++) {
    // A slash at the end is no part of LOGTO_ENDPOINT.
    expect(await createApplication([`${tenant.url}/`, adminTenant.url])).toEqual({
      code: 0,
      stdout,
      stderr: "",
    });
  }
  expect(applications).toMatchObject([{ name: "pulumi", roles: [managementRole] }]);
  expect(
    tenant.requests.filter(({ method, path }) => method === "POST" && path.startsWith("/api")),
  ).toHaveLength(2);
});

test("gives an existing application the role that it lacks, and takes its secret that has not expired", async () => {
  const secrets = [
    { value: "canary-expired", expiresAt: Date.now() - 1000 },
    { value: "canary-valid", expiresAt: Date.now() + 3_600_000 },
  ];
  applications.push({ id: "abc", name: "deployments", roles: [otherRole], secrets });
  const result = await createApplication([tenant.url, adminTenant.url, "deployments"]);
  expect(result).toEqual({ code: 0, stdout: settings("abc", "canary-valid"), stderr: "" });
  expect(applications).toMatchObject([{ roles: [otherRole, managementRole] }]);
});

test.each([
  [
    "a wrong secret",
    () => [tenant.url, adminTenant.url],
    "canary-wrong",
    /401 .*\nThe secret is not that of/,
  ],
  [
    "the default tenant's address twice",
    () => [tenant.url, tenant.url],
    adminSecret,
    /ADMIN_ENDPOINT must be the/,
  ],
  ["no secret", () => [tenant.url, adminTenant.url], "", /standard input has no secret/],
  ["no address of the console", () => [tenant.url], adminSecret, /^Usage: /],
  [
    "an address without a scheme",
    () => ["logto.test", adminTenant.url],
    adminSecret,
    /^ENDPOINT must be a URL/,
  ],
])("says what is wrong with %s, and creates nothing", async (_, args, input, message) => {
  const { code, stdout, stderr } = await createApplication(args(), input);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(message);
  expect(applications).toEqual([]);
});

const invalid = [{ value: "canary-expired", expiresAt: 1 }];
test.each<[string, Application[], typeof roles, RegExp]>([
  [
    "two applications of the name",
    ["a", "b"].map((id) => ({ id, name: "pulumi", roles: [managementRole], secrets: [] })),
    [managementRole],
    /applications a and b are both named pulumi/,
  ],
  [
    "no valid secret",
    [{ id: "a", name: "pulumi", roles: [managementRole], secrets: invalid }],
    [managementRole],
    /a has no valid secret/,
  ],
  ["no role for the Management API", [], [otherRole], /no role Logto Management API access/],
])("says that there are %s", async (_, existing, existingRoles, message) => {
  applications = existing;
  roles = existingRoles;
  const { code, stdout, stderr } = await createApplication([tenant.url, adminTenant.url]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(message);
});
