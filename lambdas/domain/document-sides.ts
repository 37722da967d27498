import { type CalendarDate, expiryDateOf, isExpired, type PartialDate, readDate } from './age.ts';
import { checkDigits } from './check-digits.ts';
import { documentReadable } from './document-readable.ts';
import {
  type BarcodeReading,
  type DocumentReading,
  type FaceReading,
  type ImageFault,
  type Measure,
  type MrzReading,
  measured,
  unavailable,
} from './evidence.ts';
import { faultReason } from './image-fault.ts';
import { type Policy, reviewCeiling, type Signal, signal } from './verdict.ts';

export type Looked<T> = { readonly fault: ImageFault } | { readonly reading: T };

/** A document from both sides, or from its front alone. */
export interface DocumentSides {
  readonly front: Looked<{ readonly document: DocumentReading; readonly portrait: FaceReading }>;
  readonly back?: Looked<DocumentReading>;
}

const goodEnough = 0.5;
/** Most that a zone with a repaired character scores. */
const REPAIRED = 0.9;

export const readingOf = <T>(looked: Looked<T> | undefined): T | undefined =>
  looked && 'reading' in looked ? looked.reading : undefined;

/** Why there is nothing to measure on an image: it is none, or `otherwise`. */
export const noMeasure = (looked: Looked<unknown>, what: 'selfie' | 'document image', otherwise: string): Measure =>
  unavailable('fault' in looked ? faultReason(what, looked.fault) : otherwise);

/** The zone of whichever side has one. */
export function zoneOf({ front, back }: DocumentSides): MrzReading | undefined {
  return readingOf(front)?.document.mrz ?? readingOf(back)?.mrz;
}

/** The barcode of whichever side has one, where no side has a zone. */
export function barcodeOf(sides: DocumentSides): BarcodeReading | undefined {
  if (zoneOf(sides)) return undefined;
  return readingOf(sides.front)?.document.barcode ?? readingOf(sides.back)?.barcode;
}

/** That it could be read, that its photo is good, and where it has something that machines read, that this holds and is still valid. */
export function sideSignals(sides: DocumentSides, today: CalendarDate, policy: Policy): readonly Signal[] {
  const mrz = zoneOf(sides);
  const barcode = barcodeOf(sides);
  return [
    documentReadable(readableSides(sides), policy),
    documentQuality(sides, policy),
    ...(mrz ? [mrzChecks(mrz, policy)] : []),
    ...(mrz || barcode ? [documentExpiry(expiryOf(mrz, barcode, today), today, policy)] : []),
  ];
}

/** The better read side counts. */
function readableSides({ front, back }: DocumentSides): Measure {
  const sides = [readingOf(front)?.document, readingOf(back)].filter((side) => side?.found);
  const scores = sides.flatMap((side) => (side && 'value' in side.ocrConfidence ? [side.ocrConfidence.value] : []));
  return scores.length > 0
    ? measured(Math.max(...scores))
    : noMeasure(front, 'document image', 'No text of a document was found.');
}

function documentQuality({ front }: DocumentSides, policy: Policy): Signal {
  const document = readingOf(front)?.document;
  return signal(
    'document_quality',
    document?.quality ?? noMeasure(front, 'document image', 'No document was found in the photo.'),
    {
      threshold: goodEnough,
      passes: 'The photo of the document is sharp and evenly lit.',
      fails: `The photo of the document is poor: ${document?.reasons.join(', ') || 'low quality'}.`,
      failFlags: ['document_quality_low'],
    },
    policy,
  );
}

/** A repair that satisfies every check digit is what a worn print looks like: it does not hold a verification back. */
function mrzChecks(mrz: MrzReading, policy: Policy): Signal {
  const { measure, allHold, ...rule } = checkDigits(mrz, REPAIRED);
  const ceiling = () => (allHold ? 1 : reviewCeiling(policy));
  return signal('mrz_check_digits', measure, { ...rule, ceiling }, policy);
}

function expiryOf(
  mrz: MrzReading | undefined,
  barcode: BarcodeReading | undefined,
  today: CalendarDate,
): PartialDate | undefined {
  if (!mrz) return readDate(barcode?.fields.expiryDate?.value ?? '');
  // A date that its own check digit contradicts says nothing.
  return mrz.checks.expiryDate === false ? undefined : expiryDateOf(mrz.fields.expiryDate, today);
}

function documentExpiry(expiry: PartialDate | undefined, today: CalendarDate, policy: Policy): Signal {
  return signal(
    'document_expiry',
    expiry ? measured(isExpired(expiry, today) ? 0 : 1) : unavailable('The expiry date could not be read.'),
    {
      threshold: 1,
      passes: 'The document is valid today.',
      fails: 'The document has expired.',
      ceiling: (score) => (score === 1 ? 1 : 0),
      failFlags: ['document_expired'],
    },
    policy,
  );
}
