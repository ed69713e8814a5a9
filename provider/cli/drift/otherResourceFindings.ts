/** What a check finds of the resources that are no connectors: the switch, and what belongs to a connector. Pure. */
import { canonical, propertiesOf } from "../../connector/canonical";
import type { Values } from "../../values";
import { resources } from "../../connector/resources";
import { LogtoError } from "../../logto/errors";
import type { Answer, Details } from "../tenant/details";
import { changeFindings } from "./differences";
import { type About, type Finding, newFinding } from "./finding";
import type { OtherResource } from "../stack/managedResources";
import { missingFrom } from "../tenant/wrongTenant";
import type { Tenant } from "../tenant/tenants";

/** What belongs to a connector. */
type Part = OtherResource & { readonly kind: PartKind };
type PartKind = Exclude<OtherResource["kind"], "singleSignOn">;

const isPart = (one: OtherResource): one is Part => one.kind !== "singleSignOn";

export function otherFindings(tenant: Tenant, details: Details): Finding[] {
  const parts = tenant.others.filter(isPart);
  return [...switchFindings(tenant, details), ...parts.flatMap((one) => partFindings(one, tenant, details))];
}

/** A switch that the stack declares and that is off is one finding: the change, which says what follows from it. */
function switchFindings({ endpoint, managed, others }: Tenant, { enabled }: Details): Finding[] {
  if (enabled === undefined) return [];
  const declared = others.filter(({ kind }) => kind === "singleSignOn");
  const aboutSwitch = (one?: OtherResource): About => ({
    connector: { name: one?.resourceName ?? "enterprise SSO", id: endpoint, urn: one?.urn ?? null },
    source: one?.source,
  });
  if (enabled instanceof LogtoError) {
    const message = `Whether enterprise SSO is enabled was not checked: ${enabled.message}`;
    return [newFinding("unchecked", aboutSwitch(declared[0]), message)];
  }
  const changes = declared.flatMap((one) =>
    changeFindings(aboutSwitch(one), ["enabled"], one.inputs, { enabled }, (difference) =>
      enabled ? `${difference}.` : `${difference}, so nobody is offered a connector.`,
    ),
  );
  if (changes.length > 0 || enabled || managed.length === 0) return changes;
  const asDeclared = declared.length > 0 ? ", as declared" : "";
  const message = `Enterprise SSO is disabled in the tenant at ${endpoint}${asDeclared}, so nobody is offered a connector.`;
  const more = declared.length > 0 ? { remedy: "Declare `enabled: true` in the SingleSignOn." } : {};
  return [newFinding("sso-disabled", aboutSwitch(declared[0]), message, more)];
}

function partFindings(one: Part, tenant: Tenant, details: Details): Finding[] {
  const { urn, source, inputs, resourceName } = one;
  const id = String(inputs.connectorId);
  const owner = tenant.managed.find((connector) => connector.id === id);
  const row = tenant.live.find((connector) => connector.id === id);
  const name = owner?.connector.connectorName ?? row?.connectorName ?? owner?.resourceName ?? resourceName;
  const about = { connector: { name, id, urn }, source };
  const rules = partRules[one.kind];
  const label = rules.label(one);
  const live = rules.live(one, details);
  if (live instanceof LogtoError) {
    return [newFinding("unchecked", about, `Its ${label} was not checked: ${live.message}`)];
  }
  if (live === undefined) {
    // What belongs to a connector is gone with it.
    if (missingFrom(tenant).some((connector) => connector.id === id)) return [];
    return [newFinding("missing", about, `Logto at ${tenant.endpoint} no longer has its ${label}.`)];
  }
  const keys = Object.keys(resources[one.kind].inputs);
  return changeFindings(about, keys, inputs, live, (difference) => `Of its ${label}, ${difference}.`);
}

interface PartRules {
  /** How it is called, after "its". */
  readonly label: (part: OtherResource) => string;
  /** What Logto has, in the form in which it is declared. */
  readonly live: (part: OtherResource, details: Details) => Answer<Values>;
}

const partRules: Readonly<Record<PartKind, PartRules>> = {
  samlSigningKey: {
    label: ({ id }) => `signing key ${keyIdOf(id)}`,
    live: ({ id, inputs: { connectorId } }, { keys }) =>
      found(keys.get(String(connectorId)), (all) => {
        const key = all.find((one) => one.id === keyIdOf(id));
        return key && { connectorId, active: key.active };
      }),
  },
  organizationSsoConnector: {
    label: ({ inputs }) => `just-in-time link with the organization ${String(inputs.organizationId)}`,
    live: ({ inputs }, { links }) =>
      found(links.get(String(inputs.organizationId)), (linked) =>
        linked.includes(String(inputs.connectorId)) ? inputs : undefined,
      ),
  },
  ssoConnectorIdpInitiatedAuth: {
    label: () => "IdP-initiated sign-in",
    live: ({ inputs }, { idpInitiatedAuth }) =>
      found(idpInitiatedAuth.get(String(inputs.connectorId)), (row) => {
        const fields = resources.ssoConnectorIdpInitiatedAuth.inputs;
        return propertiesOf(fields, canonical(fields, row));
      }),
  },
};

function found<Value extends object>(
  answer: Answer<Value>,
  then: (value: Value) => Values | undefined,
): Answer<Values> {
  if (answer === undefined) return undefined;
  return answer instanceof LogtoError ? answer : then(answer);
}

/** The ID of a key in the state is that of its connector, a slash, and its own. */
function keyIdOf(id: string): string {
  return id.split("/")[1] ?? "";
}
