/** The package's schema, from which Pulumi makes SDKs and checks YAML programs. */
import { version } from "../manifest";
import schema from "./schema.json";

/** `npm run schema` writes all but what a release decides. */
export function pluginSchema(): object {
  return { ...schema, version };
}
