/**
 * The text of a PDF417 symbol of a North American licence or ID card → its elements and fields, pure. AAMVA DL/ID Card Design Standard,
 * annex D: versions 1 (2000) to 10 (2020), later ones alike, and what was printed before the first.
 */
import { aamvaFields } from './aamva-fields.ts';
import type { BarcodeReading } from './evidence.ts';
import { fail, ok, type Result } from './result.ts';

/** Why a text is no licence's. */
export type AamvaFault = 'aamva_no_header' | 'aamva_no_elements';

/** File type, issuer and version; what is in front of them differs from issuer to issuer. The space is often missing. */
const HEADER = /(?:ANSI|AAMVA) ?(\d{6})(\d{2})/;
/** A header stands at the beginning, behind at most a few separators. */
const HEADER_WITHIN = 40;

/** Subfile type, offset and length (D.12.4). */
const DESIGNATOR = /([A-Z][A-Z0-9])(\d{4})(\d{4})/y;
/** A line of an element: three characters of id, of which jurisdictions' own begin with `Z`, and the value. */
const ELEMENT = /^([DZ][A-Z][A-Z0-9])(.*)$/s;
/** Data element separator (line feed by the standard), record separator, segment terminator; issuers interchange them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what separates.
const SEPARATORS = /[\n\r\x1c-\x1f]+/;

/** Never throws, whatever the text. Wrong offsets, missing separators and missing subfile types are borne: real cards have them. */
export function parseAamva(text: string): Result<BarcodeReading, AamvaFault> {
  const header = HEADER.exec(text);
  if (!header || header.index > HEADER_WITHIN) return fail('aamva_no_header');
  const [whole, issuer = '', version = ''] = header;
  const { types, body } = subfiles(text, header.index + whole.length);
  const lines = body.flatMap((piece) => piece.split(SEPARATORS)).map((line) => withoutType(line, types));
  const runTogether = lines.some(({ length }) => length > LONGEST);
  const elements = elementsOf(lines.flatMap((line) => (line.length > LONGEST ? apart(line) : line)));
  if (Object.keys(elements).length === 0) return fail('aamva_no_elements');
  const certainty = runTogether ? RUN_TOGETHER : 1;
  const fields = aamvaFields(elements, { version: Number(version), certainty });
  return ok({ version: Number(version), issuer, elements, fields });
}

/** Characters of an element: no standard one has more than 80. */
const LONGEST = 120;
/** Without separators a value may end too early, at letters that look like the next element's id. */
const RUN_TOGETHER = 0.6;

interface Subfiles {
  readonly types: ReadonlySet<string>;
  /** What follows the header, cut where a designator rightly says that a subfile begins. */
  readonly body: readonly string[];
}

function subfiles(text: string, from: number): Subfiles {
  // Version of the jurisdiction and number of entries; issuers write one digit less or more.
  let at = from + (/^\d*/.exec(text.slice(from, from + 8))?.[0].length ?? 0);
  const types = new Set(['DL', 'ID', 'EN']);
  const starts = new Set<number>();
  for (;;) {
    DESIGNATOR.lastIndex = at;
    const [whole, type = '', offset] = DESIGNATOR.exec(text) ?? [];
    if (whole === undefined) break;
    at += whole.length;
    types.add(type);
    const begin = Number(offset);
    if (text.startsWith(type, begin) && ELEMENT.test(text.slice(begin + 2, begin + 5))) starts.add(begin);
  }
  const cuts = [at, ...[...starts].filter((start) => start > at).toSorted((a, b) => a - b)];
  return { types, body: cuts.map((cut, i) => text.slice(cut, cuts[i + 1])) };
}

/** The subfile's type stands in front of its first element: `DLDAQ…`, and `ZVZVA…` in a jurisdiction's own, whose ids begin with it. */
function withoutType(line: string, types: ReadonlySet<string>): string {
  const text = line.trimStart();
  const type = text.slice(0, 2);
  if (!types.has(type)) return text;
  const rest = text.slice(2);
  return (type.startsWith('Z') ? rest.startsWith(type) : /^D[A-D][A-Z]/.test(rest)) ? rest : text;
}

/** The first value that is not empty stands: no subfile overwrites another's. */
function elementsOf(lines: readonly string[]): Record<string, string> {
  const elements = new Map<string, string>();
  for (const line of lines) {
    const [, id, value = ''] = ELEMENT.exec(line) ?? [];
    if (id !== undefined && !elements.get(id)) elements.set(id, value.trim());
  }
  return Object.fromEntries(elements);
}

/** Ids of standard elements: where one stands in a line that is too long, another value has ended. */
const IDS = /D(?:A[A-EG-KQUWYZ]|B[A-D]|C[A-DF-HKS-U]|D[A-HKL])/g;

function apart(text: string): string[] {
  const starts = Array.from(text.matchAll(IDS), ({ index }) => index);
  return starts.map((start, i) => text.slice(start, starts[i + 1]));
}
