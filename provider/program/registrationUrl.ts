import * as pulumi from "@pulumi/pulumi";
import { registrationUrls, type RegistrationUrls } from "../connector/registrationUrls";
import type { LogtoResource } from "./resource";
import { signInAddressOf } from "./tenant";

/**
 * Derived from the ID in the program rather than kept as an output of the resource, since outputs become unknown while an
 * update is previewed; and made when it is read, since unread outputs cost a large program time and memory.
 */
export function registrationUrlOf(
  connector: LogtoResource & { readonly providerName: pulumi.Output<string> },
  key: keyof RegistrationUrls,
): pulumi.Output<string | undefined> {
  return pulumi
    .all([connector.providerName, connector.id, signInAddressOf(connector)])
    .apply(([providerName, id, address]) => registrationUrls(providerName, id, address)[key]);
}
