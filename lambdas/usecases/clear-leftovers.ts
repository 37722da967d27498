import type { Realm } from '../domain/caller.ts';
import { faceIdOf, type IndexedIn, type Leftover } from '../domain/person.ts';
import type { Media } from '../ports/media.ts';
import type { Collections, KeptFace } from '../ports/people.ts';

export interface ClearLeftovers {
  readonly media: Pick<Media, 'delete'>;
  readonly gallery: Pick<Collections, 'delete'>;
}

/** Only an engine that keeps faces itself needs a template to take one out again; of others none was kept. */
const keptFace = (faceId: string, modelSet: string, { template }: IndexedIn): KeptFace => ({
  faceId,
  template: template ?? { modelSet, vector: new Float32Array() },
});

/** Takes faces out of their collections and pictures out of the media; harmless where they are gone. */
export async function clearLeftovers(
  { media, gallery }: ClearLeftovers,
  { tenantId, mode }: Realm,
  personId: string,
  leftovers: readonly Leftover[],
): Promise<void> {
  const byCollection = new Map<string, KeptFace[]>();
  for (const { id, modelSet, indexed } of leftovers) {
    for (const one of indexed) {
      const faces = byCollection.get(one.collection) ?? [];
      byCollection.set(one.collection, [...faces, keptFace(faceIdOf(personId, id), modelSet, one)]);
    }
  }
  await Promise.all(
    [...byCollection].map(([collection, faces]) => gallery.delete({ tenantId, mode, collection }, faces)),
  );
  await media.delete(leftovers.flatMap(({ key }) => key ?? []));
}
