import type { Flag } from '../../../lambdas/domain/flags.ts';
import type { MessageKey } from './i18n/en.ts';

/** What a person is told of a finding; nothing where it is not for them. */
const ofFlags: Readonly<Record<Flag, MessageKey | null>> = {
  selfie_unreadable: 'reasonVideo',
  document_unreadable: 'reasonPhoto',
  no_face_in_selfie: 'reasonNoFace',
  face_mismatch: 'reasonMismatch',
  liveness_failed: 'reasonLiveness',
  document_expired: 'reasonExpired',
  underage: 'reasonAge',
  multiple_faces_in_selfie: 'reasonFaces',
  no_face_in_document: 'reasonDocumentFace',
  document_back_unreadable: 'reasonBack',
  document_not_recognised: 'reasonDocument',
  document_type_mismatch: 'reasonDocument',
  document_quality_low: 'reasonDocumentQuality',
  mrz_check_failed: 'reasonDocumentCheck',
  challenge_not_followed: 'reasonLiveness',
  face_often_missing: 'reasonNoFace',
  no_face_in_id_photo: 'reasonDocumentFace',
  person_changed: 'reasonFaces',
  head_did_not_turn: 'reasonLiveness',
  still_picture: 'reasonLiveness',
  mrz_corrected: null,
  age_unknown: 'reasonAge',
  age_uncertain: 'reasonAge',
  dates_implausible: 'reasonDocumentCheck',
  document_inconsistent: 'reasonDocumentCheck',
  issuing_state_unknown: 'reasonDocumentCheck',
  specimen_document: 'reasonSpecimen',
  name_mismatch: 'reasonName',
  selfie_quality_low: 'reasonSelfieQuality',
  liveness_unavailable: 'reasonPerson',
  client_liveness_disagrees: null,
  liveness_not_required: null,
  same_image: 'reasonPerson',
  processing_failed: 'reasonOther',
};

/** Faults of files, by how their codes begin. */
const ofFaults: readonly (readonly [prefix: string, MessageKey])[] = [
  ['video_too_short', 'reasonVideoShort'],
  ['video_too_long', 'reasonVideoLong'],
  ['video_', 'reasonVideo'],
  ['image_', 'reasonPhoto'],
  ['pdf_', 'reasonPhoto'],
];

/** Reasons in words, each once, in the server's order. A code that this page does not know yet is still told of. */
export function reasonKeys(codes: readonly string[]): readonly MessageKey[] {
  const keys = codes.flatMap((code): readonly MessageKey[] => {
    const known = Object.hasOwn(ofFlags, code) ? ofFlags[code as Flag] : undefined;
    if (known !== undefined) return known === null ? [] : [known];
    return [ofFaults.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 'reasonOther'];
  });
  return [...new Set(keys)];
}
