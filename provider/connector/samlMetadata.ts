/**
 * SAML metadata, read as Logto reads it: with samlify 2.13, whose parser is xmldom 0.8 (Logto: sso/SamlConnector/utils.ts).
 * `test/provider/inputs.test.ts` compares the rules below with samlify. The parser expands no entities and loads nothing. Pure.
 */
import type { X509Certificate } from "node:crypto";
import { quote } from "../untrustedText";
import { isAbsent } from "../values";
import { isUrl } from "./url";
import { parseCertificateAsLogto, certificatesIn } from "./certificate";
import type { TextProblem } from "./problem";

/** The properties of an identity provider that its SAML metadata gives. */
export interface SamlMetadata {
  readonly entityId: string;
  /** The readable certificates with which the identity provider may sign. Logto reports the first one only. */
  readonly certificates: readonly X509Certificate[];
  /** Whether it takes signed requests only, according to the metadata (SAML Metadata 2.0, 2.4.3). */
  readonly wantsSignedRequests: boolean;
}

/** Returns the problem if Logto rejects the metadata, or if nobody can sign in with it. */
export function readSamlMetadata(xml: string): SamlMetadata | TextProblem {
  const entity = usableEntity(xml);
  if ("message" in entity) return entity;
  return {
    entityId: entity.getAttribute("entityID"),
    certificates: signingCertificatesOf(entity),
    wantsSignedRequests: wantsSignedRequests(entity),
  };
}

function usableEntity(xml: string): XmlElement | TextProblem {
  const entity = parseEntity(xml);
  if ("message" in entity) return entity;
  if (entity.getAttribute("entityID") === "") {
    return { message: "has no entityID: the EntityDescriptor must have the ID of the identity provider." };
  }
  const message = roleProblem(entity) ?? signInProblem(entity) ?? certificateProblem(entity);
  return message === undefined ? entity : { message };
}

/** Returns the readable certificates with which the identity provider may sign, whatever else is wrong with the metadata. */
export function signingCertificates(xml: string): readonly X509Certificate[] {
  const entity = parseEntity(xml);
  return "message" in entity ? [] : signingCertificatesOf(entity);
}

/**
 * Returns the warning for metadata that asks for signed requests where Logto does not sign them: Logto signs by
 * `signAuthnRequest` alone (Logto: sso/SamlConnector/index.ts, `alignWantAuthnRequestsSigned`).
 *
 * It is not certain: Keycloak writes this into the metadata of every realm (Keycloak: SamlService.java,
 * `getIDPMetadataDescriptor`), and requires signatures by the setting of the client, `requiresClientSignature`.
 *
 * @param signAuthnRequest of the config; a value that is not known yet may be true
 */
export function unsignedRequestsWarning(xml: string, signAuthnRequest: unknown): string | undefined {
  const isUnsigned = isAbsent(signAuthnRequest) || signAuthnRequest === false;
  const read = isUnsigned ? readSamlMetadata(xml) : undefined;
  if (read === undefined || "message" in read || !read.wantsSignedRequests) return undefined;
  return (
    "asks for signed requests (WantAuthnRequestsSigned), and Logto does not sign them. Only a sign-in shows whether the identity " +
    "provider insists: some, such as Keycloak, write this into all metadata."
  );
}

/** What to do where an identity provider refuses requests that are not signed. */
export const unsignedRequestsRemedy =
  "If the identity provider refuses a sign-in, set config.signAuthnRequest: true (in Logto newer than 1.42.0) and register the " +
  "output signingCertificate there, or have it accept requests without a signature.";

function wantsSignedRequests(entity: XmlElement): boolean {
  return childrenOf(entity, "IDPSSODescriptor").some((role) =>
    ["true", "1"].includes(role.getAttribute("WantAuthnRequestsSigned").trim()),
  );
}

/**
 * Returns what metadata says, in one form for all writings: comments, the declaration, quotes, the order of attributes, and white
 * space between elements or in certificates do not count. (Logto verifies no signature of the metadata.)
 *
 * @returns `undefined` if Logto cannot use it, which can be for white space alone
 */
export function samlMetadataContent(xml: string): string | undefined {
  const entity = usableEntity(xml);
  return "message" in entity ? undefined : contentOf(entity);
}

/** Elements are not visited by recursion, since metadata can be nested as deeply as it is long. */
function contentOf(root: XmlElement): string {
  const end = 0;
  const parts: unknown[] = [];
  const todo: (XmlNode | typeof end)[] = [root];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if (next === end) {
      parts.push(end);
    } else if (isElement(next)) {
      parts.push([next.tagName, ...attributesOf(next)]);
      todo.push(end, ...nodesOf(next).reverse());
    } else if (isText(next)) {
      const text = next.nodeValue ?? "";
      const isCertificate = next.parentNode?.localName === "X509Certificate";
      if (text.trim() !== "")
        parts.push(isCertificate ? text.replaceAll(/\s/g, "") : text.replaceAll(/\r\n?/g, "\n"));
    }
  }
  return JSON.stringify(parts);
}

function attributesOf({ attributes }: XmlElement): string[] {
  const all = Array.from({ length: attributes.length }, (_, index) => attributes.item(index));
  return all.map(({ name, value }) => JSON.stringify([name, value])).sort();
}

/** The part of xmldom that is used here. Its own declarations would bring the types of browsers along. */
interface Xmldom {
  readonly DOMParser: new (options: object) => {
    parseFromString(xml: string): { documentElement: XmlElement | null };
  };
}
interface XmlNode {
  readonly nodeType: number;
  readonly nodeValue: string | null;
  readonly textContent: string;
  readonly parentNode: { readonly localName?: string } | null;
  readonly firstChild: XmlNode | null;
  readonly nextSibling: XmlNode | null;
}
interface XmlElement extends XmlNode {
  readonly localName: string;
  readonly tagName: string;
  readonly attributes: { readonly length: number; item(index: number): { name: string; value: string } };
  hasAttribute(name: string): boolean;
  /** Empty if the element does not have the attribute. */
  getAttribute(name: string): string;
}
const [elementNode, textNode, cdataNode] = [1, 3, 4];

function parseEntity(xml: string): XmlElement | TextProblem {
  // Loaded only where there is metadata.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { DOMParser } = require("@xmldom/xmldom") as Xmldom;
  const locator: { lineNumber?: number } = {};
  let reason: string | undefined;
  const refuse = (message: string) => {
    reason ??= message;
    throw new Error(message);
  };
  // Logto, too, ignores the warnings.
  const errorHandler = { warning: () => undefined, error: refuse, fatalError: refuse };
  const endless = endlessMarkup(xml);
  if (endless !== undefined) {
    return {
      message: `is not well-formed XML, which Logto cannot read: many ${quote(endless)} have no end.`,
    };
  }
  try {
    const { documentElement: root } = new DOMParser({ locator, errorHandler }).parseFromString(xml);
    return root?.localName === "EntityDescriptor" ? root : { message: notAnEntityMessage(root, xml) };
  } catch (error) {
    return { message: notWellFormedMessage(xml, reason ?? String(error), locator.lineNumber) };
  }
}

/**
 * Returns what begins many times and does not end. For each the parser searches the rest of the document, which takes 12 s for
 * 64 kB (seen with xmldom 0.8).
 */
function endlessMarkup(xml: string): string | undefined {
  const [endless] =
    [
      ["<?", "?>"],
      ["<![CDATA[", "]]>"],
    ].find(([begin = "", end = ""]) => xml.slice(xml.lastIndexOf(end) + 1).split(begin).length > 100) ?? [];
  return endless;
}

function notWellFormedMessage(xml: string, message: string, line = 1): string {
  const [, root] = /<((?:[\w.-]+:)?Entit(?:y|ies)Descriptor)[\s>]/.exec(xml) ?? [];
  if (root === undefined) return notAnEntityMessage(null, xml);
  if (!xml.includes(`</${root}`)) {
    return `is cut off: the end tag </${root}> is missing. Give the whole document.`;
  }
  const [text = ""] = message
    .replace(/^(\[xmldom \w+\]\s*|element parse error: |\w*Error: )+/, "")
    .split("\n@");
  return `is not well-formed XML, which Logto cannot read: ${quote(text.slice(0, 120))} in line ${line}.`;
}

function notAnEntityMessage(root: XmlElement | null, xml: string): string {
  const text = xml.trim();
  if (/^https?:\/\/\S+$/i.test(text))
    return "is a URL, not SAML metadata: specify it as metadataUrl instead.";
  if (/^[^\n<]{1,300}\.xml$/i.test(text)) {
    return "is the name of a file, not SAML metadata: give the content of the file.";
  }
  if (/^PD94bWw|^PG1kOkVud|^PEVudGl0/.test(text))
    return "is SAML metadata encoded as base64: decode it first.";
  const must = "it must be XML with an EntityDescriptor as its root";
  if (root?.localName.toLowerCase() === "html" || /^<(!doctype )?html/i.test(text)) {
    return `is a page of a website, not SAML metadata: ${must}. Download the file as the identity provider offers it.`;
  }
  if (root === null) return `is not SAML metadata: ${must}. A URL belongs in metadataUrl.`;
  if (root.localName === "EntitiesDescriptor") {
    return (
      "is the metadata of several entities (EntitiesDescriptor), which Logto does not read: give only the EntityDescriptor of " +
      "your identity provider, as a document of its own."
    );
  }
  return `is not SAML metadata: ${must}, and its root is ${quote(root.tagName.slice(0, 80))}.`;
}

function roleProblem(entity: XmlElement): string | undefined {
  if (childrenOf(entity, "IDPSSODescriptor").length > 0) return undefined;
  const own = "Give the metadata that the identity provider publishes about itself.";
  return childrenOf(entity, "SPSSODescriptor").length > 0
    ? `is the metadata of a service provider (SPSSODescriptor), not of an identity provider (IDPSSODescriptor). ${own}`
    : `describes no identity provider: the EntityDescriptor has no IDPSSODescriptor. ${own}`;
}

const redirectBinding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";

function signInProblem(entity: XmlElement): string | undefined {
  const services = childrenOf(entity, "IDPSSODescriptor").flatMap((role) =>
    childrenOf(role, "SingleSignOnService"),
  );
  const [service, ...more] = withAttribute(services, "Binding", redirectBinding);
  const needed = "Logto requires exactly one SingleSignOnService with the binding HTTP-Redirect";
  if (service === undefined) {
    const bindings = services.map((other) => other.getAttribute("Binding").replace(/^.*:/, ""));
    const existing = bindings.length === 0 ? "none" : `only ${[...new Set(bindings)].map(quote).join(", ")}`;
    return `has no address to sign in at: ${needed}, and there is ${existing}. Enable that binding at the identity provider.`;
  }
  if (more.length > 0) return `has ${more.length + 1} addresses to sign in at: ${needed}. Remove the others.`;
  const location = service.getAttribute("Location");
  return isUrl(location) && /^\s*https?:/i.test(location)
    ? undefined
    : `has a SingleSignOnService whose Location is not a URL that begins with https:// (or http://): ${quote(location.slice(0, 80))}.`;
}

/** Logto takes the certificates of all roles together. */
function keysOf(entity: XmlElement): XmlElement[] {
  return childrenOf(entity)
    .filter(({ localName }) => localName.includes("SSODescriptor"))
    .flatMap((role) => childrenOf(role, "KeyDescriptor"));
}

function certificatesOf(key: XmlElement): XmlElement[] {
  return childrenOf(key, "KeyInfo")
    .flatMap((info) => childrenOf(info, "X509Data"))
    .flatMap((data) => childrenOf(data, "X509Certificate"));
}

function certificateProblem(entity: XmlElement): string | undefined {
  const keys = keysOf(entity);
  const all = keys.flatMap(certificatesOf);
  if (all.length === 0) {
    return "has no signing certificate, without which Logto cannot verify a sign-in: a KeyDescriptor with an X509Certificate is required.";
  }
  // Of a single certificate, Logto does not look at the use. Line breaks are unified only when it does.
  const [text] =
    all.length === 1
      ? all.flatMap(textsOf)
      : withAttribute(keys, "use", "signing").flatMap((key) =>
          certificatesOf(key)
            .flatMap(textsOf)
            .map((content) => content.replaceAll(/\r\n?/g, "\n")),
        );
  if (text === undefined && all.length > 1) {
    return `has ${all.length} certificates, and Logto finds no signing certificate among them: add use="signing" or use="encryption" to each KeyDescriptor.`;
  }
  if (text !== undefined && text !== "" && parseCertificateAsLogto(text) !== undefined) return undefined;
  return all.some(({ textContent }) => certificatesIn(textContent).length > 0)
    ? "has a signing certificate that Logto cannot read: write only base64 in the X509Certificate, with no comment, no white space at the beginning of its lines, and no line break at its end."
    : "has a signing certificate that is not a valid X.509 certificate, or is cut off.";
}

/**
 * Returns the elements that Logto takes for those with this value of the attribute. Its SAML library pairs the n-th value with
 * the n-th element, so that an element without the attribute shifts the pairs.
 */
function withAttribute(elements: readonly XmlElement[], attribute: string, value: string): XmlElement[] {
  const values = elements
    .filter((element) => element.hasAttribute(attribute))
    .map((element) => element.getAttribute(attribute));
  return elements.filter((_element, index) => values[index] === value);
}

function signingCertificatesOf(entity: XmlElement): X509Certificate[] {
  const keys = childrenOf(entity, "IDPSSODescriptor").flatMap((role) => childrenOf(role, "KeyDescriptor"));
  // A key without a use is for signing and encryption.
  const signing = keys.filter((key) => key.getAttribute("use").trim() !== "encryption");
  const readable = (some: readonly XmlElement[]) =>
    some.flatMap(certificatesOf).flatMap(({ textContent }) => certificatesIn(textContent));
  const certificates = readable(signing);
  return certificates.length > 0 ? certificates : readable(keysOf(entity));
}

/** @param localName the name without its prefix; `undefined` for all elements */
function childrenOf(parent: XmlElement, localName?: string): XmlElement[] {
  return nodesOf(parent)
    .filter(isElement)
    .filter((element) => localName === undefined || element.localName === localName);
}

function isElement(node: XmlNode): node is XmlElement {
  return node.nodeType === elementNode;
}

function isText({ nodeType }: XmlNode): boolean {
  return nodeType === textNode || nodeType === cdataNode;
}

function textsOf(element: XmlElement): string[] {
  return nodesOf(element)
    .filter(isText)
    .map(({ nodeValue }) => nodeValue ?? "");
}

function nodesOf(parent: XmlNode): XmlNode[] {
  const nodes = [];
  for (let node = parent.firstChild; node !== null; node = node.nextSibling) nodes.push(node);
  return nodes;
}
