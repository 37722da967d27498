import { type Flag, flagSeverity } from '../../domain/flags.ts';
import type { Verdict } from '../../domain/verdict.ts';

/** P-32: each finding in words that a partner's agent can read out. */
const words: Readonly<Record<Flag, string>> = {
  selfie_unreadable: 'The selfie video could not be read',
  document_unreadable: 'The ID photo could not be read',
  no_face_in_selfie: 'No face is visible in the selfie video',
  no_face_in_id_photo: 'No face is visible in the ID photo',
  face_mismatch: 'The face in the video is not the face on the ID',
  liveness_failed: 'The video does not show a living person',
  person_changed: 'More than one person appears in turn in the video',
  still_picture: 'The video shows a still picture',
  head_did_not_turn: 'The head did not turn, so that a flat picture cannot be told apart',
  challenge_not_followed: 'The movements that were asked for were not made',
  document_expired: 'The document has expired',
  underage: 'The person is younger than required',
  multiple_faces_in_selfie: 'More than one face is visible in the selfie video',
  face_often_missing: 'The face is missing from much of the selfie video',
  no_face_in_document: 'No portrait was found on the document',
  document_back_unreadable: 'The back of the document could not be read',
  document_not_recognised: 'The document was not recognised',
  document_type_mismatch: 'The document is of another kind than stated',
  document_quality_low: 'The ID photo is of low quality',
  mrz_check_failed: 'The check digits of the document are wrong',
  mrz_corrected: 'Characters of the machine-readable zone were corrected by its check digits',
  age_unknown: 'No date of birth was read',
  age_uncertain: 'The date of birth is uncertain',
  dates_implausible: 'The dates on the document contradict each other',
  document_inconsistent: 'The document contradicts itself',
  issuing_state_unknown: 'The issuing state is unknown',
  specimen_document: 'The document is a specimen',
  name_mismatch: 'The name on the document is another one',
  selfie_quality_low: 'The selfie video is of low quality',
  liveness_unavailable: 'Whether a living person is shown could not be judged',
  client_liveness_disagrees: 'The browser judged liveness otherwise',
  liveness_not_required: 'Liveness is not required by this account',
  same_image: 'The same picture was used twice',
  processing_failed: 'The files could not be processed',
};

/** Graver ones first; what only tells something of a check is no risk of it. */
export const riskFactors = (flags: readonly Flag[]): string[] =>
  (['critical', 'review'] as const)
    .flatMap((severity) => flags.filter((flag) => flagSeverity[flag] === severity))
    .map((flag) => words[flag]);

/** One sentence that says what came of it, and the gravest reason. */
export function summaryOf({ decision, flags }: Pick<Verdict, 'decision' | 'flags'>): string {
  const [gravest] = riskFactors(flags);
  const because = gravest === undefined ? '' : `: ${gravest.charAt(0).toLowerCase()}${gravest.slice(1)}`;
  switch (decision) {
    case 'approved':
      return 'A living person was seen, and it is the holder of the ID.';
    case 'review':
      return `A person should look at this check${because}.`;
    case 'rejected':
      return `The check was rejected${because}.`;
  }
}
