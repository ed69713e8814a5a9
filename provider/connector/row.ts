export {
  type ApiConnector as Row,
  type ConnectorState as State,
  toState as stateOf,
  withoutCatalogue as bareRow,
  patchOf,
  connectorKeys,
} from "./apiConnector";
