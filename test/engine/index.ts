export { findCli } from "./cli";
export { cliEnvironment, neutralEnvironment } from "./environment";
export { run, start } from "./processes";
export type { Result, Running } from "./processes";
export { createStack, Stack } from "./stack";
export type { InlineProgram } from "./inline";
export type { StackOptions, StateExport, StateResource } from "./stack";
export type { Config, InitialConfig } from "./template";
