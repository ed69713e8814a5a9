/** A value of a change, in which the difference from the other value is marked. Pure. */
import { beginningOf, excerptsOfValues, fits, wholeOf } from "../../../io/excerpts";
import { classed, type Content, type Markup, markup } from "./template";

/** How a value is marked and laid out. */
export interface ValueStyle {
  readonly mark: (content: Content) => Markup;
  /** The number of characters of a value that are shown, around its difference. */
  readonly max: number;
  /** What is between the items of a list. */
  readonly separator: Content;
}

export function valueOf(value: unknown, other: unknown, style: ValueStyle): Markup {
  const { mark, max } = style;
  if (value === undefined) return markup`<span class="absent">absent</span>`;
  if (Array.isArray(value)) return listOf(value, Array.isArray(other) ? other : [], style);
  if (typeof value !== "string" || typeof other !== "string") return mark(code(shown(value, other, max)));
  const [{ before, own, after }] = excerptsOfValues(value, other, max);
  const cut = before.startsWith("…") ? "cut" : undefined;
  return markup`<code${classed(cut)}>${before}${own === "" ? undefined : mark(own)}${after}</code>`;
}

/** Of a long list, only the items that differ are shown. */
function listOf(
  values: readonly unknown[],
  others: readonly unknown[],
  { mark, max, separator }: ValueStyle,
): Markup {
  if (values.length === 0) return markup`<span class="absent">empty list</span>`;
  const [own, rest] = [lacking(values, others), lacking(others, values)];
  // Lists of the same items differ in their places.
  const isMarked = (value: unknown, index: number) =>
    own.length + rest.length > 0
      ? own.includes(value)
      : JSON.stringify(value) !== JSON.stringify(others[index]);
  const isLong = !fits(values, max);
  const items: Content[] = [];
  let [room, isCut] = [max, false];
  for (const [index, value] of values.entries()) {
    const marked = isMarked(value, index);
    if (isLong && (!marked || room <= 0)) {
      if (!isCut) items.push(code("…"));
      isCut = true;
      continue;
    }
    const text = shown(value, own.includes(value) ? rest[own.indexOf(value)] : undefined, max);
    items.push(marked ? mark(code(text)) : code(text));
    room -= text.length;
    isCut = false;
  }
  return markup`${items.map((item, index) => [index === 0 ? undefined : separator, item])}`;
}

/** Returns the items of a list that another one lacks. */
function lacking(values: readonly unknown[], others: readonly unknown[]): unknown[] {
  const common = new Set(others.map((other) => JSON.stringify(other)));
  return values.filter((value) => !common.has(JSON.stringify(value)));
}

function shown(value: unknown, other: unknown, max: number): string {
  return other === undefined ? beginningOf(value, max) : wholeOf(excerptsOfValues(value, other, max)[0]);
}

function code(text: string): Markup {
  return markup`<code>${text}</code>`;
}
