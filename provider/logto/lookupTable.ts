/** Look-ups: functions that read what the program does not declare. The results contain no secret. */
import { type ApiConnector, toState } from "../connector/apiConnector";
import type { Values } from "../values";
import { withoutExposed } from "../connector/exposedSecret";
import { isSecretConfigKey } from "../connector/identityProviders";
import { ExpectedError } from "../expectedError";
import { quote } from "../untrustedText";
import type { LogtoClient } from "./client";
import type { ReadableList } from "./connectorList";
import type { ReadLimits } from "./sharedReads";

export type LookupName = "getSsoConnector" | "getSsoConnectors" | "getSsoConnectorProviders";

/** The arguments of `getSsoConnector`; the other look-ups have none. */
export interface LookupArgs {
  readonly id?: string | undefined;
  readonly connectorName?: string | undefined;
}

/**
 * A function that reads something of a tenant.
 *
 * @param limits how old the result may be. Default: as old as lets many look-ups share a list of the tenant
 */
type Lookup = (client: LogtoClient, args: LookupArgs, limits?: ReadLimits) => Promise<Values>;

export const lookups: Readonly<Record<LookupName, Lookup>> = {
  async getSsoConnector(client, { id, connectorName }, limits) {
    assertTexts({ id, connectorName });
    if (connectorName !== undefined && id === undefined) {
      const listed = await client.findListedConnector(connectorName, limits);
      return resultOf(listed ?? findNamed(await client.sharedConnectors(), connectorName));
    }
    if (connectorName !== undefined || id === undefined) {
      throw new ExpectedError("getSsoConnector takes either id or connectorName.");
    }
    const connector = await client.readConnector(id, limits);
    if (connector !== undefined) return resultOf(connector);
    throw new ExpectedError(`Logto has no SSO connector with the ID ${quote(id)}. ${checkThat("ID")}`);
  },

  async getSsoConnectors(client) {
    const connectors = completeList(await client.sharedConnectors());
    connectors.sort((a, b) => (a.connectorName < b.connectorName ? -1 : 1));
    return { connectors: connectors.map(resultOf) };
  },

  async getSsoConnectorProviders(client) {
    return { providers: await client.listProviders() };
  },
};

/** Programs in JavaScript are not held to the types, and a number is the name of no connector. */
function assertTexts(args: Values): void {
  for (const [key, value] of Object.entries(args)) {
    if (value !== undefined && typeof value !== "string") {
      throw new ExpectedError(
        `The ${key} of getSsoConnector must be a string, not ${value === null ? "null" : `of the type ${typeof value}`}.`,
      );
    }
  }
}

function completeList({ connectors, unreadable }: ReadableList): ApiConnector[] {
  if (unreadable === 0) return [...connectors];
  throw new ExpectedError(
    `Logto returned ${connectors.length} of the tenant's SSO connectors, but not ${unreadable} whose identity provider does not ` +
      "respond. Bring the identity provider back, or delete its connector.",
  );
}

function findNamed(list: ReadableList, connectorName: string): ApiConnector {
  const connector = list.connectors.find((candidate) => candidate.connectorName === connectorName);
  if (connector !== undefined) return connector;
  const names = completeList(list).map((candidate) => candidate.connectorName);
  const similar = names.filter((name) => name.toLowerCase() === connectorName.toLowerCase());
  const hint = similar.map((name) => quote(withoutExposed(name))).join(", ");
  throw new ExpectedError(
    `Logto has no SSO connector with the name ${quote(withoutExposed(connectorName))}` +
      (hint === "" ? `. ${checkThat("name")}` : `, but ${hint}: names are case-sensitive.`),
  );
}

function checkThat(what: string): string {
  return `Check the ${what}, and that it is of this tenant (the option \`provider\`).`;
}

function resultOf(connector: ApiConnector): Values {
  const config = Object.entries(connector.config ?? {}).filter(([key]) => !isSecretConfigKey(key));
  return { ...toState(connector, undefined), id: connector.id, config: Object.fromEntries(config) };
}
