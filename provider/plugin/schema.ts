/** The package's schema, from which Pulumi makes SDKs and checks YAML programs. */
import { version } from "../manifest";
import schema from "./schema.json";

/** `npm run schema` writes all but what a release decides. */
export function pluginSchema(): object {
  // Where the CLI finds the plugin of a version; a bundle for another server has its address in place of the variable.
  const pluginDownloadURL = process.env.LOGTO_PLUGIN_URL ?? schema.pluginDownloadURL;
  return { ...schema, version, pluginDownloadURL };
}
