/** A stand-in for Logto: the Management API, sign-ins through connectors, and what it reads from identity providers. */
export type { M2mApplication } from "./auth";
export type { Row } from "./database";
export type { SsoUser } from "./enterpriseSso";
export { type Fault, faults, type Target, targets } from "./faults";
export {
  certificate,
  discoveryDocument,
  type IdentityProviders,
  samlMetadata,
  startIdentityProviders,
} from "./idpServers";
export { type Logto, type LogtoOptions, startLogto } from "./server";
