/** The package's schema, from which Pulumi makes SDKs and checks YAML programs. */
import { version } from "../manifest";
import schema from "./schema.json";

/** `npm run schema` writes all but what a release decides. */
export function pluginSchema(): object {
  // Where the CLI finds the plugin of a version; the bundle of a release has the address in place of the variable.
  const pluginDownloadURL = process.env.LOGTO_PLUGIN_URL;
  return { ...schema, version, ...(pluginDownloadURL === undefined ? {} : { pluginDownloadURL }) };
}
