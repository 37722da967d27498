import {
  CreateCollectionCommand,
  DeleteCollectionCommand,
  DeleteFacesCommand,
  IndexFacesCommand,
  InvalidParameterException,
  paginateListFaces,
  type RekognitionClient,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
  SearchFacesByImageCommand,
} from '@aws-sdk/client-rekognition';
import type { CropTemplate, IndexedTemplate, Template } from '../domain/evidence.ts';
import type { Collections, Gallery, GalleryRef } from '../ports/people.ts';
import { unless } from './expected-error.ts';
import { MODEL_SET, scoreOf } from './rekognition-face.ts';

/** FaceIds of one DeleteFaces, and faces of one search, at most: API reference. */
const MOST_FACES = 4096;

/**
 * One collection of Amazon Rekognition for each of ours. It knows faces by ids of its own, which the kept templates hold. A face
 * whose template was lost, because the function ended before it was written down, is looked for by our id among all.
 */
export const rekognitionCollections = (client: RekognitionClient): Collections => ({
  async create(ref) {
    const create = client.send(new CreateCollectionCommand({ CollectionId: nameOf(ref) }));
    await unless(ResourceAlreadyExistsException, create);
  },

  async drop(ref) {
    await unless(ResourceNotFoundException, client.send(new DeleteCollectionCommand({ CollectionId: nameOf(ref) })));
  },

  async delete(ref, faces) {
    const CollectionId = nameOf(ref);
    // A face of another engine, from before this one was chosen, is not here.
    const known = faces.flatMap(({ template }) =>
      'faceId' in template && template.collection === CollectionId ? template.faceId : [],
    );
    const lost = faces.filter(({ template }) => template.modelSet === MODEL_SET && !('faceId' in template));
    const names = new Set(lost.map(({ faceId }) => faceId));
    const found =
      names.size > 0 ? await unless(ResourceNotFoundException, facesNamed(client, CollectionId, names)) : [];
    const ids = [...known, ...(found ?? [])];
    for (let i = 0; i < ids.length; i += MOST_FACES) {
      const FaceIds = ids.slice(i, i + MOST_FACES);
      const done = await unless(
        ResourceNotFoundException,
        client.send(new DeleteFacesCommand({ CollectionId, FaceIds })),
      );
      const kept = done?.UnsuccessfulFaceDeletions?.filter(({ Reasons }) => !Reasons?.includes('FACE_NOT_FOUND')) ?? [];
      if (kept.length > 0) throw new Error(`Rekognition kept ${kept.length} faces: ${kept[0]?.Reasons?.join(', ')}.`);
    }
  },
});

/** Faces in Amazon Rekognition. Our ids go along as external ones, and are what a search answers. */
export const rekognitionGallery = (client: RekognitionClient): Gallery => ({
  ...rekognitionCollections(client),

  put: async (ref, faceId, template) =>
    unless(ResourceNotFoundException, indexFace(client, nameOf(ref), faceId, template)),

  async search(ref, probe, limit) {
    const request = new SearchFacesByImageCommand({
      CollectionId: nameOf(ref),
      Image: { Bytes: cropOf(probe) },
      MaxFaces: Math.min(limit, MOST_FACES),
      FaceMatchThreshold: 0,
      QualityFilter: 'NONE',
    });
    try {
      const { FaceMatches = [] } = await client.send(request);
      return FaceMatches.flatMap(({ Face, Similarity = 0 }) =>
        Face?.ExternalImageId ? [{ faceId: Face.ExternalImageId, similarity: scoreOf(Similarity) }] : [],
      );
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      if (error instanceof InvalidParameterException && /no faces/i.test(error.message)) return [];
      throw error;
    }
  },
});

async function facesNamed(
  client: RekognitionClient,
  CollectionId: string,
  names: ReadonlySet<string>,
): Promise<string[]> {
  const found: string[] = [];
  for await (const { Faces = [] } of paginateListFaces({ client, pageSize: MOST_FACES }, { CollectionId }))
    found.push(
      ...Faces.flatMap(({ FaceId, ExternalImageId = '' }) => (FaceId && names.has(ExternalImageId) ? FaceId : [])),
    );
  return found;
}

/** Rejects with ResourceNotFoundException where there is no such collection. */
export async function indexFace(
  client: RekognitionClient,
  CollectionId: string,
  ExternalImageId: string,
  template: Template,
): Promise<IndexedTemplate> {
  const request = new IndexFacesCommand({
    CollectionId,
    Image: { Bytes: cropOf(template) },
    ExternalImageId,
    MaxFaces: 1,
    QualityFilter: 'NONE', // Whoever enrols has judged the quality, and said so.
  });
  const { FaceRecords } = await client.send(request);
  const faceId = FaceRecords?.[0]?.Face?.FaceId;
  if (!faceId) throw new Error('Rekognition finds no face in a crop of one.');
  return { modelSet: MODEL_SET, collection: CollectionId, faceId };
}

const nameOf = ({ tenantId, mode, collection }: GalleryRef): string => collectionName(tenantId, mode, collection);

/** Ids keep their letters and digits; anything else is written as its code, so that no two collections share a name. */
export const collectionName = (...ids: readonly string[]): string => ['selfsame', ...ids.map(escaped)].join('-');

const escaped = (id: string): string =>
  id.replaceAll(/[^A-Za-z0-9_]/gu, (character) => `.${character.codePointAt(0)?.toString(16)}.`);

function cropOf(template: Template): CropTemplate['crop'] {
  if ('crop' in template) return template.crop;
  throw new TypeError(`A template of ${template.modelSet} has no picture to search by.`);
}
