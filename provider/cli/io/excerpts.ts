/** Excerpts of two values that differ: the parts around their first difference, as long as there is room for. Pure. */
import { printable, unicodeEscape } from "../../untrustedText";

/** A part of a text as it is printed; `…` stands for the rest. */
interface Excerpt {
  /** The part before the first difference, which both texts have. */
  readonly before: string;
  readonly own: string;
  /** The part after the last difference, which both texts have. */
  readonly after: string;
}

export function wholeOf({ before, own, after }: Excerpt): string {
  return before + own + after;
}

/** Returns the beginning of a value, as JSON. */
export function beginningOf(value: unknown, max: number): string {
  return wholeOf(excerptsOf(printed(value), "", max)[0]);
}

/** Whether a value, as JSON, has no more characters than there is room for. */
export function fits(value: unknown, max: number): boolean {
  return printed(value).length <= max;
}

/** Returns two values as JSON. Of long lists, only the items that the other one lacks are shown. */
export function excerptsOfValues(value: unknown, other: unknown, max: number): [Excerpt, Excerpt] {
  const whole = [printed(value), printed(other)] as const;
  const areLists = Array.isArray(value) && Array.isArray(other);
  const isLong = whole.some(({ length }) => length > max);
  const [first, second] = areLists && isLong ? ownItems(value, other) : whole;
  // Lists that differ in their order or in how often they have an item.
  return first === second ? excerptsOf(...whole, max) : excerptsOf(first, second, max);
}

/** The number of characters that are shown before the first difference, where the beginning is cut. */
const context = 60;

/**
 * Returns the same window of two printable texts.
 *
 * @param max how many characters of each are shown
 */
export function excerptsOf(first: string, second: string, max: number): [Excerpt, Excerpt] {
  const areAlike = first !== second && looks(first) === looks(second);
  const [text, other] = areAlike ? [spelled(first), spelled(second)] : [first, second];
  const [start, end] = commonEnds(text, other);
  const base = boundaryBefore(text, start - max);
  const [units, otherUnits] = [unitsOf(text, base, start + 2 * max), unitsOf(other, base, start + 2 * max)];
  const fits = Math.max(text.length, other.length) <= max;
  const from = fits ? 0 : windowStart(units, otherUnits, start, max);
  return [
    excerptOf(text, units.slice(from), start, text.length - end, max),
    excerptOf(other, otherUnits.slice(from), start, other.length - end, max),
  ];
}

function printed(value: unknown): string {
  return printable(JSON.stringify(value));
}

function ownItems(first: readonly unknown[], second: readonly unknown[]): [string, string] {
  const [items, others] = [first.map(printed), second.map(printed)];
  return [listOf(items, new Set(others)), listOf(others, new Set(items))];
}

function listOf(items: readonly string[], common: ReadonlySet<string>): string {
  const shown = items.map((item) => (common.has(item) ? "…" : item));
  return `[${shown.filter((item, index) => item !== "…" || shown[index - 1] !== "…").join(",")}]`;
}

/** Returns how a text looks: composed and decomposed letters do alike, and pages show a run of spaces as one. */
function looks(text: string): string {
  return text.normalize("NFC").replace(/ {2,}/g, " ");
}

function spelled(text: string): string {
  return text.replace(/[^ -~]|(?<= ) /gu, unicodeEscape);
}

/** Returns how many characters two texts have in common at their beginning, and after that at their end. */
function commonEnds(text: string, other: string): [number, number] {
  const shorter = Math.min(text.length, other.length);
  let start = 0;
  while (start < shorter && text[start] === other[start]) start++;
  let end = 0;
  while (end < shorter - start && text[text.length - 1 - end] === other[other.length - 1 - end]) end++;
  return [start, end];
}

/** A part that is shown as a whole or not at all, such as an escape, or a letter with its accents. */
interface Unit {
  readonly text: string;
  /** Its position in the text. */
  readonly at: number;
}

const unit = /\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|\\u[0-9a-f]{4}|\\.|.\p{Mark}{0,8}/gsu;

function unitsOf(text: string, from: number, to: number): Unit[] {
  return [...text.slice(from, to).matchAll(unit)].map(({ 0: matched, index }) => ({
    text: matched,
    at: from + index,
  }));
}

/** Returns the nearest position before another one that is not within a unit: no escape is longer than 12 characters. */
function boundaryBefore(text: string, position: number): number {
  let boundary = Math.max(0, position);
  const isWithin = () =>
    text.slice(Math.max(0, boundary - 12), boundary).includes("\\") ||
    /^[\p{Mark}\udc00-\udfff]/u.test(text.charAt(boundary));
  while (boundary > 0 && isWithin()) boundary--;
  return boundary;
}

/** Returns the first unit to show. Those before the first difference are the same in both. */
function windowStart(units: readonly Unit[], others: readonly Unit[], start: number, max: number): number {
  const isCommon = ({ text, at }: Unit) => at + text.length <= start;
  let from = Math.min(units.filter(isCommon).length, others.filter(isCommon).length);
  const length = (index: number) => units[index]?.text.length ?? 0;
  const lengthFrom = (all: readonly Unit[]) =>
    all.slice(from).reduce((sum, { text }) => sum + text.length, 0);
  for (let room = context - length(from - 1); from > 0 && room >= 0; room -= length(from - 1)) from--;
  // Where little follows, there is room for more of what comes before.
  let room = max - 2 - Math.max(lengthFrom(units), lengthFrom(others));
  for (room -= length(from - 1); from > 0 && room >= 0; room -= length(from - 1)) from--;
  return from;
}

/** @param end where the text begins to be like the other one again */
function excerptOf(text: string, units: readonly Unit[], start: number, end: number, max: number): Excerpt {
  const isCut = (units[0]?.at ?? 0) > 0;
  const parts = { before: isCut ? "…" : "", own: "", after: "" };
  let room = !isCut && text.length <= max ? max : max - 2;
  for (const { text: shown, at } of units) {
    const part = at + shown.length <= start ? "before" : at < end ? "own" : "after";
    room -= shown.length;
    if (room < 0) {
      parts[part] += "…";
      break;
    }
    parts[part] += shown;
  }
  return parts;
}
