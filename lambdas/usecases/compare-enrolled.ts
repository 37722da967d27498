import type { Enrolment, UserRef } from '../domain/enrolment.ts';
import { type Face, type Measure, unavailable } from '../domain/evidence.ts';
import type { Faces, TemplateVault } from '../ports.ts';

export interface CompareEnrolled {
  readonly vault: TemplateVault;
  readonly vision: Pick<Faces, 'compare'>;
}

interface Compared {
  readonly similarity: Measure;
  /** Whose templates were compared. */
  readonly modelSet: string;
  /** Templates of the present set, where the enrolment has none yet. */
  readonly renewed?: { readonly modelSet: string; readonly sealed: string };
}

/** The clearest frame against every enrolled template of one model set: the present one, or else the newest that both know. */
export async function compareWithEnrolled(
  { vault, vision }: CompareEnrolled,
  { tenantId }: UserRef,
  { embeddingId, sealed }: Enrolment,
  faces: readonly Face[],
): Promise<Compared> {
  const clearest = faces.toSorted((a, b) => b.quality - a.quality)[0];
  if (!clearest) throw new Error('A comparison without a face.');
  const { template, olderTemplates } = clearest;
  const probe = [template, ...olderTemplates].find(({ modelSet }) => sealed[modelSet] !== undefined);
  if (!probe) {
    const similarity = unavailable('The user was enrolled with models that are no longer installed: enrol them again.');
    return { similarity, modelSet: template.modelSet };
  }
  const { modelSet } = probe;
  let best: Measure = unavailable('The enrolment has no template to compare with.');
  for (const enrolled of await vault.open(tenantId, embeddingId, sealed[modelSet] as string)) {
    const similarity = await vision.compare(probe, enrolled);
    if ('value' in best && !('value' in similarity && similarity.value > best.value)) continue;
    best = similarity;
  }
  if (probe === template) return { similarity: best, modelSet };
  return {
    similarity: best,
    modelSet,
    renewed: { modelSet: template.modelSet, sealed: await vault.seal(tenantId, embeddingId, [template]) },
  };
}
