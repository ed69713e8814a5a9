import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectorOf } from "../../connector/apiConnector";
import { UniqueNames, variableNames } from "../codegen/identifiers";
import { customerFiles } from "./customerDestination";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "customers-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("a file has no name that Windows reserves, and none that differs from another one by its case only", () => {
  writeFileSync(join(folder, "ACME.yaml"), "");
  const destination = customerFiles(folder, folder, {
    values: new Map(),
    add: () => Promise.resolve(() => Promise.resolve()),
  });
  const taken = {
    resources: new UniqueNames(destination.namesInUse()),
    variables: variableNames(),
    secrets: new Map<string, unknown>(),
  };
  const names = [
    "con",
    "NUL.",
    "Com1 ",
    "LPT9",
    "aux",
    "prn",
    "Acme",
    "acme",
    "console",
    "comet",
    "com10",
    "null",
  ];
  expect(
    names.map((connectorName) => {
      const connector = connectorOf({ providerName: "OIDC", connectorName, domains: [] });
      return destination.declare(connector, taken).resourceName;
    }),
  ).toEqual([
    "con2",
    "nul2",
    "com12",
    "lpt92",
    "aux2",
    "prn2",
    "acme2",
    "acme3",
    "console",
    "comet",
    "com10",
    "null",
  ]);
});
