export { type Connector, isObject as isGroup, unknown, type Values } from "./canonical";
export { connectorKeys } from "./apiConnector";
export { isSigned } from "./apiConnector";
export { unmetPaths as missingPaths } from "./compare";
import { canonical, propertiesOf, type Connector, type Values } from "./canonical";
import { connectorInputs } from "./resources";
export const connectorOf = (values: Values): Connector => propertiesOf(connectorInputs, values);
export const normalise = (values: Values): Connector => canonical(connectorInputs, values) as Connector;
