import type { Kind, Session, Submitted } from './wire.ts';

/** What a person goes through, in order; `send` ends with the result. */
export type Step = 'welcome' | 'consent' | Kind | 'send';

/** Which files there are: on this device, or already with the server. */
export type Have = Readonly<Partial<Record<Kind, boolean>>>;

export const stepsOf = (session: Pick<Session, 'back_wanted'>): readonly Step[] => [
  'welcome',
  'consent',
  'id_photo',
  ...(session.back_wanted ? (['id_back'] as const) : []),
  'selfie_video',
  'send',
];

const isDone = (step: Step, session: Session, have: Have): boolean => {
  if (step === 'welcome') return true;
  if (step === 'consent') return session.consent.given;
  return step === 'send' ? false : (have[step] ?? false) || session.uploads[step];
};

/** Where a person goes on who comes back: at the first thing that is still missing, after the welcome where nothing is done yet. */
export function resumeAt(session: Session, have: Have): Step {
  const steps = stepsOf(session);
  const missing = steps.find((step) => !isDone(step, session, have)) ?? 'send';
  return missing === 'consent' ? 'welcome' : missing;
}

/** The next step after `step` that is not done; steps that are done are passed over. */
export function nextStep(step: Step, session: Session, have: Have): Step {
  const steps = stepsOf(session);
  const rest = steps.slice(steps.indexOf(step) + 1);
  return rest.find((one) => !isDone(one, session, have)) ?? 'send';
}

/** Where “back” leads; nowhere from the first step, and not away from files on their way. */
export function stepBefore(step: Step, session: Session): Step | undefined {
  if (step === 'welcome' || step === 'send') return undefined;
  const steps = stepsOf(session);
  const before = steps[steps.indexOf(step) - 1];
  // A consent that is given is not asked for again.
  return before === 'consent' && session.consent.given ? 'welcome' : before;
}

/** What has to be taken again after a try that did not work. */
export function retakes(submitted: Submitted, session: Session): readonly Kind[] {
  if (submitted.which) return [submitted.which];
  const reasons = submitted.reasons.map((reason) => reason.replace(/[^a-z_]/g, ''));
  const ofDocument = reasons.some((reason) => documentReasons.has(reason));
  const ofSelfie = reasons.some((reason) => selfieReasons.has(reason));
  const document: readonly Kind[] = session.back_wanted ? ['id_photo', 'id_back'] : ['id_photo'];
  if (ofDocument && !ofSelfie) return document;
  return ofSelfie && !ofDocument ? ['selfie_video'] : [...document, 'selfie_video'];
}

const documentReasons = new Set([
  'document_unreadable',
  'document_not_recognised',
  'document_type_mismatch',
  'document_quality_low',
  'document_back_unreadable',
  'no_face_in_document',
  'no_face_in_id_photo',
  'document_expired',
  'specimen_document',
  'mrz_check_failed',
]);
const selfieReasons = new Set([
  'selfie_unreadable',
  'no_face_in_selfie',
  'liveness_failed',
  'challenge_not_followed',
  'face_often_missing',
  'person_changed',
  'head_did_not_turn',
  'still_picture',
  'multiple_faces_in_selfie',
  'selfie_quality_low',
]);
