import type { CalendarDate } from './age.ts';
import {
  barcodeOf,
  type DocumentSides,
  type Looked,
  noMeasure,
  readingOf,
  sideSignals,
  zoneOf,
} from './document-sides.ts';
import type { BarcodeReading, FaceReading, Measure, MrzReading } from './evidence.ts';
import { measured, unavailable } from './evidence.ts';
import { faceMatch, selfieQuality } from './face-signals.ts';
import type { Flag } from './flags.ts';
import { passiveLiveness } from './liveness.ts';
import { documentTypeOf, nameSimilarity } from './mrz-claims.ts';
import { type Policy, type Signal, signal } from './verdict.ts';
import type { Claims } from './verification.ts';

/** Everything that was measured of one applicant: a selfie, a document, and how alike its portrait and the selfie are. */
export interface IdentityEvidence extends DocumentSides {
  readonly selfie: Looked<FaceReading>;
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

/** A client's score further than this from ours is a disagreement; it can then cost 5% of the confidence, and never gain any. */
const disagreement = 0.4;

/** Turns measurements into signals: one per thing looked at, each with its words. Decides nothing (see `decide`). */
export function assessIdentity(evidence: IdentityEvidence, policy: Policy): { signals: Signal[]; flags: Flag[] } {
  const mrz = zoneOf(evidence);
  const barcode = barcodeOf(evidence);
  const selfie = readingOf(evidence.selfie);
  const signals = [
    faceMatch(similarityOf(evidence), policy),
    liveness(evidence, policy),
    selfieQuality(selfie?.face, noMeasure(evidence.selfie, 'selfie', NO_FACE), policy),
    ...sideSignals(evidence, evidence.today, policy),
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

const NO_FACE = 'There is no face in the selfie to look at.';

function similarityOf({ similarity, selfie, front }: IdentityEvidence): Measure {
  if ('value' in similarity) return similarity;
  return 'fault' in selfie
    ? noMeasure(selfie, 'selfie', similarity.unavailable)
    : noMeasure(front, 'document image', similarity.unavailable);
}

function liveness({ selfie }: IdentityEvidence, policy: Policy): Signal {
  const none = 'There is no face in the selfie to judge.';
  return passiveLiveness(readingOf(selfie)?.face?.liveness ?? noMeasure(selfie, 'selfie', none), policy);
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
