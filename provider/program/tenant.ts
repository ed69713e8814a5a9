/** Which Logto tenant a resource of the program lives in, as far as the program can tell. */
import * as pulumi from "@pulumi/pulumi";
import { unknown } from "@pulumi/pulumi/output";
import { missingSettings, setting, withoutSlash } from "../logto/settings";
import { Provider } from "./provider";

/** The explicit provider of a resource, also one that it inherits from its parent. */
export function providerOf(resource: pulumi.CustomResource): pulumi.ProviderResource | undefined {
  return resource.getProvider("pulumi-nodejs:dynamic/logto:SsoConnector");
}

const stackConfig = (name: string) => new pulumi.Config("logto").get(name.replace(/^logto:/, ""));

/** The address that URLs to register at an identity provider begin with: where users sign in. */
export function signInAddressOf(resource: pulumi.CustomResource): pulumi.Output<string> {
  const provider = providerOf(resource);
  if (provider instanceof Provider) return provider.signInAddress;
  const address =
    setting("signInEndpoint", stackConfig, process.env) ?? setting("endpoint", stackConfig, process.env);
  // Without an endpoint a preview goes on with what it knows, and `up` fails at its first request.
  return pulumi.output(address === undefined ? (unknown as unknown as string) : withoutSlash(address));
}

let warned = false;

/** A preview needs no credentials, so that a pull request from outside can have one; but `up` will. */
export function warnOfMissingSettings(resource: pulumi.CustomResource): void {
  if (warned || !pulumi.runtime.isDryRun() || providerOf(resource) !== undefined) return;
  const missing = missingSettings(stackConfig, process.env);
  if (missing.length === 0) return;
  warned = true;
  void pulumi.log.warn(
    `This preview needs no access to Logto, but \`pulumi up\` will.\n${missing.join("\n")}`,
  );
}
