import type { Stages } from '../domain/evidence.ts';
import type { Signal } from '../domain/verdict.ts';
import type { Outcome } from '../domain/verification.ts';

/** The scores that an outcome names, from the signals that have them. */
export function scoresOf(signals: readonly Signal[]): Outcome['scores'] {
  const score = (name: string) => signals.find((one) => one.name === name)?.score;
  const scores = {
    ocrConfidence: score('document_readable'),
    faceMatch: score('face_match'),
    liveness: score('liveness'),
    docQuality: score('document_quality'),
  };
  return Object.fromEntries(Object.entries(scores).filter(([, value]) => value !== undefined));
}

/** The time spent in all, stage by stage. */
export function sumStages(all: readonly Stages[]): Stages {
  const total: Record<string, number> = {};
  for (const [name, ms] of all.flatMap((one) => Object.entries(one))) total[name] = (total[name] ?? 0) + ms;
  return total;
}
