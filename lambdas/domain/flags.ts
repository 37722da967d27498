/** Findings that a caller may act on. A critical one rejects whatever the scores, one to review keeps from approval, a notice tells. */
export const flagSeverity = {
  selfie_unreadable: 'critical',
  document_unreadable: 'critical',
  no_face_in_selfie: 'critical',
  no_face_in_id_photo: 'critical',
  face_mismatch: 'critical',
  liveness_failed: 'critical',
  person_changed: 'critical',
  still_picture: 'critical',
  challenge_not_followed: 'critical',
  document_expired: 'critical',
  underage: 'critical',
  multiple_faces_in_selfie: 'review',
  face_often_missing: 'review',
  head_did_not_turn: 'review',
  no_face_in_document: 'review',
  document_back_unreadable: 'review',
  document_not_recognised: 'review',
  document_type_mismatch: 'review',
  document_quality_low: 'review',
  mrz_check_failed: 'review',
  mrz_corrected: 'notice',
  age_unknown: 'review',
  age_uncertain: 'review',
  dates_implausible: 'review',
  document_inconsistent: 'review',
  issuing_state_unknown: 'review',
  specimen_document: 'critical',
  name_mismatch: 'review',
  selfie_quality_low: 'review',
  liveness_unavailable: 'review',
  client_liveness_disagrees: 'notice',
  liveness_not_required: 'notice',
  same_image: 'review',
  processing_failed: 'review',
} as const satisfies Record<string, 'critical' | 'review' | 'notice'>;

export type Flag = keyof typeof flagSeverity;

export const isCritical = (flag: Flag): boolean => flagSeverity[flag] === 'critical';
export const needsPerson = (flag: Flag): boolean => flagSeverity[flag] === 'review';
