export { findCli } from "./cli";
export type { Cli } from "./cli";
export { cliEnvironment, neutralEnvironment } from "./environment";
export { run, start } from "./processes";
export type { Result, Running, RunOptions } from "./processes";
export type { ProgramSource } from "./project";
export { createStack, Stack } from "./stack";
export type { CommandOptions, Config, StackOptions, StateExport, StateResource } from "./stack";
