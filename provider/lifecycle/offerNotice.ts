/** The notice that users are offered none of the connectors of a tenant, since enterprise SSO is disabled there. */
import type { LogtoClient } from "../logto/client";

/** Nobody waits for the answer but the end of the run. */
const timeoutMs = 2000;

export class OfferNotice {
  /** Whether the program declares enterprise SSO enabled; `undefined` if it does not declare it. */
  declared: boolean | undefined;
  /** Settles when the tenant has answered; `undefined` if it is not asked. */
  asked: Promise<void> | undefined;
  /** The endpoint of the tenant, if enterprise SSO is disabled there. */
  #disabledAt: string | undefined;

  /**
   * Asks, once in a run, whether enterprise SSO is enabled, as the sign-in page does. Where that fails, as it may behind a proxy
   * or with another version of Logto, there is no notice.
   *
   * @returns `undefined` if there is nothing to ask, or if it is asked already
   */
  ask(client: LogtoClient): Promise<void> | undefined {
    if (this.declared === true || this.asked !== undefined) return undefined;
    this.asked = client.getSignInPage(timeoutMs, { once: true }).then(
      ({ singleSignOnEnabled }) => {
        if (!singleSignOnEnabled) this.#disabledAt = client.settings.endpoint;
      },
      () => undefined,
    );
    return this.asked;
  }

  /** Returns the text, if there is reason for one: at the end of a run, when all that the program declares is known. */
  text(): string | undefined {
    if (this.#disabledAt === undefined || this.declared === true) return undefined;
    return (
      `enterprise SSO is disabled in the tenant at ${this.#disabledAt}, so its users are offered no connector. ` +
      (this.declared === undefined
        ? 'To enable it, declare `new logto.SingleSignOn("sso", { enabled: true });` (with the option `provider`, if the ' +
          "connectors have it),"
        : "To enable it, declare `enabled: true` in the program's SingleSignOn,") +
      ' or turn on "Enterprise SSO" in Logto\'s console, under Sign-in experience > Sign-up and sign-in.'
    );
  }
}
