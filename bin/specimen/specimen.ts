/** Documents of Utopia, drawn: for the demo, and for tests on machines that have neither real specimens nor any font. */
import sharp from 'sharp';
import type { MrzFields, MrzFormat } from '../../lambdas/domain/evidence.ts';
import { type Check, MRZ_LAYOUTS } from '../../lambdas/domain/mrz-layout.ts';
import { writeMrz } from '../../lambdas/domain/mrz-write.ts';
import { drawText } from './glyphs.ts';

export interface SpecimenOptions {
  /** Default TD3, the page of a passport; TD1 is a card. */
  readonly format?: MrzFormat;
  /** What differs from Anna Maria Eriksson, born 1974-08-12, valid until 2032-04-15. */
  readonly fields?: Partial<MrzFields>;
  /** What the visual zone prints differently from the MRZ. */
  readonly printed?: Partial<
    Pick<MrzFields, 'surname' | 'givenNames' | 'documentNumber' | 'birthDate' | 'expiryDate' | 'sex'>
  >;
  /** The check digit of this field is made wrong by 5; `true`: that of the birth date. */
  readonly brokenCheckDigit?: boolean | 'documentNumber' | 'birthDate' | 'expiryDate' | 'optionalData' | 'composite';
  /** Bytes of an image for the portrait; it is cut to the frame from the middle. Without it the frame is grey. */
  readonly portrait?: Uint8Array;
  /** Default 9: a passport page of about 1,125 × 790 pixels. */
  readonly pixelsPerMillimetre?: number;
  /** Table around the document, millimetres. Default 4. */
  readonly margin?: number;
  /** Clockwise degrees by which the document lies on the table. Default 0. */
  readonly rotation?: number;
  /** Standard deviation of a Gaussian blur, pixels. Default none. */
  readonly blur?: number;
}

/** Sizes in millimetres: ISO/IEC 7810 formats, Doc 9303's character pitch of 2.54 and line pitches. */
interface Page {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  /** Tops of the MRZ's capitals. */
  readonly lines: readonly number[];
  readonly portrait: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

const PITCH = 2.54;
const CAPITAL = 2.5;

const TWO_LINES = [71.5, 77.85];
const PASSPORT: Page = {
  width: 125,
  height: 88,
  left: 6.8,
  lines: TWO_LINES,
  portrait: { x: 6, y: 17, width: 35, height: 45 },
};
const CARD2: Page = {
  ...PASSPORT,
  width: 105,
  height: 74,
  lines: [58, 64.35],
  portrait: { x: 5, y: 14, width: 30, height: 38 },
};
const PAGES: Readonly<Record<MrzFormat, Page>> = {
  TD3: PASSPORT,
  'MRV-A': PASSPORT,
  TD2: CARD2,
  'MRV-B': CARD2,
  'FRA-ID': CARD2,
  // Real cards have the portrait on the front and the MRZ on the back; here they share a side.
  TD1: { width: 85.6, height: 76, left: 5, lines: [58, 62.3, 66.6], portrait: { x: 4, y: 12, width: 28, height: 36 } },
};

const ANNA: MrzFields = {
  documentCode: 'P',
  issuingState: 'UTO',
  documentNumber: 'L898902C3',
  surname: 'ERIKSSON',
  givenNames: 'ANNA MARIA',
  nationality: 'UTO',
  birthDate: '740812',
  sex: 'F',
  expiryDate: '320415',
  optionalData: '',
};

/** The format is France's alone, and so is the making of its numbers. */
const FRENCH: Partial<MrzFields> = { issuingState: 'FRA', nationality: 'FRA', documentNumber: '091275300042' };

const CODES: Partial<Record<MrzFormat, string>> = { 'MRV-A': 'V', 'MRV-B': 'V', TD1: 'I', TD2: 'I', 'FRA-ID': 'ID' };

/** The MRZ that `specimen` draws for the same options. */
export function specimenLines({
  format = 'TD3',
  fields = {},
  brokenCheckDigit = false,
}: SpecimenOptions = {}): string[] {
  const lines = writeMrz(format, specimenFields(format, fields));
  if (brokenCheckDigit === false) return lines;
  const name = brokenCheckDigit === true ? 'birthDate' : brokenCheckDigit;
  const check = MRZ_LAYOUTS[format].checks.find(({ field }) => field === name);
  if (!check) throw new RangeError(`${format} has no check digit for ${name}`);
  return lines.map((line, row) => (row === check.at.line ? withWrongDigit(line, check) : line));
}

/** Who is drawn where nothing else is said, and what differs. */
export function specimenFields(format: MrzFormat, fields: Partial<MrzFields>): MrzFields {
  const own = format === 'FRA-ID' ? FRENCH : {};
  return { ...ANNA, documentCode: CODES[format] ?? ANNA.documentCode, ...own, ...fields };
}

function withWrongDigit(line: string, { at: { start } }: Check): string {
  const digit = line.charAt(start) === '<' ? 0 : Number(line.charAt(start));
  return `${line.slice(0, start)}${(digit + 5) % 10}${line.slice(start + 1)}`;
}

/** What documents lie on. */
export const TABLE = { r: 116, g: 104, b: 92 };

/** JPEG bytes of a drawn document. */
export async function specimen(options: SpecimenOptions = {}): Promise<Buffer> {
  const { format = 'TD3', portrait, pixelsPerMillimetre: scale = 9, margin = 4, rotation = 0, blur } = options;
  const page = PAGES[format];
  const pixels = (millimetres: number) => Math.round(millimetres * scale);
  const drawn = sharp(Buffer.from(pageSvg(page, options, scale)));
  const layers = portrait
    ? [{ input: await framed(portrait, page, pixels), left: pixels(page.portrait.x), top: pixels(page.portrait.y) }]
    : [];
  const flat = await drawn.composite(layers).png().toBuffer();
  const edge = pixels(margin);
  const laid = await sharp(flat)
    .extend({ top: edge, bottom: edge, left: edge, right: edge, background: TABLE })
    .png()
    .toBuffer();
  const turned = sharp(laid).rotate(rotation, { background: TABLE }).flatten();
  return (blur ? turned.blur(blur) : turned).jpeg({ quality: 90 }).toBuffer();
}

const framed = (portrait: Uint8Array, page: Page, pixels: (millimetres: number) => number): Promise<Buffer> =>
  sharp(portrait)
    .autoOrient()
    .resize(pixels(page.portrait.width), pixels(page.portrait.height), { fit: 'cover' })
    .toBuffer();

function pageSvg(page: Page, options: SpecimenOptions, scale: number): string {
  const { format = 'TD3' } = options;
  const { width, height, portrait, left, lines } = page;
  const zone = specimenLines(options).map((line, row) => drawText(line, left, lines[row] ?? 0, PITCH, CAPITAL));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${Math.round(width * scale)}" height="${Math.round(height * scale)}" viewBox="0 0 ${width} ${height}">
    <rect width="${width}" height="${height}" fill="#e9edf0"/>
    ${waves(width, (lines[0] ?? height) - 5)}
    <rect x="${portrait.x}" y="${portrait.y}" width="${portrait.width}" height="${portrait.height}" fill="#b9bec4"/>
    ${visualZone(page, { ...specimenFields(format, options.fields ?? {}), ...options.printed })}
    ${zone.join('')}
  </svg>`;
}

/** Faint lines, as security print has them, above the MRZ. */
function waves(width: number, height: number): string {
  const paths = Array.from({ length: Math.floor(height / 4) }, (_, i) => {
    const y = 2 + i * 4;
    return `M0 ${y}Q${width / 4} ${y - 5} ${width / 2} ${y}T${width} ${y}`;
  });
  return `<path d="${paths.join('')}" fill="none" stroke="#cdd9e2" stroke-width=".25"/>`;
}

/** Of a year of two digits. */
export const centuryOfBirth = (year: number): number => (year > 26 ? 1900 : 2000);

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const spelled = (date: string, century: (year: number) => number): string => {
  const year = Number(date.slice(0, 2));
  return `${date.slice(4)} ${MONTHS[Number(date.slice(2, 4)) - 1] ?? ''} ${century(year) + year}`;
};

function visualZone({ portrait }: Page, fields: MrzFields): string {
  const x = portrait.x + portrait.width + 4;
  const rows = [
    ['SURNAME', fields.surname],
    ['GIVEN NAMES', fields.givenNames],
    ['DATE OF BIRTH', spelled(fields.birthDate, centuryOfBirth)],
    ['DOCUMENT NO', fields.documentNumber],
    ['DATE OF EXPIRY', spelled(fields.expiryDate, () => 2000)],
    ['SEX', fields.sex],
  ];
  const step = portrait.height / rows.length;
  const heading = drawText('UTOPIA', portrait.x, portrait.y - 8, 3.4, 3.4, '#27456b');
  const lines = rows.map(([label = '', value = ''], i) => {
    const y = portrait.y + i * step;
    return drawText(label, x, y, 1.3, 1.3, '#4a5a6a') + drawText(value, x, y + 2.3, 2.3, 2.4);
  });
  return heading + lines.join('');
}
