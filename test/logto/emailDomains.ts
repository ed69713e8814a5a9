/** The email domains whose users join organizations just in time (Logto: routes/organization/jit/email-domains.ts). */
import { z } from "zod/v3";
import { asUtf8, guardLengths, guardText } from "./database";
import { guard } from "./guards";
import { ApiError, type ApiRequest, type ApiResponse, internalError } from "./http";
import { pageOf } from "./pagination";

const postGuard = z.object({ emailDomain: z.string().min(1) });
const putGuard = z.object({ emailDomains: z.array(z.string()) });

export class EmailDomains {
  readonly #sets = new Map<string, Set<string>>();

  constructor(
    private readonly hasOrganization: (id: string) => boolean,
    private readonly endpoint: string,
  ) {}

  /** Returns the domains of an organization, in the order of PostgreSQL's index. */
  of(organizationId: string): string[] {
    return [...(this.#sets.get(organizationId) ?? [])].toSorted((a, b) =>
      Buffer.compare(Buffer.from(a), Buffer.from(b)),
    );
  }

  /** Returns the IDs of the organizations that have exactly this domain: case matters. */
  organizationsOf(domain: string): string[] {
    return [...this.#sets].filter(([, domains]) => domains.has(domain)).map(([id]) => id);
  }

  set(organizationId: string, domains: readonly string[]): void {
    this.#sets.set(organizationId, new Set(domains));
  }

  removeOrganization(id: string): void {
    this.#sets.delete(id);
  }

  /** An unknown organization has an empty list. */
  readonly list = (call: ApiRequest): ApiResponse => {
    const [id = ""] = call.params;
    const page = pageOf(call, this.endpoint);
    guardText(id);
    const all = this.of(id);
    return {
      status: 200,
      body: (page?.cut(all) ?? all).map((domain) => shown(id, domain)),
      headers: page?.headers(all.length) ?? {},
    };
  };

  readonly post = ({ params: [id = ""], body }: ApiRequest): ApiResponse => {
    const domain = asUtf8(guard(postGuard, body).emailDomain);
    const domains = this.of(id);
    this.#guard(id, [domain], [...domains, domain]);
    this.set(id, [...domains, domain]);
    return { status: 201, body: shown(id, domain) };
  };

  readonly put = ({ params: [id = ""], body }: ApiRequest): ApiResponse => {
    const domains = guard(putGuard, body).emailDomains.map(asUtf8);
    guardText(id);
    this.#guard(id, domains, domains);
    this.set(id, domains);
    return { status: 204 };
  };

  readonly delete = ({ params: [id = "", domain = ""] }: ApiRequest): ApiResponse => {
    guardText(id + domain);
    if (this.#sets.get(id)?.delete(domain) !== true) throw new ApiError(404, "entity.not_found");
    return { status: 204 };
  };

  /** Refuses what the database refuses of new rows, which is nothing where there are none. */
  #guard(id: string, added: readonly string[], all: readonly string[]): void {
    if (added.length === 0) return;
    guardLengths([[id, 21], ...added.map((domain) => [domain, 128] as const)]);
    if (new Set(all).size < all.length) throw new ApiError(422, "entity.unique_integrity_violation");
    if (!this.hasOrganization(id)) throw new ApiError(422, "entity.relation_foreign_key_not_found");
  }
}

/**
 * Returns a row as responses show it. Their check refuses an empty domain, which a PUT takes, and one that is too long in
 * UTF-16, which the database counts in characters (seen with Logto 1.42).
 */
function shown(organizationId: string, emailDomain: string): object {
  if (emailDomain === "" || emailDomain.length > 128) throw internalError();
  return { tenantId: "default", organizationId, emailDomain };
}
