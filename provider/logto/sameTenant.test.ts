import type { ApiConnector } from "../connector/apiConnector";
import { hasMoved, isOneTenant, isRecordedTenant, type TenantAnswers, tenantKey } from "./sameTenant";
import type { Settings } from "./settings";

const keyOf = (endpoint: string, resource: string) => tenantKey({ endpoint, resource } as Settings);

test("a tenant of Logto Cloud is known by its resource, and any other by its endpoint", () => {
  const cloud = "https://acme.logto.app/api";
  expect(keyOf("https://acme.logto.app", cloud)).toBe(cloud);
  expect(keyOf("https://auth.acme.com", cloud)).toBe(cloud);
  for (const resource of [
    "https://default.logto.app/api",
    "https://api.acme.com",
    "http://acme.logto.app/api",
    "https://acme.logto.app/api/v2",
    "https://a.acme.logto.app/api",
    "https://acme.com/https://acme.logto.app/api",
    "https://acmexlogto.app/api",
  ])
    expect(keyOf("https://auth.acme.com", resource)).toBe("https://auth.acme.com");
});

const row = (id: string, more: object = {}): ApiConnector => ({
  id,
  tenantId: "default",
  createdAt: 1,
  providerName: "OIDC",
  connectorName: id,
  ...more,
});
const answers = (
  connectors: readonly ApiConnector[],
  unreadable = 0,
  others: Readonly<Record<string, unknown>> = {},
): TenantAnswers => ({ connectors, unreadable, others: new Map(Object.entries(others)) });

test.each<[string, TenantAnswers, TenantAnswers, boolean]>([
  ["the same connectors", answers([row("a"), row("b")]), answers([row("b"), row("a")]), true],
  [
    "what Logto adds by the endpoint that was asked",
    answers([row("a", { providerConfig: { redirectUri: "https://a" } })]),
    answers([row("a", { providerConfig: { redirectUri: "https://b" } })]),
    true,
  ],
  ["no connector", answers([]), answers([]), false],
  ["none in common", answers([row("a")]), answers([row("b")]), false],
  ["none in common that can be read", answers([row("a")], 1), answers([row("b")], 1), false],
  [
    "one that differs",
    answers([row("a"), row("b")]),
    answers([row("a"), row("b", { domains: ["x"] })]),
    false,
  ],
  ["one more", answers([row("a"), row("b")]), answers([row("a")]), false],
  ["one less", answers([row("a")]), answers([row("a"), row("b")]), false],
  ["one that the other cannot read", answers([row("a"), row("b")]), answers([row("a")], 1), true],
  ["one that it cannot read itself", answers([row("a")], 1), answers([row("a"), row("b")]), true],
  [
    "more than the other cannot read",
    answers([row("a"), row("b"), row("c")]),
    answers([row("a"), row("d")], 1),
    false,
  ],
  [
    "an answer that differs",
    answers([row("a")], 0, { sso: { on: true } }),
    answers([row("a")], 0, { sso: { on: false } }),
    false,
  ],
  [
    "an answer that one has not got",
    answers([row("a")], 0, { sso: 1 }),
    answers([row("a")], 0, { keys: 2 }),
    true,
  ],
  [
    "lists in another order",
    answers([row("a")], 0, { keys: [{ id: 1 }, { id: 2 }], sso: 1 }),
    answers([row("a")], 0, { keys: [{ id: 2 }, { id: 1 }], sso: 1 }),
    true,
  ],
  [
    "lists that differ",
    answers([row("a")], 0, { keys: [{ id: 1 }, { id: 2 }] }),
    answers([row("a")], 0, { keys: [{ id: 1 }, { id: 3 }] }),
    false,
  ],
  [
    "one answer of two that differs",
    answers([row("a")], 0, { one: 1, two: 2 }),
    answers([row("a")], 0, { one: 1, two: 3 }),
    false,
  ],
])("two endpoints with %s", (_what, first, second, expected) => {
  expect(isOneTenant(first, second)).toBe(expected);
});

test("a resource has moved if its state has another endpoint", () => {
  expect(hasMoved({ endpoint: "https://a" }, "https://b")).toBe(true);
  expect(hasMoved({ endpoint: "https://a" }, "https://a")).toBe(false);
  expect(hasMoved({}, "https://a")).toBe(false);
});

test("an object is in another tenant only if both IDs are known", () => {
  expect(isRecordedTenant({ tenantId: "a" }, { tenantId: "b" })).toBe(false);
  expect(isRecordedTenant({ tenantId: "a" }, { tenantId: "a" })).toBe(true);
  expect(isRecordedTenant({}, { tenantId: "b" })).toBe(true);
  expect(isRecordedTenant({ tenantId: "a" }, {})).toBe(true);
});
