/** A value of a change, with what the other side does not have marked. Pure. */
import { shortened } from "../../../../untrustedText";
import { type Content, type Markup, markup } from "./template";

/** How much of a value is shown, such as of the metadata of a SAML identity provider. */
const maxLength = 2000;

export function valueOf(value: unknown, other: unknown, mark: (content: Content) => Markup): Markup {
  if (value === undefined) return markup`<p class="absent">absent</p>`;
  if (Array.isArray(value)) return listOf(value, Array.isArray(other) ? other : [], mark);
  const text = textOf(value);
  if (typeof value !== "string" || typeof other !== "string") return markup`<p>${mark(code(text))}</p>`;
  const [before, own, after] = apart(Array.from(text), Array.from(textOf(other)));
  return markup`<p><code>${before}${own === "" ? undefined : mark(own)}${after}</code></p>`;
}

function listOf(
  values: readonly unknown[],
  others: readonly unknown[],
  mark: (content: Content) => Markup,
): Markup {
  if (values.length === 0) return markup`<p class="absent">empty list</p>`;
  const common = new Set(others.map(textOf));
  const items = values.map(textOf).map((text) => (common.has(text) ? code(text) : mark(code(text))));
  return markup`<ul>${items.map((item) => markup`<li>${item}</li>`)}</ul>`;
}

function textOf(value: unknown): string {
  return shortened(JSON.stringify(value), maxLength);
}

function code(text: string): Markup {
  return markup`<code>${text}</code>`;
}

/** Splits a text into what it begins with as the other one does, what is its own, and what it ends with as the other one does. */
function apart(text: readonly string[], other: readonly string[]): [string, string, string] {
  const shorter = Math.min(text.length, other.length);
  let start = 0;
  while (start < shorter && text[start] === other[start]) start++;
  let end = 0;
  while (end < shorter - start && text.at(-1 - end) === other.at(-1 - end)) end++;
  const to = text.length - end;
  return [text.slice(0, start).join(""), text.slice(start, to).join(""), text.slice(to).join("")];
}
