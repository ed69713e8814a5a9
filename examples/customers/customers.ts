/** Reads the customers' files, and finds everything that is wrong in them before anything is sent to Logto. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Ajv, type ErrorObject } from "ajv";
import schema from "pulumi-logto-sso/docs/customer.schema.json";
import { type Document, isMap, isNode, LineCounter, parseDocument, visit } from "yaml";

/** A customer's file: the arguments of a connector, without secrets, and those of the customer's organization in Logto. */
export interface Customer {
  providerName: string;
  config?: Record<string, unknown>;
  /** Of an organization that is managed elsewhere. */
  organizationId?: string;
  organization?: { roles?: string[]; emailDomains?: string[]; [argument: string]: unknown };
  [argument: string]: unknown;
}

interface Problem {
  /** Where it is in the text of the file. */
  offset: number;
  message: string;
}

const isCustomer = new Ajv({ strict: false, allErrors: true, verbose: true }).compile<Customer>(schema);

/** @returns the customers by the names of their files */
export function readCustomers(folder: string): Map<string, Customer> {
  const problems: string[] = [];
  const files = readdirSync(folder).filter((name) => !name.startsWith("."));
  const customers = files.sort().flatMap((file) => {
    const path = `${folder}/${file}`;
    if (!/^[a-z0-9-]+\.yaml$/.test(file)) {
      problems.push(`${path}: the name must be like acme.yaml, in lower-case letters, digits and hyphens`);
      return [];
    }
    const lines = new LineCounter();
    const document = parseDocument(readFileSync(join(folder, file), "utf8"), {
      lineCounter: lines,
      prettyErrors: false,
    });
    const found = [...syntaxProblems(document)];
    const customer: unknown = found.length === 0 ? document.toJS() : undefined;
    if (found.length === 0 && !isCustomer(customer)) found.push(...schemaProblems(document));
    for (const { offset, message } of found.sort((a, b) => a.offset - b.offset)) {
      const { line, col } = lines.linePos(offset);
      problems.push(`${path}:${line}:${col}: ${message}`);
    }
    return [[basename(file, ".yaml"), customer as Customer] as const];
  });
  if (problems.length > 0) throw new pulumi.RunError(problems.join("\n"));
  return new Map(customers);
}

function syntaxProblems(document: Document.Parsed): Problem[] {
  const problems = [...document.errors, ...document.warnings].map(({ pos: [offset], message }) => ({
    offset,
    message,
  }));
  // Such as `- *.acme.com`, which is an alias in YAML.
  visit(document, {
    Alias(_, { range, source }) {
      problems.push({
        offset: range?.[0] ?? 0,
        message: `put quotes around a text that begins with *: "*${source}"`,
      });
    },
  });
  return problems;
}

function schemaProblems(document: Document.Parsed): Problem[] {
  return (isCustomer.errors ?? [])
    .filter(({ schemaPath }) => !/\/anyOf\/|\/if$/.test(schemaPath)) // parts of others
    .map((error) => {
      const path = [...error.instancePath.split("/").slice(1), ...unknownKey(error)];
      const label = path.map((key) => (/^\d+$/.test(key) ? `[${key}]` : `.${key}`)).join("");
      return {
        offset: offsetOf(document, path),
        message: label === "" ? messageOf(error) : `${label.slice(1)}: ${messageOf(error)}`,
      };
    });
}

function messageOf({ keyword, message = "is wrong", params, parentSchema }: ErrorObject): string {
  if (typeof parentSchema?.errorMessage === "string") return parentSchema.errorMessage;
  if (keyword === "enum") return `must be one of ${(params.allowedValues as string[]).join(", ")}`;
  return keyword === "additionalProperties" ? "is not a known key" : message;
}

function unknownKey({ keyword, params }: ErrorObject): string[] {
  return keyword === "additionalProperties" ? [String(params.additionalProperty)] : [];
}

/** Of the key, where there is one. */
function offsetOf(document: Document.Parsed, path: string[]): number {
  const parent = document.getIn(path.slice(0, -1), true);
  const pair = isMap(parent) ? parent.items.find(({ key }) => String(key) === path.at(-1)) : undefined;
  const node = pair?.key ?? document.getIn(path, true);
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}
