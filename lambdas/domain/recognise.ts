/** Somebody whom a face may be; `score` is calibrated, 0..1. */
export interface Candidate<Who> {
  readonly person: Who;
  readonly score: number;
}

export type Recognition<Who> =
  | { readonly outcome: 'person'; readonly person: Who; readonly score: number }
  /** `best` is the highest score of all, where there was anybody to compare with. */
  | { readonly outcome: 'nobody'; readonly best?: number }
  | { readonly outcome: 'ambiguous'; readonly score: number };

/** V-33: two people this close are not told apart by a machine. */
const AMBIGUOUS_WITHIN = 0.02;

/**
 * Whose face it is: the person with the best score, if that reaches `minScore` and nobody else who reaches it is within 0.02.
 * Several faces of one person speak with one voice.
 */
export function recognise<Who extends { readonly id: string }>(
  candidates: readonly Candidate<Who>[],
  minScore: number,
): Recognition<Who> {
  const [first, second] = bestPerPerson(candidates);
  if (!first) return { outcome: 'nobody' };
  if (first.score < minScore) return { outcome: 'nobody', best: first.score };
  const close = second !== undefined && second.score >= minScore && first.score - second.score <= AMBIGUOUS_WITHIN;
  return close ? { outcome: 'ambiguous', score: first.score } : { outcome: 'person', ...first };
}

/** Each person once, with the best of their scores, best first. */
export function bestPerPerson<Who extends { readonly id: string }>(
  candidates: readonly Candidate<Who>[],
): readonly Candidate<Who>[] {
  const best = new Map<string, Candidate<Who>>();
  for (const candidate of candidates) {
    const known = best.get(candidate.person.id);
    if (!known || known.score < candidate.score) best.set(candidate.person.id, candidate);
  }
  return [...best.values()].toSorted((a, b) => b.score - a.score);
}
