/** The commands and declarations that hints advise, as programs in a language write them. */

export interface HintWording {
  /** The command that brings an existing connector into a stack. */
  importCommand(connectorId: string): string;
  /** The alias that keeps a resource which moved into a component. */
  readonly movedIntoComponent: string;
  /** The resource that enables enterprise SSO. */
  readonly enableSingleSignOn: string;
}
