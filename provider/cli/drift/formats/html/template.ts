/** HTML as a tagged template: what is inserted is text, and escaped, unless it is markup itself. Pure. */
import { printable } from "../../../../untrustedText";

export class Markup {
  constructor(readonly text: string) {}
}

export type Content = Markup | string | number | undefined | readonly Content[];

/** @returns markup in which text from elsewhere neither is markup nor ends the attribute that it is in */
export function markup(parts: readonly string[], ...contents: readonly Content[]): Markup {
  return new Markup(parts.map((part, index) => part + textOf(contents[index])).join(""));
}

function textOf(content: Content): string {
  if (content === undefined) return "";
  if (content instanceof Markup) return content.text;
  if (typeof content === "object") return content.map(textOf).join("");
  return printable(String(content)).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Returns the attribute `class` of an element, if it has one. */
export function classed(names: string | undefined): Content {
  return names === undefined ? undefined : markup` class="${names}"`;
}

/** Returns text of this package as markup: backticks enclose code. */
export function prose(text: string): Content {
  return text.split("`").map((part, index) => (index % 2 === 1 ? markup`<code>${part}</code>` : part));
}
