/** Which document lies there: by its title, and by who issues it. */
import type { VisualReading } from '../evidence.ts';
import { EU_LICENCE, ID_CARD, type Layout, PASSPORT, PERMIT, regionalLayout, VISA } from './layouts.ts';
import type { PrintedLine } from './printed-lines.ts';
import { findLike, squeeze, tolerance } from './printed-text.ts';
import { type Region, type RegionFound, regionNamed, regionOfAddress } from './regions.ts';

const TITLES = {
  licence:
    'driver license|driver’s license|drivers license|driver licence|driver’s licence|operator license|operator’s license|permis de conduire|commercial driver license',
  card: 'identification card|ID card|carte d’identité|photo card|carte-photo',
  european:
    'driving licence|permis de conduire|führerschein|patente di guida|permiso de conducción|rijbewijs|kørekort|körkort|førerkort|ajokortti|prawo jazdy|řidičský průkaz|vodičský preukaz|vezetői engedély|vairuotojo pažymėjimas|vadītāja apliecība|juhiluba|carta de condução|vozačka dozvola|vozniško dovoljenje|permis de conducere|ökuskírteini|ceadúnas tiomána|liċenzja tas-sewqan',
  permit:
    'residence permit|permanent resident|aufenthaltstitel|titre de séjour|permesso di soggiorno|permiso de residencia|título de residência|verblijfstitel|verblijfsvergunning|karta pobytu|povolení k pobytu|dozvola boravka|oturma izni',
  identity:
    'identity card|personalausweis|carte nationale d’identité|carte d’identité|identiteitskaart|carta d’identità|documento nacional de identidad|cédula de ciudadanía|cédula de identidad|cartão de cidadão|dowód osobisty|občanský průkaz|občiansky preukaz|személyazonosító igazolvány|osebna izkaznica|osobna iskaznica|carte de identitate|asmens tapatybės|personas apliecība|isikutunnistus|henkilökortti|nationellt id-kort|lična karta|kimlik kartı|credencial para votar',
  passport:
    'passport|passeport|reisepass|pasaporte|passaporto|passaporte|paspoort|paszport|cestovní pas|putovnica|útlevél|vegabréf|pasaport',
} as const;

const WORDS = new Map(
  Object.entries(TITLES).map(([kind, words]) => [kind, words.split('|').map((word) => squeeze(word).letters)]),
);

export interface Recognised {
  readonly layout: Layout;
  /** How sure it is that this is the issuer, 0..1; 1 where the layout names none. */
  readonly ease: number;
}

/** The layout of the table that explains the lines, or none. */
export function recogniseDocument(lines: readonly PrintedLine[]): Recognised | undefined {
  const texts = lines.map(({ squeezed }) => squeezed.letters);
  const titled = (kind: keyof typeof TITLES): boolean =>
    (WORDS.get(kind) ?? []).some((word) => texts.some((text) => findLike(word, text, Math.min(2, tolerance(word)))));
  // In two lines on some cards.
  const driving =
    titled('licence') ||
    (texts.some((text) => /DRIVER|OPERATOR/.test(text)) && texts.some((text) => /LICEN[SC]E/.test(text)));
  const card = !driving && titled('card');
  if (driving || card) {
    const region = regionOf(lines);
    if (region)
      return { layout: regionalLayout(region, driving ? 'drivers_license' : 'national_id'), ease: region.ease };
  }
  if (titled('european') && numberedFields(lines) >= 2) return { layout: EU_LICENCE, ease: 1 };
  // A licence of North America whose issuer is not known has numbers too, and its months in front.
  if (!driving && numberedFields(lines) >= 4) return { layout: EU_LICENCE, ease: 0.9 };
  if (texts.some((text) => /^VISA(?!TYPE|CLASS)/.test(text))) return { layout: VISA, ease: 1 };
  if (titled('permit')) return { layout: PERMIT, ease: 1 };
  if (titled('identity')) return { layout: ID_CARD, ease: 1 };
  return titled('passport') ? { layout: PASSPORT, ease: 1 } : undefined;
}

/** Different fields of a European licence that stand there with their numbers. */
function numberedFields(lines: readonly PrintedLine[]): number {
  const seen = lines.flatMap(({ text }) => {
    const match =
      /^(4\s?[abc])[.:\s]{0,2}[0-9(]|^(3)[.:\s]{0,2}[0-3][0-9][.-][01][0-9][.-]|^([12])[.:\s]{0,2}\p{L}{2}|^(5)[.:\s]{0,2}[A-Z0-9]{5}/iu.exec(
        text,
      );
    return match ? [match.slice(1).find(Boolean)?.replace(/\s/, '').toLowerCase()] : [];
  });
  const distinct = new Set(seen);
  // What no list or address has: a date of birth as 3, or dates as 4a and 4b.
  return distinct.has('3') || distinct.has('4b') ? distinct.size : 0;
}

/** Who issues the card: its largest title, else where its holder lives. */
function regionOf(lines: readonly PrintedLine[]): RegionFound | undefined {
  const top = Math.min(...lines.map(({ box }) => box.y));
  const bottom = Math.max(...lines.map(({ box }) => box.y + box.height));
  const addresses = lines.flatMap(({ text }): Region[] => {
    const region = regionOfAddress(text);
    return region ? [region] : [];
  });
  const titles = lines
    .filter(({ box }) => box.y + box.height / 2 < top + (bottom - top) * 0.4)
    .flatMap(({ text, box }) => {
      const region = regionNamed(text);
      const lives = region && addresses.some(({ state, code }) => state === region.state && code === region.code);
      return region ? [{ region, weight: box.height * region.ease * (lives ? 3 : 1) }] : [];
    })
    .toSorted((a, b) => b.weight - a.weight);
  const [title] = titles;
  const [address] = addresses;
  return title?.region ?? (address && { ...address, ease: 0.85 });
}

/** Where no title can be read, but the machine-readable zone says what it is. */
export const untitledLayout = (kind: VisualReading['kind']): Recognised | undefined => {
  const layout = [PASSPORT, ID_CARD, PERMIT, VISA].find((row) => row.kind === kind);
  return layout && { layout, ease: 1 };
};

/** A line without the titles in it: `PERSONALAUSWEIS REPUBLIK ÖSTERREICH` names a state too. */
export const withoutTitles = (letters: string): string =>
  [...WORDS.values()].flat().reduce((rest, word) => rest.replaceAll(word, ' '), letters);
