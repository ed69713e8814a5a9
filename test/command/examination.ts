// What the tests of `logto-sso doctor` share.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { generate } from "selfsigned";
import type { ClientMetadata } from "oidc-provider" with { "resolution-mode": "import" };
import { examine, type ExamineOptions } from "../../provider/cli/doctor/examine";
import { type DoctorReport, createDoctorReport } from "../../provider/cli/doctor/doctorReport";
import { asDoctorText } from "../../provider/cli/doctor/textReport";
import { terminalWith } from "../../provider/cli/io/terminal";
import { exportOf, placeFor, stateIn } from "../exportedState";
import { type Logto, type LogtoOptions, type Row, samlMetadata, startLogto } from "../logto";
import { type OidcProvider, startOidcProvider } from "../oidcProvider";
import { expectValid, schemaOf, validator } from "../schemas";

/** The servers of a test, which are closed after it. */
export const started: { close(): Promise<void> }[] = [];

/** Gives each test of the file an environment without settings, in a folder without a project. */
export function eachExamined(): void {
  jest.setTimeout(60_000);
  // Away from the project in the repository, whose stack would be read.
  const before = { folder: process.cwd(), env: process.env };
  const folder = mkdtempSync(join(tmpdir(), "logto-sso-"));
  beforeAll(() => {
    process.chdir(folder);
  });
  afterAll(() => {
    process.chdir(before.folder);
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    process.env = { PATH: before.env.PATH };
  });
  afterEach(async () => {
    process.env = before.env;
    await Promise.all(started.splice(0).map((server) => server.close()));
  });
}

/** Starts a Logto with enterprise SSO enabled, which the environment names. */
export async function start(options: LogtoOptions = {}): Promise<Logto> {
  const logto = await startLogto({ retryDelayMs: 5, ...options });
  started.push(logto);
  logto.signInExperience.singleSignOnEnabled = true;
  Object.assign(process.env, {
    LOGTO_ENDPOINT: logto.url,
    LOGTO_CLIENT_ID: "m2m",
    LOGTO_CLIENT_SECRET: "canary-m2m",
  });
  return logto;
}

export async function startIdp(...clients: ClientMetadata[]): Promise<OidcProvider> {
  const idp = await startOidcProvider(clients);
  started.push(idp);
  return idp;
}

export const domains = ["acme.com"];
export const insert = (logto: Logto, more: Partial<Row> = {}) =>
  logto.connectors.insert({
    providerName: "OIDC",
    connectorName: "Acme",
    config: { clientId: "client", clientSecret: "canary-config", issuer: `${logto.idp}/acme` },
    domains,
    ...more,
  });

export interface Examination {
  readonly report: DoctorReport;
  /** As it is printed on a terminal. */
  readonly screen: string;
  /** What each step said of the tenant and of the only connector, such as `fail: …`. */
  readonly steps: Readonly<Record<string, string>>;
}

/**
 * Runs the steps in this process, and checks what is printed.
 *
 * @param state resources of the stack; without them, there is no stack
 */
export async function run(options: ExamineOptions = {}, state?: readonly object[]): Promise<Examination> {
  const place = placeFor(undefined);
  const given = state === undefined ? {} : { state: stateIn(place, exportOf(state))[1] ?? "" };
  const report = createDoctorReport(await examine({ ...options, ...given }), options, Date.now());
  const isComplete = options.name !== undefined || options.email !== undefined;
  const page = await terminalWith(undefined, false);
  const screen = asDoctorText(report, isComplete, page);
  expect(stripVTControlCharacters(asDoctorText(report, isComplete, { ...page, colors: true }))).toBe(screen);
  expect(screen + JSON.stringify(report)).not.toMatch(/canary/i);
  expectValid(validate, JSON.parse(JSON.stringify(report)));
  // One long word, such as an address to copy, is not broken.
  expect(screen.split("\n").filter((line) => line.length > 80 && /\S {1,2}\S/.test(line.slice(25)))).toEqual(
    [],
  );
  const [tenant] = report.tenants;
  const all = [...(tenant?.steps ?? []), ...(tenant?.connectors[0]?.steps ?? [])];
  return {
    report,
    screen,
    steps: Object.fromEntries(all.map(({ step, status, message }) => [step, `${status}: ${message}`])),
  };
}
const validate = validator(schemaOf("docs/doctor-report.schema.json"));

/** SAML metadata with a certificate that is valid between two days from now. */
export async function metadataValid(from: number, to: number): Promise<string> {
  const { cert } = await generate([{ name: "commonName", value: "idp.acme.com" }], {
    keySize: 2048,
    notBeforeDate: new Date(Date.now() + from * day),
    notAfterDate: new Date(Date.now() + to * day),
  });
  return samlMetadata("urn:idp", "https://idp.acme.com/sso", cert);
}
const day = 86_400_000;

/** The names of the steps with a status. */
export const namesOf = (steps: Examination["steps"], status: string) =>
  Object.keys(steps).filter((name) => steps[name]?.startsWith(`${status}: `));
