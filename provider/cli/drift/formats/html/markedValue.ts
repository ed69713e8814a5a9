/** A value of a change, in which the difference from the other value is marked. Pure. */
import { beginningOf, excerptsOfValues, wholeOf } from "../../../io/excerpts";
import { type Content, type Markup, markup } from "./template";

/** The number of characters shown of a value, such as the metadata of a SAML identity provider. */
const maxLength = 2000;

export function valueOf(value: unknown, other: unknown, mark: (content: Content) => Markup): Markup {
  if (value === undefined) return markup`<p class="absent">absent</p>`;
  if (Array.isArray(value)) return listOf(value, Array.isArray(other) ? other : [], mark);
  if (typeof value !== "string" || typeof other !== "string") {
    return markup`<p>${mark(code(shown(value, other)))}</p>`;
  }
  const [{ before, own, after }] = excerptsOfValues(value, other, maxLength);
  return markup`<p><code>${before}${own === "" ? undefined : mark(own)}${after}</code></p>`;
}

function listOf(
  values: readonly unknown[],
  others: readonly unknown[],
  mark: (content: Content) => Markup,
): Markup {
  if (values.length === 0) return markup`<p class="absent">empty list</p>`;
  const [own, rest] = [lacking(values, others), lacking(others, values)];
  // Lists of the same items differ in their places.
  const isMarked = (value: unknown, index: number) =>
    own.length + rest.length > 0
      ? own.includes(value)
      : JSON.stringify(value) !== JSON.stringify(others[index]);
  const items = values.map((value, index) => {
    const text = code(shown(value, own.includes(value) ? rest[own.indexOf(value)] : undefined));
    return markup`<li>${isMarked(value, index) ? mark(text) : text}</li>`;
  });
  return markup`<ul>${items}</ul>`;
}

/** Returns the items of a list that another one lacks. */
function lacking(values: readonly unknown[], others: readonly unknown[]): unknown[] {
  const common = new Set(others.map((other) => JSON.stringify(other)));
  return values.filter((value) => !common.has(JSON.stringify(value)));
}

function shown(value: unknown, other: unknown): string {
  return other === undefined
    ? beginningOf(value, maxLength)
    : wholeOf(excerptsOfValues(value, other, maxLength)[0]);
}

function code(text: string): Markup {
  return markup`<code>${text}</code>`;
}
