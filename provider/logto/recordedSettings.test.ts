import { clientCodes, LogtoError } from "./errors";
import { withRecordedSettings } from "./recordedSettings";
import {
  providerSettings,
  readSettings,
  SettingsError,
  type SettingsSource,
  stackSettings,
} from "./settings";

const inConfig = stackSettings((key) => `text of ${key}`, {});
const environment = {
  LOGTO_ENDPOINT: "https://logto.acme.com",
  LOGTO_CLIENT_ID: "m2m",
  LOGTO_CLIENT_SECRET: "canary",
  LOGTO_RESOURCE: "https://default.logto.app/api",
};
const inEnvironment = stackSettings(() => undefined, environment);

const errorOf = (code: string, status?: number) =>
  new LogtoError({ method: "GET", path: "/api/x" }, { code, message: `It failed [${code}].`, status });
const messageOf = (error: unknown, source: SettingsSource) =>
  (withRecordedSettings(error, source) as Error).message;
const isAdvised = (error: unknown, source: SettingsSource) =>
  messageOf(error, source).includes("from the state, as the last `pulumi up` recorded");

const causedBySettings: readonly (readonly [code: string, status: number | undefined])[] = [
  ["unreachable", undefined],
  ["timeout", undefined],
  ["not-logto", 200],
  ["too-large", 200],
  ["no-role", 200],
  ["other-tenant", undefined],
  ["oidc.invalid_client", 400],
  ["oidc.invalid_client", 401],
  ["oidc.invalid_target", 400],
  ["oidc.invalid_request", 400],
  ["oidc.access_denied", 400],
  ["auth.unauthorized", 401],
  ["auth.forbidden", 403],
  ["request.rate_limited", 429],
  ["http-429", 429],
  ["http-502", 502],
  ["http-503", 503],
];

test.each(causedBySettings)("%s %s can come from a setting of the state", (code, status) => {
  expect(isAdvised(errorOf(code, status), inConfig)).toBe(true);
});

test.each([
  ...clientCodes.filter((code) => !causedBySettings.some(([other]) => other === code)),
  "connector.invalid_config",
  "entity.not_found",
  "single_sign_on.duplicate_connector_name",
])("%s does not", (code) => {
  const error = errorOf(code);
  expect(withRecordedSettings(error, inConfig)).toBe(error);
});

test("what the environment supplies is no setting of the state, and what is not set anywhere can be", () => {
  for (const code of ["unreachable", "oidc.invalid_target", "auth.forbidden"])
    expect([code, isAdvised(errorOf(code), inEnvironment)]).toEqual([code, false]);
  // No variable supplies it.
  expect(isAdvised(errorOf("timeout"), inEnvironment)).toBe(true);
  for (const source of [
    stackSettings(() => undefined, {}),
    stackSettings(() => "", { LOGTO_ENDPOINT: "x" }),
  ]) {
    const missing = () => readSettings(source);
    expect(missing).toThrow(SettingsError);
    try {
      missing();
    } catch (error) {
      expect(isAdvised(error, source)).toBe(true);
    }
  }
});

test("the settings of an explicit provider are its inputs", () => {
  const source = providerSettings(() => "text", "eu");
  expect(messageOf(errorOf("oidc.invalid_client", 401), source)).toContain(
    "take the inputs of a provider from the state, as the last `pulumi up` recorded them:",
  );
});

test("a proxy that the environment names is no setting, nor is an error of another kind", () => {
  for (const error of [new SettingsError("HTTPS_PROXY is not a URL."), new TypeError("x"), undefined])
    expect(withRecordedSettings(error, inConfig)).toBe(error);
});

test("a long message loses its end, not the advice, and keeps its code", () => {
  const long = new LogtoError(
    { method: "GET", path: "/" },
    { code: "unreachable", message: "x".repeat(5000) },
  );
  const message = messageOf(long, inConfig);
  expect(message).toMatch(/^x+….* or add `--run-program`\. \[unreachable\]$/s);
  expect(Buffer.byteLength(message)).toBeLessThan(2048);
});
