import { type CalendarDate, expiryDateOf, isExpired, type PartialDate, readDate } from './age.ts';
import { checkDigits } from './check-digits.ts';
import { documentReadable } from './document-readable.ts';
import type { BarcodeReading, DocumentReading, FaceReading, ImageFault, Measure, MrzReading } from './evidence.ts';
import { measured, unavailable } from './evidence.ts';
import type { Flag } from './flags.ts';
import { faultReason } from './image-fault.ts';
import { passiveLiveness } from './liveness.ts';
import { documentTypeOf, nameSimilarity } from './mrz-claims.ts';
import { type Policy, reviewCeiling, type Signal, signal } from './verdict.ts';
import type { Claims } from './verification.ts';

export type Looked<T> = { readonly fault: ImageFault } | { readonly reading: T };

/** Everything that was measured of one applicant: a selfie, a document, and how alike its portrait and the selfie are. */
export interface IdentityEvidence {
  readonly selfie: Looked<FaceReading>;
  readonly front: Looked<{ readonly document: DocumentReading; readonly portrait: FaceReading }>;
  readonly back?: Looked<DocumentReading>;
  /** Calibrated, 0..1. */
  readonly similarity: Measure;
  /** Selfie and document are the same file. */
  readonly sameImage: boolean;
  /** 0..1, as the browser claims. */
  readonly clientLiveness?: number;
  readonly claims: Claims;
  /** UTC day of the judgement. */
  readonly today: CalendarDate;
}

const goodEnough = 0.5;
/** Most that a zone with a repaired character scores. */
const REPAIRED = 0.9;
/** A client's score further than this from ours is a disagreement; it can then cost 5% of the confidence, and never gain any. */
const disagreement = 0.4;

const readingOf = <T>(looked: Looked<T> | undefined): T | undefined =>
  looked && 'reading' in looked ? looked.reading : undefined;

/** The zone of whichever side has one. */
function zoneOf(evidence: IdentityEvidence): MrzReading | undefined {
  return readingOf(evidence.front)?.document.mrz ?? readingOf(evidence.back)?.mrz;
}

/** The barcode of whichever side has one, where no side has a zone. */
function barcodeOf(evidence: IdentityEvidence): BarcodeReading | undefined {
  if (zoneOf(evidence)) return undefined;
  return readingOf(evidence.front)?.document.barcode ?? readingOf(evidence.back)?.barcode;
}

/** Turns measurements into signals: one per thing looked at, each with its words. Decides nothing (see `decide`). */
export function assessIdentity(evidence: IdentityEvidence, policy: Policy): { signals: Signal[]; flags: Flag[] } {
  const mrz = zoneOf(evidence);
  const barcode = barcodeOf(evidence);
  const signals = [
    faceMatch(evidence, policy),
    liveness(evidence, policy),
    selfieQuality(evidence, policy),
    documentReadable(readableSides(evidence), policy),
    documentQuality(evidence, policy),
    ...(mrz ? [mrzChecks(mrz, policy)] : []),
    ...(mrz || barcode ? [documentExpiry(expiryOf(mrz, barcode, evidence.today), evidence.today, policy)] : []),
    ...claimSignals(mrz, barcode, evidence.claims, policy),
    ...clientLiveness(evidence),
  ];
  return { signals, flags: imageFlags(evidence) };
}

function imageFlags({ selfie, front, back, sameImage }: IdentityEvidence): Flag[] {
  const flags: Flag[] = [];
  if ('fault' in selfie) flags.push('selfie_unreadable');
  else if (selfie.reading.faces === 0) flags.push('no_face_in_selfie');
  else if (selfie.reading.faces > 1) flags.push('multiple_faces_in_selfie');
  if ('fault' in front) flags.push('document_unreadable');
  else if (front.reading.portrait.faces === 0) flags.push('no_face_in_document');
  if (back && 'fault' in back) flags.push('document_back_unreadable');
  if (sameImage) flags.push('same_image');
  return flags;
}

/** Why there is nothing to measure on an image: it is none, or `otherwise`. */
const noMeasure = (looked: Looked<unknown>, what: 'selfie' | 'document image', otherwise: string): Measure =>
  unavailable('fault' in looked ? faultReason(what, looked.fault) : otherwise);

function faceMatch({ similarity, selfie, front }: IdentityEvidence, policy: Policy): Signal {
  const measure =
    'value' in similarity
      ? similarity
      : 'fault' in selfie
        ? noMeasure(selfie, 'selfie', similarity.unavailable)
        : noMeasure(front, 'document image', similarity.unavailable);
  const rule = {
    threshold: policy.match,
    passes: 'The face of the selfie is the face on the document.',
    fails: 'The face of the selfie is not surely the face on the document.',
    ceiling: (score: number) =>
      score >= policy.match ? Math.max(score, policy.approve / 100) : Math.min(score, reviewCeiling(policy)),
    // Below a false-match rate of 1 in 100 nothing speaks for the same person.
    failFlags: 'value' in similarity && similarity.value < 0.5 ? (['face_mismatch'] as const) : [],
  };
  return signal('face_match', measure, rule, policy);
}

function liveness({ selfie }: IdentityEvidence, policy: Policy): Signal {
  const none = 'There is no face in the selfie to judge.';
  return passiveLiveness(readingOf(selfie)?.face?.liveness ?? noMeasure(selfie, 'selfie', none), policy);
}

function selfieQuality({ selfie }: IdentityEvidence, policy: Policy): Signal {
  const face = readingOf(selfie)?.face;
  const measure = face
    ? measured(face.quality)
    : noMeasure(selfie, 'selfie', 'There is no face in the selfie to look at.');
  return signal(
    'selfie_quality',
    measure,
    {
      threshold: goodEnough / 2,
      passes: 'The face in the selfie is clear enough to compare.',
      fails: `The face in the selfie is hard to compare: ${face?.reasons.join(', ') || 'low quality'}.`,
      failFlags: ['selfie_quality_low'],
    },
    policy,
  );
}

/** The better read side counts. */
function readableSides({ front, back }: IdentityEvidence): Measure {
  const sides = [readingOf(front)?.document, readingOf(back)].filter((side) => side?.found);
  const scores = sides.flatMap((side) => (side && 'value' in side.ocrConfidence ? [side.ocrConfidence.value] : []));
  return scores.length > 0
    ? measured(Math.max(...scores))
    : noMeasure(front, 'document image', 'No text of a document was found.');
}

function documentQuality({ front }: IdentityEvidence, policy: Policy): Signal {
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

function claimSignals(
  mrz: MrzReading | undefined,
  barcode: BarcodeReading | undefined,
  claims: Claims,
  policy: Policy,
): Signal[] {
  const signals: Signal[] = [];
  const names = mrz?.fields ?? namesOf(barcode);
  if (claims.submittedFullName) {
    const claimed = claims.submittedFullName;
    const measure = names ? measured(nameSimilarity(claimed, names)) : unavailable('No name could be read to compare.');
    const rule = {
      threshold: 0.6,
      passes: 'The name on the document is the one given.',
      fails: 'The name on the document is another.',
    };
    signals.push(signal('name_match', measure, { ...rule, failFlags: ['name_mismatch'] }, policy));
  }
  if (claims.documentType && claims.documentType !== 'other') {
    const found = mrz && documentTypeOf(mrz);
    const measure = found
      ? measured(found.includes(claims.documentType) ? 1 : 0)
      : unavailable('The kind of document could not be told.');
    const rule = {
      threshold: 1,
      passes: 'The document is of the kind given.',
      fails: 'The document is of another kind than given.',
    };
    signals.push(signal('document_type', measure, { ...rule, failFlags: ['document_type_mismatch'] }, policy));
  }
  return signals;
}

/** Of a card from before the year 2000 there may be no more than the whole name, in one piece. */
function namesOf(
  barcode: BarcodeReading | undefined,
): Pick<MrzReading['fields'], 'surname' | 'givenNames'> | undefined {
  const { surname, givenNames, fullName } = barcode?.fields ?? {};
  if (!fullName) return undefined;
  return { surname: surname?.value ?? fullName.value, givenNames: givenNames?.value ?? '' };
}

function clientLiveness({ clientLiveness, selfie }: IdentityEvidence): Signal[] {
  const ours = readingOf(selfie)?.face?.liveness;
  if (clientLiveness === undefined || !ours || !('value' in ours)) return [];
  const disagrees = Math.abs(ours.value - clientLiveness) > disagreement;
  return [
    {
      name: 'client_liveness',
      score: clientLiveness,
      threshold: disagreement,
      passed: !disagrees,
      reason: disagrees
        ? "The browser's liveness score contradicts ours."
        : "The browser's liveness score agrees with ours.",
      ceiling: disagrees ? 0.95 : 1,
      flags: disagrees ? ['client_liveness_disagrees'] : [],
    },
  ];
}
