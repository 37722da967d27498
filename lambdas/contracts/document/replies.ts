import type { DocumentExtraction } from '../../domain/document-extraction.ts';
import { failureOfDocument } from '../../domain/document-fault.ts';
import type { DocumentField } from '../../domain/document-fields.ts';
import { estimatedSeconds } from '../../domain/document-kind.ts';
import type { Flag } from '../../domain/flags.ts';
import type { Signal } from '../../domain/verdict.ts';
import type { DocumentVerification } from '../../domain/verification.ts';
import { toError } from './errors.ts';
import type { ExtractionData, ProcessingReply, RecordReply, VerifyReply } from './schemas.ts';

/** M-31: why a document was rejected, in the contract's words; what is graver is told first. */
const reasonOfFlag: readonly (readonly [Flag, string])[] = [
  ['specimen_document', 'document_specimen'],
  ['mrz_check_failed', 'document_suspected_fraud'],
  ['document_inconsistent', 'document_suspected_fraud'],
  ['dates_implausible', 'document_suspected_fraud'],
  ['issuing_state_unknown', 'document_suspected_fraud'],
  ['document_expired', 'document_expired'],
  ['underage', 'underage'],
  ['document_type_mismatch', 'document_type_mismatch'],
  ['age_unknown', 'age_unknown'],
  ['age_uncertain', 'age_unknown'],
  ['no_face_in_document', 'portrait_missing'],
];

const reasonsOf = (flags: readonly Flag[]): readonly string[] => {
  const told = reasonOfFlag.filter(([flag]) => flags.includes(flag)).map(([, reason]) => reason);
  return told.length > 0 ? [...new Set(told)] : ['low_confidence'];
};

/** What says how a person is to be judged, or how the photo is, says nothing about whether the document is genuine. */
const notAuthenticity = ['document_readable', 'document_quality', 'date_of_birth', 'age'];

const four = (value: number): number => Math.round(value * 10_000) / 10_000;

const toSignal = ({ name, score, threshold, passed, reason }: Signal): VerifyReply['signals'][number] => ({
  name,
  score: score === undefined ? null : four(score),
  threshold: four(threshold),
  passed,
  reason,
});

const toCheck = ({ score, passed, reason }: Signal): NonNullable<VerifyReply['authenticity']>[string] => ({
  status: score === undefined ? 'unavailable' : passed ? 'passed' : 'failed',
  score: score === undefined ? null : four(score),
  reason,
});

const toField = (field: DocumentField | undefined): ExtractionData['first_name'] =>
  field ? { value: field.value, confidence: four(field.confidence), source: field.source } : null;

/** M-28. */
function toExtractionData({ fields, mrz, barcode }: DocumentExtraction): ExtractionData {
  const address = toField(fields.address);
  return {
    first_name: toField(fields.givenNames),
    last_name: toField(fields.surname),
    full_name: toField(fields.fullName),
    date_of_birth: toField(fields.birthDate),
    document_number: toField(fields.documentNumber),
    issuing_country: toField(fields.issuingState),
    nationality: toField(fields.nationality),
    sex: toField(fields.sex),
    issue_date: toField(fields.issueDate),
    expiry_date: toField(fields.expiryDate),
    ...(address && { address }),
    ...(mrz && {
      mrz: {
        format: mrz.format,
        lines: [...mrz.lines],
        raw_lines: [...mrz.raw],
        corrected: mrz.corrected,
        check_digits: { ...mrz.checks },
        confidence: four(mrz.confidence),
        source: 'mrz',
      },
    }),
    ...(barcode && {
      barcode: {
        format: 'PDF417',
        version: barcode.version,
        issuer: barcode.issuer,
        elements: { ...barcode.elements },
        source: 'barcode',
      },
    }),
  };
}

const metadataOf = ({ request: { metadata } }: DocumentVerification): VerifyReply['metadata'] =>
  (metadata ?? {}) as VerifyReply['metadata'];

const testMode = ({ request }: DocumentVerification) => (request.testMode ? ({ test_mode: true } as const) : {});

type Judged = DocumentVerification & Required<Pick<DocumentVerification, 'outcome' | 'result'>>;

const isJudged = (verification: DocumentVerification): verification is Judged =>
  verification.outcome !== undefined && verification.result !== undefined;

/** M-20. Whoever is not approved is rejected: the contract has no third word. */
function toVerifyReply(verification: Judged, extraction: DocumentExtraction | undefined): VerifyReply {
  const { id, outcome, result, request } = verification;
  const verified = outcome.decision === 'approved';
  const reasons = verified ? [] : reasonsOf(outcome.flags);
  const checks = outcome.signals.filter(({ name }) => !notAuthenticity.includes(name));
  return {
    request_id: id as VerifyReply['request_id'],
    status: verified ? 'verified' : 'rejected',
    verified_age: result.age ?? null,
    confidence_score: four(outcome.confidence / 100),
    document_type: result.documentType,
    processing_time_ms: result.processingTimeMs,
    metadata: metadataOf(verification),
    ...(reasons[0] !== undefined && { reason: reasons[0], reasons: [...reasons] }),
    ...(request.verificationType === 'full_verification' && {
      extraction_data: extraction ? toExtractionData(extraction) : null,
      fraud_signals: checks.filter(({ score, passed }) => score !== undefined && !passed).map(toSignal),
      authenticity: Object.fromEntries(checks.map((one) => [one.name, toCheck(one)])),
    }),
    signals: outcome.signals.map(toSignal),
    ...testMode(verification),
  };
}

/** M-30, M-34. */
function toProcessingReply(verification: DocumentVerification, baseUrl: string): ProcessingReply {
  const { id, request } = verification;
  return {
    request_id: id,
    status: 'processing',
    estimated_time_seconds: estimatedSeconds(request),
    ...(request.webhookUrl !== undefined && { webhook_url: request.webhookUrl }),
    status_url: `${baseUrl}/v1/status/${id}`,
    ...testMode(verification),
  };
}

/** M-62: one body for the call that brings a document, and for whoever asks for it later. */
export function toRecordReply(
  verification: DocumentVerification,
  extraction: DocumentExtraction | undefined,
  baseUrl: string,
): RecordReply {
  const failed = failureOfDocument(verification);
  if (failed) {
    const told = { request_id: verification.id, status: 'error', error: toError(failed) } as const;
    return { ...told, metadata: metadataOf(verification), ...testMode(verification) };
  }
  return isJudged(verification) ? toVerifyReply(verification, extraction) : toProcessingReply(verification, baseUrl);
}
