/** The parts of a URN, `urn:pulumi:STACK::PROJECT::PARENT_TYPE$TYPE::NAME`. Pure. */

/** Returns the type of a resource behind those of its parents, such as `acme:Tenant$logto:index:SsoConnector`. */
export function qualifiedTypeOf(urn: string): string {
  return urn.split("::")[2] ?? "";
}

export function typeOf(urn: string): string {
  return qualifiedTypeOf(urn).split("$").at(-1) ?? "";
}

/** A name may contain `::`. */
export function resourceNameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
