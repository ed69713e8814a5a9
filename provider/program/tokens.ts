/** What the state of every user's stack names. It never changes. */

export const ssoConnectorType = "pulumi-nodejs:dynamic/logto:SsoConnector";

/**
 * The text by which Pulumi's dynamic host loads the lifecycle. Written out rather than serialized from a class, which
 * would put several kB of code into each resource's state and freeze it there.
 */
export const ssoConnectorLoader =
  'exports.handler = () => require("pulumi-logto-sso/provider").ssoConnector;';
