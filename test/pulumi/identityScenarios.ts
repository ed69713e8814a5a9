/** The ways in which a resource is renamed, moved, replaced, forgotten, or used with another endpoint or tenant. */
import * as pulumi from "@pulumi/pulumi";
import * as logto from "pulumi-logto-sso";
import type { InlineProgram, Stack } from "../engine";
import { type Logto, samlMetadata } from "../logto";

export const modes = ["plain", "adopt: true", "logto:adopt identical"] as const;
export type Mode = (typeof modes)[number];

export const kinds = [
  "SsoConnector",
  "SsoConnectorConfig",
  "SamlSigningKey",
  "OrganizationSsoConnector",
  "SsoConnectorIdpInitiatedAuth",
  "SingleSignOn",
  "Organization",
  "OrganizationJitRoles",
  "OrganizationJitEmailDomains",
] as const;
export type Kind = (typeof kinds)[number];

/** How the resource of each kind is declared. Two runs differ in it. */
interface Shape {
  readonly name?: string;
  readonly inComponent?: boolean;
  readonly isDeclared?: boolean;
  /** Whether a property that can be updated has another value. */
  readonly isChanged?: boolean;
  readonly options?: pulumi.CustomResourceOptions;
}

interface Scenario {
  readonly before?: Shape;
  readonly after?: Shape;
  /** Additional flags of the `up` with the changed program, from the URNs of the resources. */
  readonly flags?: (urns: readonly string[]) => readonly string[];
  /** What happens before that `up`. */
  readonly beforehand?: (context: Context) => Promise<unknown>;
  /** What the error of that `up` says to do, if it fails. */
  readonly remedy?: {
    readonly message: RegExp;
    readonly shape?: Shape;
    readonly act?: (context: Context) => Promise<void>;
  };
  /** Whether the object is replaced, so that it has another ID. */
  readonly replaces?: boolean;
  /** The kinds to which the scenario does not apply, and why. */
  readonly except?: Partial<Record<Kind, string>>;
}

/** The application that users sign in to. */
export const applicationId = "application";

export interface Context {
  readonly logto: Logto;
  readonly other: Logto;
  readonly stack: Stack;
  readonly mode: Mode;
  readonly urns: readonly string[];
}

class Team extends pulumi.ComponentResource {
  constructor(name: string) {
    super("test:Team", name);
  }
}

const byName: pulumi.CustomResourceOptions = { aliases: [{ name: "subject" }] };
const toRoot: pulumi.CustomResourceOptions = { aliases: [{ parent: pulumi.rootStackResource }] };
const cannotBeUpdated = "a change of any of its properties replaces it";

export const scenarios: Readonly<Record<string, Scenario>> = {
  renamed: {
    after: { name: "other" },
    remedy: { message: /aliases/, shape: { name: "other", options: byName } },
  },
  "moved into a component": {
    after: { inComponent: true },
    remedy: { message: /aliases/, shape: { inComponent: true, options: toRoot } },
  },
  "renamed with an alias": { after: { name: "other", options: byName } },
  "--replace": { flags: (urns) => urns.flatMap((urn) => ["--replace", urn]), replaces: true },
  "state taint": {
    beforehand: ({ stack, urns }) => stack.pulumi(["state", "taint", ...urns, "--yes"]),
    replaces: true,
  },
  replaceOnChanges: {
    before: { options: { replaceOnChanges: ["*"] } },
    after: { isChanged: true, options: { replaceOnChanges: ["*"] } },
    replaces: true,
    except: {
      OrganizationSsoConnector: cannotBeUpdated,
      SingleSignOn: "its only property stays as it is here",
    },
  },
  replacementTrigger: {
    before: { options: { replacementTrigger: "1" } },
    after: { options: { replacementTrigger: "2" } },
    replaces: true,
  },
  "removed and added back": {
    beforehand: async (context) => {
      await context.stack.writeProgram(programOf(context, { isDeclared: false }));
      await context.stack.up();
    },
    replaces: true,
  },
  "another tenant": {
    beforehand: ({ stack, other }) => stack.setConfig({ "logto:endpoint": other.url }),
    remedy: {
      message: /Nothing was changed/,
      act: ({ stack, logto }) => stack.setConfig({ "logto:endpoint": logto.url }),
    },
  },
  "another endpoint of the same tenant": {
    beforehand: ({ stack, logto }) => stack.setConfig({ "logto:endpoint": byLocalhost(logto) }),
  },
  "state delete": {
    beforehand: async ({ stack, urns }) => {
      for (const urn of urns) await stack.pulumi(["state", "delete", urn, "--yes"]); // CLI 3.254 takes one
    },
    // The link, the config, the sets and the switch are identical, so they are adopted; the name of the connector is in use, and
    // the organization is there.
    remedy: { message: /add `adopt: (true|"\w+"),`/, shape: { options: {} } },
    except: { SamlSigningKey: "nothing in Logto says whose a key is, so the old one stays, as documented" },
  },
};

const byLocalhost = ({ url }: Logto) => url.replace("127.0.0.1", "localhost");

/** The name of the organization under test. */
export const organizationName = "Acme";

/**
 * A program with the resource under test of each kind, and the connectors and the organization to which they belong.
 *
 * @param adopt whether it takes over what exists
 */
export function programOf(
  { logto: { idp, organizations }, mode }: Pick<Context, "logto" | "mode">,
  shape: Shape,
  adopt = false,
): InlineProgram {
  const config = (more: object = {}) => ({
    clientId: "client",
    clientSecret: "canary-config",
    issuer: `${idp}/acme`,
    ...more,
  });
  // Known by its ID alone, an organization cannot be taken over before it exists, as in the mode.
  const existing = organizations.rows.find((row) => row.name === organizationName)?.id;
  return () => {
    const parent = shape.inComponent === true ? new Team("team") : undefined;
    const { name = "subject", isDeclared = true } = shape;
    const options = { ...shape.options, ...(parent === undefined ? {} : { parent }) };
    const common = { adopt: adopt || mode === "adopt: true" };
    const withConfig = new logto.SsoConnector("with-config", { providerName: "OIDC", ...common });
    const withKey = new logto.SsoConnector("with-key", {
      providerName: "SAML",
      config: { metadata: samlMetadata("urn:idp", `${idp}/saml/sso`) },
      ...common,
    });
    const withLink = new logto.SsoConnector("with-link", { providerName: "Okta", ...common });
    const withSets = new logto.Organization("with-sets", {});
    if (!isDeclared) return {};
    new logto.SsoConnector(
      name,
      {
        providerName: "OIDC",
        connectorName: "Acme",
        config: config(),
        domains: shape.isChanged === true ? ["b.com"] : ["a.com"],
        ...common,
      },
      options,
    );
    new logto.SsoConnectorConfig(
      name,
      {
        connectorId: withConfig.id,
        providerName: "OIDC",
        config: config(shape.isChanged === true ? { scope: "email" } : {}),
        ...common,
      },
      options,
    );
    new logto.SamlSigningKey(name, { connectorId: withKey.id, active: shape.isChanged === true }, options);
    new logto.OrganizationSsoConnector(name, { connectorId: withLink.id, organizationId: "org" }, options);
    new logto.SsoConnectorIdpInitiatedAuth(
      name,
      {
        connectorId: withKey.id,
        autoSendAuthorizationRequest: true,
        defaultApplicationId: applicationId,
        authParameters: shape.isChanged === true ? { scope: "email" } : {},
        ...common,
      },
      options,
    );
    new logto.SingleSignOn(name, { enabled: true }, options);
    new logto.Organization(
      name,
      {
        name: organizationName,
        description: shape.isChanged === true ? "changed" : "",
        ...(adopt && existing !== undefined ? { adopt: existing } : {}),
      },
      options,
    );
    const ofOrganization = { organizationId: withSets.id, ...common };
    new logto.OrganizationJitRoles(
      name,
      { roles: [shape.isChanged === true ? "admin" : "member"], ...ofOrganization },
      options,
    );
    new logto.OrganizationJitEmailDomains(
      name,
      { emailDomains: [shape.isChanged === true ? "d.com" : "c.com"], ...ofOrganization },
      options,
    );
    return {};
  };
}
