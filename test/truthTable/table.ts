/** The table of truth: what preview, up, doctor and drift say of connectors, and what their users meet. */
import { tmpdir } from "node:os";
import { examine } from "../../provider/cli/doctor/examine";
import { createDoctorReport } from "../../provider/cli/doctor/doctorReport";
import { type Deployment } from "../acceptance/deployment";
import { connectorsOf } from "../acceptance/connector";
import { type Program, type Resource, secret } from "../acceptance/program";
import type { TestedTenant } from "../acceptance/testedTenant";
import { SignInError, type SignInTarget, signIn } from "../signIn";
import { oidcCases } from "./oidcCases";
import { otherCases } from "./otherCases";
import { samlCases } from "./samlCases";
import type { Prepared, Registration, SignInCase, Values } from "./signInCase";
import type { Observation } from "./verdict";
import type { World } from "./world";

export interface Row extends Observation {
  readonly case: SignInCase;
  /** How the sign-in ends, in words. */
  readonly ending: string;
}

interface Candidate {
  readonly case: SignInCase;
  /** The name of its resource. */
  readonly resource: string;
  readonly domain: string;
  readonly prepared: Prepared;
  readonly inputs: Values;
  readonly idpInitiated: Values | undefined;
}

export const cases: readonly SignInCase[] = [...oidcCases, ...samlCases, ...otherCases];

/** The order in which cases are observed: an identity provider that is down slows all lists of Logto down. */
const phases: readonly ((candidate: Candidate) => boolean)[] = [
  (candidate) => !isChangedLater(candidate) && candidate.case.isSwitchedOff !== true,
  isChangedLater,
  (candidate) => candidate.case.isSwitchedOff === true,
];

function isChangedLater({ prepared }: Candidate): boolean {
  return prepared.afterwards !== undefined;
}

/** @param note receives what is done now */
export async function observe(
  deployment: Deployment,
  tenant: TestedTenant,
  world: World,
  target: SignInTarget,
  note: (text: string) => void,
): Promise<Row[]> {
  const candidates = await prepareAll(world, tenant, target);
  await tenant.setSwitch(true);
  note("preview");
  const previewed = await previewAll(deployment, candidates);
  note("up");
  const accepted = candidates.filter(({ resource }) => previewed.get(resource) !== "error");
  const { stdout } = await deployment.attempt(programOf(accepted), ["--continue-on-error"]);
  const refused = messagesByResource(stdout, accepted).errors;
  note("what the preview refused, by hand");
  const byHand = candidates.filter((candidate) => !accepted.includes(candidate));
  const answers = new Map<Candidate, string>();
  for (const candidate of byHand) answers.set(candidate, await createByHand(tenant, candidate));
  const registrations = await registerAll(tenant, candidates);
  const rows = new Map<Candidate, Row>();
  for (const isInPhase of phases) {
    const current = candidates.filter(isInPhase);
    for (const candidate of current) {
      const registration = registrations.get(candidate);
      if (registration !== undefined) await candidate.prepared.afterwards?.(registration);
    }
    await tenant.setSwitch(current.every((candidate) => candidate.case.isSwitchedOff !== true));
    note(`drift, doctor and sign-ins of ${current.length} connectors`);
    const drift = await driftOf(deployment);
    for (const candidate of current) {
      const { case: of, resource } = candidate;
      const registration = registrations.get(candidate);
      const isDeployed = registration !== undefined && !byHand.includes(candidate);
      const email = addressOf(candidate);
      rows.set(candidate, {
        case: of,
        preview: previewed.get(resource) ?? "ok",
        up: byHand.includes(candidate) ? undefined : refused.has(resource) ? "error" : "ok",
        doctor: registration && (await doctorOf(tenant, registration, email, false)),
        probe: registration && (await doctorOf(tenant, registration, email, true)),
        drift: isDeployed
          ? [...(drift.get(registration.id) ?? []), ...(drift.get(tenant.api.url) ?? [])]
          : undefined,
        isChangedLater: isChangedLater(candidate),
        ...(await endingOf(candidate, target, registration, answers.get(candidate))),
      });
    }
  }
  return candidates.flatMap((candidate) => rows.get(candidate) ?? []);
}

/** Registers Logto at the identity providers. Returns what was registered, where Logto has the connector. */
async function registerAll(
  { api }: TestedTenant,
  candidates: readonly Candidate[],
): Promise<Map<Candidate, Registration>> {
  const rows = new Map((await connectorsOf(api)).map((row) => [row.connectorName, row]));
  const registrations = new Map<Candidate, Registration>();
  for (const candidate of candidates) {
    const row = rows.get(candidate.case.name);
    if (row === undefined) continue;
    const registration = {
      id: row.id,
      redirectUri: `${api.url}/callback/${row.id}`,
      entityId: `${api.url}/enterprise-sso/${row.id}`,
      assertionConsumerServiceUrl: `${api.url}/api/authn/single-sign-on/saml/${row.id}`,
    };
    await candidate.prepared.register?.(registration);
    registrations.set(candidate, registration);
  }
  return registrations;
}

async function prepareAll(
  world: World,
  { features }: TestedTenant,
  { webApplication }: SignInTarget,
): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  for (const [index, of] of cases.entries()) {
    if (of.needs !== undefined && !features[of.needs]) continue;
    const domain = `case${index}.acme.test`;
    const prepared = await of.prepare(world, domain);
    const inputs = { domains: [domain], ...prepared.inputs, connectorName: of.name };
    const idpInitiated = prepared.idpInitiated?.(webApplication);
    candidates.push({ case: of, resource: `case${index}`, domain, prepared, inputs, idpInitiated });
  }
  return candidates;
}

function programOf(candidates: readonly Candidate[]): Program {
  const resources: [string, Resource][] = candidates.flatMap(({ resource, inputs, idpInitiated }) => [
    [resource, { type: "SsoConnector", properties: withSecret(inputs) }],
    ...(idpInitiated === undefined
      ? []
      : [
          [
            `${resource}-idp`,
            {
              type: "SsoConnectorIdpInitiatedAuth",
              properties: { connectorId: `\${${resource}.id}`, ...idpInitiated },
            },
          ] satisfies [string, Resource],
        ]),
  ]);
  return { resources: Object.fromEntries(resources) };
}

function withSecret(inputs: Values): Values {
  const { config } = inputs as { config?: { clientSecret?: string } };
  if (config?.clientSecret === undefined) return inputs;
  return { ...inputs, config: { ...config, clientSecret: secret(config.clientSecret) } };
}

/** Previews all, without those that are refused until none is left: the first errors end a program. */
async function previewAll(
  deployment: Deployment,
  candidates: readonly Candidate[],
): Promise<Map<string, "ok" | "warning" | "error">> {
  const found = new Map<string, "ok" | "warning" | "error">();
  for (;;) {
    const left = candidates.filter(({ resource }) => found.get(resource) !== "error");
    const { code, stdout, stderr } = await deployment.preview(programOf(left));
    const { errors, warnings } = messagesByResource(stdout, left);
    for (const resource of errors) found.set(resource, "error");
    if (code !== 0 && errors.size === 0) throw new Error(stdout + stderr);
    if (code !== 0) continue;
    for (const resource of warnings) found.set(resource, "warning");
    return found;
  }
}

/** Returns the resources that messages are about: their own, or those of the stack that name their connectors. */
function messagesByResource(
  output: string,
  candidates: readonly Candidate[],
): { errors: Set<string>; warnings: Set<string> } {
  const [errors, warnings] = [new Set<string>(), new Set<string>()];
  let resource = "";
  let isError = false;
  const [, diagnostics = ""] = output.split("\nDiagnostics:\n");
  for (const line of diagnostics.split("\n")) {
    resource = /^ {2}\S+ \((\S+?)(?:-idp)?\):$/.exec(line)?.[1] ?? resource;
    const [, severity] = /^ {4}(error|warning): /.exec(line) ?? [];
    if (severity !== undefined) isError = severity === "error";
    if (!line.startsWith("    ")) continue;
    const named = candidates.filter(
      (candidate) => candidate.resource === resource || line.includes(JSON.stringify(candidate.case.name)),
    );
    for (const candidate of named) (isError ? errors : warnings).add(candidate.resource);
  }
  return { errors, warnings };
}

/** Creates a connector as somebody does by hand. Returns Logto's code where it refuses it. */
async function createByHand({ api }: TestedTenant, { inputs, idpInitiated }: Candidate): Promise<string> {
  const { status, body } = await api.attempt("POST", "/sso-connectors", inputs);
  const { code, id } = body as { code?: string; id?: string };
  if (status >= 300) return code ?? String(status);
  if (idpInitiated !== undefined)
    await api.call("PUT", `/sso-connectors/${id ?? ""}/idp-initiated-auth-config`, idpInitiated);
  return "";
}

function addressOf({ case: of, domain }: Candidate): string {
  return of.address?.(domain) ?? `user@${domain}`;
}

async function driftOf(deployment: Deployment): Promise<Map<string, string[]>> {
  const { stdout } = await deployment.logtoSso(["drift", "--probe", "--format", "json"]);
  const { findings } = JSON.parse(stdout) as {
    findings: { class: string; connector: { id: string } }[];
  };
  const classes = new Map<string, string[]>();
  for (const finding of findings) {
    const { id } = finding.connector;
    classes.set(id, [...(classes.get(id) ?? []), finding.class]);
  }
  return classes;
}

/** Asks `doctor` in this process, in a folder without a project, so that it examines the tenant alone. */
async function doctorOf(
  { access }: TestedTenant,
  { id }: Registration,
  email: string,
  probe: boolean,
): Promise<"pass" | "fail" | "unknown"> {
  const before = { env: process.env, folder: process.cwd() };
  process.env = {
    PATH: before.env.PATH,
    LOGTO_ENDPOINT: access.url,
    LOGTO_CLIENT_ID: access.client.id,
    LOGTO_CLIENT_SECRET: access.client.secret,
  };
  process.chdir(tmpdir());
  try {
    const [tenant] = createDoctorReport(await examine({ email, probe }), { email }, Date.now()).tenants;
    // Without a stack, there is nothing to compare the connectors with.
    const ofTenant = tenant?.steps.filter(({ step }) => step !== "connectors") ?? [];
    const ofConnector = tenant?.connectors.find((connector) => connector.id === id)?.steps ?? [];
    const statuses = [...ofTenant, ...ofConnector].map(({ status }) => status);
    return statuses.includes("fail") ? "fail" : statuses.includes("unknown") ? "unknown" : "pass";
  } finally {
    process.env = before.env;
    process.chdir(before.folder);
  }
}

async function endingOf(
  candidate: Candidate,
  target: SignInTarget,
  registration: Registration | undefined,
  answer: string | undefined,
): Promise<Pick<Row, "failsAt" | "ending">> {
  if (registration === undefined)
    return { failsAt: "creation", ending: `Logto refuses it${answer === undefined ? "" : `: ${answer}`}` };
  try {
    const user = (await (candidate.prepared.signIn?.(target, registration) ??
      signIn(target, addressOf(candidate)))) as { email?: string };
    return { failsAt: undefined, ending: user.email === undefined ? "works, without an email" : "works" };
  } catch (error) {
    if (!(error instanceof SignInError)) throw error;
    return { failsAt: error.step, ending: `${error.step}: ${error.code ?? error.status}` };
  }
}
