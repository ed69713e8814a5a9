/** A connector, with all from which the steps of its sign-ins follow. */
import type { ApiConnector } from "../../connector/apiConnector";
import type { LogtoError } from "../../logto/errors";
import type { SigningKey } from "../../logto/signingKeys";
import type { Values } from "../../values";
import type { MetadataProbe } from "../probe/metadata";
import type { ConnectorProbe } from "../probe/probe";
import type { JoinedOrganization } from "./organizationsStep";

export interface ExaminedConnector {
  /** As Logto returns it, or as the state has it if Logto cannot return it. */
  readonly connector: ApiConnector;
  /** Whether Logto cannot return it, since its identity provider never answers. */
  readonly isUnread: boolean;
  /** URN of the resource that manages it. */
  readonly urn: string | undefined;
  /** The signing keys, where Logto signs the requests of this connector. */
  readonly keys?: readonly SigningKey[] | LogtoError | undefined;
  /** The config of its IdP-initiated sign-in, if it has one and Logto has the feature. */
  readonly idpInitiatedAuth?: Values | LogtoError | undefined;
  /** What its users join at their first sign-in, where an address was given. */
  readonly organizations?: readonly JoinedOrganization[] | LogtoError | undefined;
  readonly probe?: ConnectorProbe | undefined;
  /** What is at its metadata URL, if it has one and was asked. */
  readonly metadata?: MetadataProbe | undefined;
}
