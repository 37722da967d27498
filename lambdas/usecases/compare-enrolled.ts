import { type Face, type Measure, type Template, unavailable } from '../domain/evidence.ts';
import type { Faces } from '../ports/vision.ts';

export interface Compared {
  readonly similarity: Measure;
  /** Whose templates were compared. */
  readonly modelSet: string;
  /** A template of the present set, where the enrolment has none yet. */
  readonly newer?: Template;
}

/**
 * The clearest frame against every enrolled template of one model set: the present one, or else the newest that both know. Undefined
 * where they know none in common.
 */
export async function compareWithEnrolled(
  vision: Pick<Faces, 'compare'>,
  enrolled: readonly Template[],
  faces: readonly Face[],
): Promise<Compared | undefined> {
  const clearest = faces.toSorted((a, b) => b.quality - a.quality)[0];
  if (!clearest) throw new Error('A comparison without a face.');
  const { template, olderTemplates } = clearest;
  const ofSet = (set: string) => enrolled.filter(({ modelSet }) => modelSet === set);
  const probe = [template, ...olderTemplates].find(({ modelSet }) => ofSet(modelSet).length > 0);
  if (!probe) return undefined;
  const { modelSet } = probe;
  let best: Measure = unavailable('No template could be compared.');
  for (const other of ofSet(modelSet)) {
    const similarity = await vision.compare(probe, other);
    if ('value' in best && !('value' in similarity && similarity.value > best.value)) continue;
    best = similarity;
  }
  return { similarity: best, modelSet, ...(probe !== template && { newer: template }) };
}
