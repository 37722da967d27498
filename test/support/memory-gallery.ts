import type { Template } from '../../lambdas/domain/evidence.ts';
import type { Gallery, GalleryRef } from '../../lambdas/ports/people.ts';
import { likeness } from './drawn-faces.ts';

const nameOf = ({ tenantId, mode, collection }: GalleryRef): string => `${tenantId}#${mode}#${collection}`;

/** Collections by name, each with the templates of its faces; to be looked into by the test. */
export function memoryGallery(): Gallery & { readonly indexes: Map<string, Map<string, Template>> } {
  const indexes = new Map<string, Map<string, Template>>();
  return {
    indexes,
    async create(ref) {
      if (!indexes.has(nameOf(ref))) indexes.set(nameOf(ref), new Map());
    },
    async drop(ref) {
      indexes.delete(nameOf(ref));
    },
    async delete(ref, faces) {
      for (const { faceId } of faces) indexes.get(nameOf(ref))?.delete(faceId);
    },
    async put(ref, faceId, template) {
      const index = indexes.get(nameOf(ref));
      index?.set(faceId, template);
      return index && template;
    },
    async search(ref, probe, limit) {
      const index = indexes.get(nameOf(ref));
      return (
        index &&
        [...index]
          .filter(([, { modelSet }]) => modelSet === probe.modelSet)
          .map(([faceId, template]) => ({ faceId, similarity: likeness(probe, template) }))
          .toSorted((a, b) => b.similarity - a.similarity)
          .slice(0, limit)
      );
    },
  };
}
