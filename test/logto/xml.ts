/**
 * An XML parser as lenient as that of Logto's SAML library, which tolerates most errors. Each rule was observed by
 * passing such XML to samlify 2.13, whose parser is xmldom 0.8.
 */

export interface Element {
  /** The name without its prefix. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

export class XmlFault extends Error {}

const instruction = /<\?[^]*?\?>/y;
const comment = /<!--[^]*?-->/y;
const cdata = /<!\[CDATA\[([^]*?)\]\]>/y;
const declaration = /<![^>]*>/y;
const endTag = /<\/([^\s<>]+)[^<>]*>/y;
const startTag = /<([^\s<>/!?="']+)((?:\s+[^\s=/>"']+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>"']+))?)*)\s*(\/?)>/y;
const attribute = /([^\s=/>"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?/g;
const text = /[^<]+/y;

/** Returns the root element, or `undefined` if there is no element at all, which is not an error. */
export function parseXml(xml: string): Element | undefined {
  const document: Element = { name: "", attributes: {}, children: [], text: "" };
  const open: { element: Element; tag: string }[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(xml);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };

  while (at < xml.length) {
    const parent = open.at(-1)?.element ?? document;
    let match;
    if ((match = take(text))) parent.text += decoded(match[0]);
    else if ((match = take(cdata))) parent.text += match[1] ?? "";
    else if (take(comment) ?? take(instruction) ?? take(declaration)) continue;
    else if ((match = take(endTag))) {
      // An end tag without a start tag is ignored.
      if (open.at(-1)?.tag.toLowerCase() === match[1]?.toLowerCase()) open.pop();
    } else if ((match = take(startTag))) {
      const [, tag = "", attributes = "", closed] = match;
      const element = { name: local(tag), attributes: attributesOf(attributes), children: [], text: "" };
      if (parent === document && document.children.length > 0) throw new XmlFault("A second root.");
      parent.children.push(element);
      // An element without an end tag is empty: `<not><closed>` has two roots (recorded step "SAML broken xml").
      if (closed === "" && xml.lastIndexOf(`</${tag}`) >= at) open.push({ element, tag });
    } else {
      throw new XmlFault(`Neither text nor a tag: ${xml.slice(at, at + 20)}`);
    }
  }
  return document.children[0];
}

function attributesOf(source: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name = "", ...quoted] of source.matchAll(attribute)) {
    const values: (string | undefined)[] = quoted;
    if (Object.hasOwn(attributes, name)) throw new XmlFault(`The attribute ${name} twice.`);
    attributes[name] = decoded(values.find((value) => value !== undefined) ?? name);
  }
  return attributes;
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** Decodes entities, and keeps an ampersand that does not start one. */
function decoded(source: string): string {
  return source.replaceAll(/&(#?)(\w+);/g, (_whole, hash: string, name: string) => {
    if (hash !== "") return String.fromCodePoint(Number(name.replace(/^x/i, "0x")));
    const character = entities[name];
    if (character === undefined) throw new XmlFault(`No entity: ${name}`);
    return character;
  });
}

function local(tag: string): string {
  return tag.slice(tag.indexOf(":") + 1);
}
