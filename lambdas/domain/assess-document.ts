import { ageOn, type CalendarDate } from './age.ts';
import { checkDigits } from './check-digits.ts';
import { consistencySignals } from './document-consistency.ts';
import { ageReached, birthDateRead, birthOf, datesPlausible, documentExpiry } from './document-dates.ts';
import { type DocumentField, type DocumentFields, documentFields } from './document-fields.ts';
import { detectedKind, documentKinds } from './document-kind.ts';
import { documentReadable } from './document-readable.ts';
import { type DocumentReading, type Measure, measured, unavailable } from './evidence.ts';
import { isIssuingState, SPECIMEN_STATE } from './issuing-states.ts';
import { type Policy, reviewCeiling, type Signal, signal } from './verdict.ts';
import type { DocumentKind, DocumentRequest } from './verification.ts';

/** Everything that was measured of one side of a document, and what was asked of it. */
export interface DocumentEvidence {
  readonly reading: DocumentReading;
  /** Faces on it; absent where none was looked for. */
  readonly faces?: number;
  readonly request: Pick<DocumentRequest, 'documentType' | 'verificationType' | 'ageThreshold'>;
  /** UTC day of the judgement. */
  readonly today: CalendarDate;
}

export interface DocumentPolicy extends Policy {
  /** Documents of a state that does not exist are taken for what they are made for: trying things out. */
  readonly acceptSpecimens: boolean;
}

export interface DocumentAssessment {
  readonly signals: readonly Signal[];
  readonly kind: DocumentKind;
  readonly fields: DocumentFields;
  /** Whole years that are certain. */
  readonly age?: number;
}

const goodEnough = 0.5;
/** With every check digit right, a poor photo costs no more than this much certainty. */
const POOR_PHOTO = 0.9;
/** A zone that was repaired fits; it was not read so. */
const REPAIRED = 0.85;

/** Turns what was read into signals: one per thing looked at, each with its words. Decides nothing (see `decide`). */
export function assessDocument(evidence: DocumentEvidence, policy: DocumentPolicy): DocumentAssessment {
  const { reading, request, today } = evidence;
  const fields = documentFields(reading, today);
  const birth = birthOf(fields, today);
  const years = birth && ageOn(birth, today);
  const signals = [
    documentReadable(reading.ocrConfidence, policy),
    documentQuality(reading, policy),
    zoneChecks(reading, policy),
    birthDateRead(fields.birthDate, birth, policy),
    ageReached(years, request.ageThreshold, policy),
    documentExpiry(fields.expiryDate, today, policy),
    datesPlausible(fields, today, policy),
    documentType(reading, request.documentType, policy),
    issuingState(fields.issuingState, policy),
    ...consistencySignals(reading, today, policy),
    ...(request.verificationType === 'full_verification' ? inDepth(evidence, policy) : []),
  ];
  const kind = detectedKind(documentKinds(reading), request.documentType);
  return { signals, kind, fields, ...(years && { age: years.min }) };
}

/** What error correction or check digits vouch for as a whole. */
const vouchedFor = ({ mrz, barcode }: DocumentReading): boolean =>
  barcode !== undefined || (mrz !== undefined && Object.values(mrz.checks).every((right) => right));

function documentQuality(reading: DocumentReading, policy: Policy): Signal {
  const rule = {
    threshold: goodEnough,
    passes: 'The photo of the document is sharp and evenly lit.',
    fails: `The photo of the document is poor: ${reading.reasons.join(', ') || 'low quality'}.`,
    ceiling: (score: number) =>
      score >= goodEnough
        ? 1
        : vouchedFor(reading)
          ? Math.max(POOR_PHOTO, policy.approve / 100)
          : reviewCeiling(policy),
  };
  return signal('document_quality', reading.quality, rule, policy);
}

function zoneChecks({ mrz }: DocumentReading, policy: Policy): Signal {
  const none = { threshold: 1, passes: '', fails: '', ceilingUnavailable: 1 };
  if (!mrz) return signal('check_digits', unavailable('There is no machine-readable zone on it.'), none, policy);
  const { measure, allHold, ...rule } = checkDigits(mrz, REPAIRED);
  const ceiling = (score: number) => (allHold ? Math.max(score, policy.approve / 100) : reviewCeiling(policy));
  return signal('check_digits', measure, { ...rule, ceiling }, policy);
}

function documentType(reading: DocumentReading, claimed: DocumentKind, policy: Policy): Signal {
  const kinds = documentKinds(reading);
  const measure =
    kinds.length > 0
      ? measured(kinds.includes(claimed) ? 1 : 0)
      : unavailable('The kind of document could not be told.');
  const rule = {
    threshold: 1,
    passes: 'The document is of the kind given.',
    fails: 'The document is of another kind than given.',
    failFlags: ['document_type_mismatch'],
  } as const;
  return signal('document_type', measure, rule, policy);
}

function issuingState(field: DocumentField | undefined, policy: DocumentPolicy): Signal {
  const specimen = field?.value === SPECIMEN_STATE;
  const measure = field
    ? measured(!specimen && isIssuingState(field.value) ? 1 : 0)
    : unavailable('No issuing state could be read.');
  const rule = {
    threshold: 1,
    passes: 'Its issuing state exists.',
    fails: specimen ? 'It is a specimen: its issuing state is that of specimens.' : 'Its issuing state is not known.',
    ceiling: (score: number) => (score === 1 || specimen ? 1 : reviewCeiling(policy)),
    ceilingUnavailable: 1,
    failFlags: specimen
      ? policy.acceptSpecimens
        ? []
        : (['specimen_document'] as const)
      : (['issuing_state_unknown'] as const),
  };
  return signal('issuing_state', measure, rule, policy);
}

/** What is looked at where a document is to be verified in full. What nobody measures yet holds nothing back, and says so. */
function inDepth({ reading, faces }: DocumentEvidence, policy: Policy): Signal[] {
  const never = (name: string, reason: string): Signal =>
    signal(name, unavailable(reason), { threshold: goodEnough, passes: '', fails: '', ceilingUnavailable: 1 }, policy);
  return [
    portraitPresent(reading, faces, policy),
    never('screen_recapture', 'Whether it was photographed from a screen or a print is not measured yet.'),
    editorTraces(reading, policy),
    never('tampering', 'Whether anything on it was changed is not measured yet.'),
  ];
}

/** People crop their photos, and forgers remove names: it is told, and holds nothing back. */
function editorTraces({ editor }: DocumentReading, policy: Policy): Signal {
  const measure =
    editor === undefined
      ? unavailable('Only the files of pictures are looked through.')
      : measured(editor === null ? 1 : 0);
  const rule = {
    threshold: 1,
    passes: 'The file names no program for editing pictures, which proves little.',
    fails: `The file names a program for editing pictures: ${editor}.`,
    ceiling: () => 1,
    ceilingUnavailable: 1,
  };
  return signal('editor_traces', measure, rule, policy);
}

function portraitPresent(reading: DocumentReading, faces: number | undefined, policy: Policy): Signal {
  const { mrz, barcode, visual } = reading;
  /** Cards have their zone and their barcode on the back, where there is no portrait, or one too small to find. */
  const back = !visual && (barcode !== undefined || mrz?.format === 'TD1');
  const measure: Measure =
    faces === undefined
      ? unavailable('Nobody looked for a portrait.')
      : faces === 0 && back
        ? unavailable('This side of the document need not show a portrait.')
        : measured(faces > 0 ? 1 : 0);
  const rule = {
    threshold: 1,
    passes: 'There is a portrait on it.',
    fails: 'There is no portrait on it.',
    ceilingUnavailable: 1,
    failFlags: ['no_face_in_document'],
  } as const;
  return signal('portrait', measure, rule, policy);
}
