import type { Face, Measure } from './evidence.ts';
import { measured } from './evidence.ts';
import { type Policy, reviewCeiling, type Signal, signal } from './verdict.ts';

/** Quality from which a face can be compared (`Face.quality`). */
export const COMPARABLE = 0.25;

/** @param similarity of the person's face and the document's, calibrated, 0..1 */
export function faceMatch(similarity: Measure, policy: Policy): Signal {
  const rule = {
    threshold: policy.match,
    passes: 'The face of the selfie is the face on the document.',
    fails: 'The face of the selfie is not surely the face on the document.',
    ceiling: (score: number) =>
      score >= policy.match ? Math.max(score, policy.approve / 100) : Math.min(score, reviewCeiling(policy)),
    // Below a false-match rate of 1 in 100 nothing speaks for the same person.
    failFlags: 'value' in similarity && similarity.value < 0.5 ? (['face_mismatch'] as const) : [],
  };
  return signal('face_match', similarity, rule, policy);
}

/** @param none why there is no face */
export function selfieQuality(face: Face | undefined, none: Measure, policy: Policy): Signal {
  return signal(
    'selfie_quality',
    face ? measured(face.quality) : none,
    {
      threshold: COMPARABLE,
      passes: 'The face in the selfie is clear enough to compare.',
      fails: `The face in the selfie is hard to compare: ${face?.reasons.join(', ') || 'low quality'}.`,
      failFlags: ['selfie_quality_low'],
    },
    policy,
  );
}
