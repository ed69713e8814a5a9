/**
 * Creates a machine-to-machine application with access to the Management API of a self-hosted Logto, without its console, and
 * prints the settings that the package needs. Where there is an application of this name already, it prints those of that one.
 *
 * Usage: node createApplication.mjs ENDPOINT ADMIN_ENDPOINT [NAME] < SECRET
 *
 *   ENDPOINT        Logto's address, such as https://logto.example.com
 *   ADMIN_ENDPOINT  that of its console, exactly as Logto's environment variable ADMIN_ENDPOINT has it, or localhost and its port
 *   NAME            the name of the application (default: pulumi)
 *   SECRET          that of the application m-default, which `logto db seed` makes in the tenant of the console:
 *                   psql "$DB_URL" -Atc "select secret from applications where tenant_id = 'admin' and id = 'm-default'"
 */
import { text as textOf } from "node:stream/consumers";

const roleName = "Logto Management API access";

async function send(method, url, headers, body) {
  let response, text;
  try {
    response = await fetch(url, {
      method,
      headers,
      body,
      redirect: "error",
      signal: AbortSignal.timeout(30_000),
    });
    text = await response.text();
  } catch (error) {
    throw new Error(`${method} ${url} failed: ${error.cause?.message ?? error.message}`);
  }
  if (!response.ok) {
    throw Object.assign(new Error(`${method} ${url} failed: ${response.status} ${text.slice(0, 500)}`), {
      text,
    });
  }
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    throw new Error(`${method} ${url} failed: the response is not from Logto.`);
  }
}

async function tokenOf(origin, id, secret) {
  const { access_token, scope } = await send(
    "POST",
    `${origin}/oidc/token`,
    { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` },
    new URLSearchParams({
      grant_type: "client_credentials",
      resource: "https://default.logto.app/api",
      scope: "all",
    }),
  );
  if (scope !== "all")
    throw new Error(`Logto granted the application ${id} no access to the Management API.`);
  return access_token;
}

/** A token of the application m-default, which is in the admin tenant; Logto tells the tenant by the host of the request. */
async function adminToken(adminOrigin, secret) {
  try {
    return await tokenOf(adminOrigin, "m-default", secret);
  } catch (error) {
    const hint = /client authentication failed/.test(error.text)
      ? "\nThe secret is not that of the application m-default."
      : /invalid_client/.test(error.text)
        ? "\nADMIN_ENDPOINT must be the address of the console, exactly as Logto's environment variable of this name has it."
        : "";
    throw new Error(error.message + hint);
  }
}

async function createApplication(origin, token, name) {
  const call = (method, path, body) =>
    send(
      method,
      `${origin}/api${path}`,
      { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body && JSON.stringify(body),
    );
  // Names are not unique, so that a second run would create a second application.
  const applications = await call("GET", "/applications?types=MachineToMachine");
  const [found, other] = applications.filter((application) => application.name === name);
  if (other !== undefined) {
    throw new Error(
      `The applications ${found.id} and ${other.id} are both named ${name}. Choose another name.`,
    );
  }
  const { id } = found ?? (await call("POST", "/applications", { name, type: "MachineToMachine" }));

  // Each Logto has its own ID of the role.
  const roles = await call("GET", "/roles?type=MachineToMachine");
  const role = roles.find((one) => one.name === roleName);
  if (role === undefined)
    throw new Error(`Logto has no role ${roleName}, which Logto 1.18 and newer create.`);
  const assigned = await call("GET", `/applications/${id}/roles`);
  if (!assigned.some((one) => one.id === role.id)) {
    await call("POST", `/applications/${id}/roles`, { roleIds: [role.id] });
  }

  const secrets = await call("GET", `/applications/${id}/secrets`);
  const valid = secrets.find(({ expiresAt }) => expiresAt === null || expiresAt > Date.now());
  if (valid === undefined) throw new Error(`The application ${id} has no valid secret. Choose another name.`);
  return { id, secret: valid.value };
}

function originOf(name, address) {
  if (!/^https?:\/\/[^/]/.test(address))
    throw new Error(`${name} must be a URL, such as https://logto.example.com.`);
  return new URL(address).origin;
}

async function main() {
  const [endpoint, adminEndpoint, name = "pulumi", ...others] = process.argv.slice(2);
  if (adminEndpoint === undefined || others.length > 0) {
    throw new Error("Usage: node createApplication.mjs ENDPOINT ADMIN_ENDPOINT [NAME] < SECRET");
  }
  const [origin, adminOrigin] = [originOf("ENDPOINT", endpoint), originOf("ADMIN_ENDPOINT", adminEndpoint)];
  const adminSecret = (await textOf(process.stdin)).trim();
  if (adminSecret === "") throw new Error("The standard input has no secret of the application m-default.");
  const token = await adminToken(adminOrigin, adminSecret);
  const { id, secret } = await createApplication(origin, token, name);
  await tokenOf(origin, id, secret); // what the package will do
  console.log(`LOGTO_ENDPOINT=${origin}\nLOGTO_CLIENT_ID=${id}\nLOGTO_CLIENT_SECRET=${secret}`);
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
