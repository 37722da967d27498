import { READABLE } from './document-readable.ts';
import { type DocumentFault, type Failure, failure } from './error.ts';
import type { DocumentReading, ImageFault } from './evidence.ts';
import type { DocumentVerification } from './verification.ts';

type UnreadCode = DocumentFault | 'document_too_large';

/** Why there is nothing to judge, and what a person could do about it. */
export interface Unread {
  readonly code: UnreadCode;
  readonly reasons: readonly string[];
}

const ofImage: Readonly<Record<ImageFault, Unread>> = {
  image_empty: { code: 'document_invalid_format', reasons: ['empty'] },
  image_unsupported_format: { code: 'document_invalid_format', reasons: ['format'] },
  image_truncated: { code: 'document_invalid_format', reasons: ['truncated'] },
  image_undecodable: { code: 'document_invalid_format', reasons: ['damaged'] },
  pdf_encrypted: { code: 'document_invalid_format', reasons: ['encrypted'] },
  pdf_no_pages: { code: 'document_invalid_format', reasons: ['no_pages'] },
  pdf_too_complex: { code: 'document_invalid_format', reasons: ['too_complex'] },
  image_too_many_pixels: { code: 'document_too_large', reasons: ['pixels'] },
  image_too_small: { code: 'document_quality_low', reasons: ['resolution'] },
};

export const faultOfImage = (fault: ImageFault): Unread => ofImage[fault];

/**
 * A photo below it is refused even where its zone was read: what nobody can see, nobody can check. Of 64 spoilt photos of specimens
 * (blur, glare, darkness, turns) it takes one that was read right.
 */
const unfit = 0.1;

/**
 * Why a reading is none to judge by: there is no document, nobody knows its kind, or the photo is too poor for it. A document that
 * was read well enough is judged whatever its photo is like, and one that was turned and read is not held to have been turned.
 */
export function unreadReading(reading: DocumentReading): Unread | undefined {
  const { found, mrz, barcode, visual, reasons, ocrConfidence, quality } = reading;
  if (!found && !mrz && !barcode && !visual) return { code: 'document_not_found', reasons: [] };
  if (!mrz && !barcode && !visual)
    return reasons.length > 0
      ? { code: 'document_quality_low', reasons }
      : { code: 'document_unsupported', reasons: [] };
  const spoilt = reasons.filter((reason) => reason !== 'orientation');
  const birthRead = [barcode?.fields.birthDate, visual?.fields.birthDate].some((field) => field !== undefined);
  const zoneBroken = mrz !== undefined && Object.values(mrz.checks).includes(false);
  // A zone that does not add up is one that was misread, where the photo gives a reason to think so.
  const misread = spoilt.length > 0 && !birthRead && (zoneBroken || !mrz);
  const uncertain = 'value' in ocrConfidence && ocrConfidence.value < READABLE && !barcode;
  const poor = 'value' in quality && quality.value < unfit && !barcode;
  if (misread || uncertain || poor)
    return { code: 'document_quality_low', reasons: spoilt.length > 0 ? spoilt : ['unreadable'] };
  return undefined;
}

const advice: Readonly<Record<string, string>> = {
  resolution: 'it is too small, move closer',
  blur: 'it is blurred, hold still',
  glare: 'light is reflected on it, tilt it',
  dark: 'it is too dark, find more light',
  cropped: 'its edges are cut off, show all of it',
  orientation: 'it lies askew, hold it upright',
};

const words: Readonly<Record<UnreadCode, (reasons: readonly string[]) => string>> = {
  // M-07: in the words of the published text.
  document_invalid_format: () => 'Unsupported document format. Supported: jpeg, png, pdf',
  document_too_large: () => 'The document has more pixels than are taken.',
  document_quality_low: (reasons) =>
    `The photo of the document is not good enough: ${reasons.map((reason) => advice[reason] ?? 'it cannot be read').join('; ')}.`,
  document_not_found: () => 'There is no document in the picture.',
  document_unsupported: () => 'The document is of a kind that cannot be read yet.',
};

/** What the caller is told. */
export const failureOfUnread = ({ code, reasons }: Unread, detail: Failure['detail'] = {}): Failure =>
  failure(code, words[code](reasons), {
    detail: { ...(reasons[0] !== undefined && { reason: reasons[0], reasons }), ...detail },
  });

const isUnreadCode = (code: string): code is UnreadCode => code in words;

/** Why a verification came to nothing; undefined for one that did, or goes on. */
export function failureOfDocument(verification: DocumentVerification): Failure | undefined {
  const { id, state, failure: code, failureReasons: reasons = [], request } = verification;
  if (state !== 'failed') return undefined;
  const detail = { verificationId: id, ...(request.testMode && { testMode: true }) };
  if (code !== undefined && isUnreadCode(code)) return failureOfUnread({ code, reasons }, detail);
  return failure('internal', 'Something broke on our side; nothing was charged.', { detail });
}
