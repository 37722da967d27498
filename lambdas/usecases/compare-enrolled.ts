import type { Enrolment, UserRef } from '../domain/enrolment.ts';
import { type Face, type Measure, type Template, unavailable } from '../domain/evidence.ts';
import type { Faces, TemplateVault } from '../ports.ts';

export interface CompareEnrolled {
  readonly vault: Pick<TemplateVault, 'open'>;
  readonly vision: Pick<Faces, 'compare'>;
}

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
  { vault, vision }: CompareEnrolled,
  { tenantId }: UserRef,
  { embeddingId, sealed }: Enrolment,
  faces: readonly Face[],
): Promise<Compared | undefined> {
  const clearest = faces.toSorted((a, b) => b.quality - a.quality)[0];
  if (!clearest) throw new Error('A comparison without a face.');
  const { template, olderTemplates } = clearest;
  const probe = [template, ...olderTemplates].find(({ modelSet }) => sealed[modelSet] !== undefined);
  if (!probe) return undefined;
  const { modelSet } = probe;
  let best: Measure = unavailable('The enrolment has no template to compare with.');
  for (const enrolled of await vault.open(tenantId, embeddingId, sealed[modelSet] as string)) {
    const similarity = await vision.compare(probe, enrolled);
    if ('value' in best && !('value' in similarity && similarity.value > best.value)) continue;
    best = similarity;
  }
  return { similarity: best, modelSet, ...(probe !== template && { newer: template }) };
}
