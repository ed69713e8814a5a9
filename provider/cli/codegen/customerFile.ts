/** The file that declares a customer's connector, as the example `customers` reads it. Pure. */
import type { Connector } from "../../connector/canonical";
import type { Values } from "../../values";
import { isSecretConfigKey } from "../../connector/identityProviders";
import { printable } from "../../untrustedText";
import { organizationInputs } from "../../connector/resources";
import { argsOf, type Declaration, type TakenNames, withoutDefaults } from "./declaration";
import { kebabCase, namesakeOf } from "./identifiers";
import { yamlText } from "./yamlText";

/** Returns why a connector cannot be declared by a file. */
export function refusalOf(connector: Connector): string | undefined {
  const [key] = Object.keys(argsOf(connector).extraConfig ?? {});
  if (key === undefined) return undefined;
  return `config.${printable(key)}: is not known to this version of the package, and a customer's file has no extraConfig`;
}

/** The organization of a customer: all that it is declared with, or the ID of one that is only linked. */
export interface CustomerOrganization {
  readonly organization?: Values;
  readonly organizationId?: string;
}

/** Returns the arguments that declare an organization, without defaults. */
export function organizationArgs(organization: Values): Values {
  return withoutDefaults(organization, organizationInputs);
}

/** @param schema path of the schema from the folder of the file */
export function declareCustomer(
  connector: Connector,
  taken: TakenNames,
  schema: string,
  { organization, organizationId }: CustomerOrganization = {},
): Declaration {
  const { connectorName, providerName, config, ...rest } = argsOf(connector);
  const entries = Object.entries((config ?? {}) as Values);
  // The file has no place for a second one.
  const secret = entries.find(([key]) => isSecretConfigKey(key))?.[1];
  const resourceName = freeName(kebabCase(namesakeOf(connector)), secret, taken);
  if (secret !== undefined) taken.secrets.set(resourceName, secret);
  const { name, ...organizationRest } = organization ?? {};
  const open = Object.fromEntries(entries.filter(([key]) => !isSecretConfigKey(key)));
  const source = customerFile(
    {
      ...(connectorName === resourceName ? {} : { connectorName }),
      providerName,
      ...rest,
      ...(organizationId === undefined ? {} : { organizationId }),
      ...(organization === undefined
        ? {}
        : { organization: { ...(name === resourceName ? {} : { name }), ...organizationRest } }),
      ...(config === undefined ? {} : { config: open }),
    },
    schema,
  );
  const secrets = new Map(secret === undefined ? [] : [[resourceName, secret]]);
  return { resourceName, secrets, source };
}

/** Returns a name under which no other customer's secret is, such as that of a customer whose file has been deleted. */
function freeName(wanted: string, secret: unknown, taken: TakenNames): string {
  const name = taken.resources.take(wanted);
  const isFree = secret === undefined || !taken.secrets.has(name) || taken.secrets.get(name) === secret;
  return isFree ? name : freeName(wanted, secret, taken);
}

/** Returns the text of the file, whose first line leads editors to the schema. */
export function customerFile(values: Values, schema: string): string {
  return `# yaml-language-server: $schema=${printable(schema)}\n${yamlText(values)}`;
}
