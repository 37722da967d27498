import { S3Error } from './s3-error.ts';

/** An element of a request document. Attributes carry nothing that S3 requests need and are dropped. */
export interface XmlElement {
  readonly name: string;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

type XmlValue = string | number | boolean | undefined | XmlFields | readonly XmlValue[];
export interface XmlFields {
  readonly [name: string]: XmlValue;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const MAX_DEPTH = 16;

function decodeText(text: string): string {
  return text.replace(/&([^;&]*);?/g, (whole, body: string) => {
    const named = ENTITIES[body];
    if (named !== undefined && whole.endsWith(';')) return named;
    const numeric = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(body);
    const code = numeric ? Number.parseInt(numeric[1] ?? numeric[2] ?? '', numeric[1] ? 16 : 10) : -1;
    if (!whole.endsWith(';') || code < 0 || code > 0x10ffff) throw new S3Error('MalformedXML');
    return String.fromCodePoint(code);
  });
}

// Declarations and comments are skipped; a DOCTYPE is refused by matching nothing, so no entity can be defined.
const TOKEN =
  /<\?[^>]*\?>|<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\/([^\s>]+)\s*>|<([^\s/>!?]+)(?:\s[^<>]*?)?(\/?)>|([^<]+)/y;

/**
 * Reads one XML document without DTD, at most 16 levels deep; namespace prefixes are dropped.
 * @throws S3Error MalformedXML
 */
export function parseXml(source: string): XmlElement {
  interface Open {
    name: string;
    children: XmlElement[];
    text: string;
  }
  const root: Open = { name: '', children: [], text: '' };
  const stack: Open[] = [root];
  TOKEN.lastIndex = 0;
  const document = source.replace(/^\uFEFF/, '');
  while (TOKEN.lastIndex < document.length) {
    const match = TOKEN.exec(document);
    const top = stack.at(-1);
    if (!match || !top) throw new S3Error('MalformedXML');
    const [, cdata, closing, opening, selfClosing, text] = match;
    if (opening !== undefined) {
      const element: Open = { name: opening.replace(/^.*:/, ''), children: [], text: '' };
      top.children.push(element);
      if (!selfClosing) stack.push(element);
      if (stack.length > MAX_DEPTH) throw new S3Error('MalformedXML');
    } else if (closing !== undefined) {
      if (stack.length < 2 || closing.replace(/^.*:/, '') !== top.name) throw new S3Error('MalformedXML');
      stack.pop();
    } else {
      top.text += cdata ?? (text === undefined ? '' : decodeText(text));
    }
  }
  const [element] = root.children;
  if (stack.length !== 1 || root.children.length !== 1 || !element || root.text.trim()) {
    throw new S3Error('MalformedXML');
  }
  return element;
}

export function childrenOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name);
}

export function textOf(element: XmlElement, name: string): string | undefined {
  return childOf(element, name)?.text;
}

function encodeText(value: string): string {
  // Control characters are legal in keys and illegal in XML 1.0; S3 writes them as references, and so do we.
  return value.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to escape
    /[<>&"\u0000-\u001f]/g,
    (character) =>
      ({ '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' })[character] ??
      `&#x${character.charCodeAt(0).toString(16)};`,
  );
}

function writeElement(name: string, value: XmlValue): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((item: XmlValue) => writeElement(name, item)).join('');
  const inner = typeof value === 'object' ? writeFields(value as XmlFields) : encodeText(String(value));
  return `<${name}>${inner}</${name}>`;
}

function writeFields(fields: XmlFields): string {
  return Object.entries(fields)
    .map(([name, value]) => writeElement(name, value))
    .join('');
}

/** A whole document; arrays become repeated elements, `undefined` is left out. */
export function writeXml(root: string, fields: XmlFields, namespace = true): string {
  const xmlns = namespace ? ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"' : '';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${xmlns}>${writeFields(fields)}</${root}>`;
}
