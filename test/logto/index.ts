/** A stand-in for Logto's Management API and for the identity providers it contacts, for tests and the demo. */
export type { Application } from "./auth";
export { type Fault, faults, type Target, targets } from "./faults";
export {
  certificate,
  discoveryDocument,
  type IdentityProviders,
  samlMetadata,
  startIdentityProviders,
} from "./identityProviders";
export type { Features } from "./features";
export type { IdpInitiatedAuthConfig } from "./idpInitiatedAuth";
export type { LogtoApplication } from "./logtoApplications";
export type { Row } from "./rows";
export { type LoggedRequest, type Logto, type LogtoOptions, startLogto } from "./server";
