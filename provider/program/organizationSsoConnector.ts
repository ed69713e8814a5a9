import type * as pulumi from "@pulumi/pulumi";
import type { OrganizationSsoConnectorArgs } from "./args";
import { isOfType, withConnector } from "./declared";
import { LogtoResource } from "./resource";
import { tokens } from "./tokens";

/**
 * Just-in-time membership: whoever signs in through the connector for the first time becomes a member of the organization.
 * It goes with its connector.
 */
export class OrganizationSsoConnector extends LogtoResource {
  // Declared only: as class fields they would come into being after `super`, over what it has set.
  /** The organization's ID in Logto. */
  declare readonly organizationId: pulumi.Output<string>;
  /** The connector's ID in Logto. */
  declare readonly connectorId: pulumi.Output<string>;

  /** @internal */
  static readonly __pulumiType = tokens.organizationSsoConnector.type;

  /** Whether something is an `OrganizationSsoConnector`, also one of another copy of this package. */
  static override isInstance(object: unknown): object is OrganizationSsoConnector {
    return isOfType(object, tokens.organizationSsoConnector);
  }

  /**
   * Looks up a link that this stack does not own.
   *
   * @param name the name of the resource in this program
   * @param id `ORGANIZATION_ID/CONNECTOR_ID`; the deployment fails where there is none
   */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    opts?: Omit<pulumi.CustomResourceOptions, "id">,
  ): OrganizationSsoConnector {
    return new OrganizationSsoConnector(name, undefined, { ...opts, id });
  }

  constructor(name: string, args: OrganizationSsoConnectorArgs, opts?: pulumi.CustomResourceOptions);
  /** @internal A look-up has no arguments; what it finds are outputs only. */
  constructor(name: string, args: undefined, opts: pulumi.CustomResourceOptions);
  constructor(
    name: string,
    args: OrganizationSsoConnectorArgs | undefined,
    opts?: pulumi.CustomResourceOptions,
  ) {
    const outputs = ["organizationId", "connectorId"];
    super(tokens.organizationSsoConnector, outputs, name, args, withConnector(args?.connectorId, opts));
  }
}
