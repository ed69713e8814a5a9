/** A connector as the Management API returns it. */
import type { ManagementApi } from "../managementApi";

export interface Connector {
  readonly id: string;
  readonly providerName: string;
  readonly connectorName: string;
  readonly domains: readonly string[];
  readonly config: Readonly<Record<string, unknown>>;
  readonly branding: Readonly<Record<string, unknown>>;
  readonly syncProfile: boolean;
  readonly enableTokenStorage: boolean;
}

export function connectorsOf(api: ManagementApi): Promise<Connector[]> {
  return api.call("GET", "/sso-connectors");
}

/** Returns the connector with a name. */
export async function connectorNamed(api: ManagementApi, connectorName: string): Promise<Connector> {
  const found = (await connectorsOf(api)).find((connector) => connector.connectorName === connectorName);
  if (found === undefined) throw new Error(`Logto has no connector with the name ${connectorName}.`);
  return found;
}
