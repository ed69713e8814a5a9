/** What hints call things, in the language of whoever reads them. */

export interface HintWording {
  /** The command that brings an existing connector into a stack. */
  importCommand(connectorId: string): string;
  /** What keeps a resource that moved into a component. */
  readonly movedIntoComponent: string;
  /** What to declare so that users are offered connectors. */
  readonly enableSingleSignOn: string;
}
