import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rekognitionClient, vectorsClient } from '../../lambdas/adapters/aws-clients.ts';
import { rekognitionGallery } from '../../lambdas/adapters/rekognition-gallery.ts';
import { vectorsGallery } from '../../lambdas/adapters/vectors-gallery.ts';
import { measured, type Template } from '../../lambdas/domain/evidence.ts';
import type { Gallery, GalleryRef } from '../../lambdas/ports/people.ts';
import { createVectors } from '../../local/vectors/vectors.ts';
import { serveCloud } from '../local/serve-cloud.ts';
import { picture, startRekognition } from '../support/rekognition-server.ts';
import { fresh } from './stores.ts';

interface Started {
  readonly gallery: Gallery;
  /** What an engine makes of a picture of that person, a number. */
  readonly face: (person: number) => Template;
  readonly stop: () => Promise<void>;
}

async function inVectors(): Promise<Started> {
  const cloud = await serveCloud(createVectors);
  cloud.service.ensureBucket('faces');
  const client = vectorsClient(cloud.client);
  const apart = (a: Template, b: Template) =>
    'vector' in a && 'vector' in b ? Math.abs((a.vector[0] ?? 0) - (b.vector[0] ?? 0)) : Number.NaN;
  return {
    gallery: vectorsGallery({ client, bucket: 'faces', dimension: 4 }, async (a, b) => measured(1 / (1 + apart(a, b)))),
    face: (person) => ({ modelSet: 'a/1', vector: Float32Array.of(person) }),
    stop: async () => {
      client.destroy();
      await cloud.close();
    },
  };
}

async function inRekognition(): Promise<Started> {
  const service = await startRekognition({ similarity: (a, b) => 100 / (1 + Math.abs(Number(a) - Number(b))) });
  const client = rekognitionClient(service.client);
  return {
    gallery: rekognitionGallery(client),
    face: (person) => ({ modelSet: 'rekognition/1', crop: picture({ person: String(person) }) }),
    stop: async () => {
      client.destroy();
      await service.stop();
    },
  };
}

describe.each([
  ['S3 Vectors', inVectors],
  ['Rekognition', inRekognition],
])('faces in %s', (_, start) => {
  let gallery: Gallery;
  let face: Started['face'];
  let stop: Started['stop'];
  beforeAll(async () => {
    ({ gallery, face, stop } = await start());
  });
  afterAll(() => stop());

  const newRef = (): GalleryRef => ({ tenantId: fresh('ten'), mode: 'live', collection: fresh('col') });
  const created = async (): Promise<GalleryRef> => {
    const ref = newRef();
    await gallery.create(ref);
    return ref;
  };
  const found = async (ref: GalleryRef, person: number, limit = 10) =>
    (await gallery.search(ref, face(person), limit))?.map(({ faceId }) => faceId);

  it('are found from the next search on, best first, no more than asked for', async () => {
    const ref = await created();
    for (const person of [3, 1, 9]) await gallery.put(ref, `f${person}`, face(person));
    expect(await found(ref, 1)).toEqual(['f1', 'f3', 'f9']);
    expect(await found(ref, 8, 1)).toEqual(['f9']);
    const scores = ((await gallery.search(ref, face(3), 3)) ?? []).map(({ similarity }) => similarity);
    expect(scores[0]).toBe(1);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  });

  it('are gone from the next search on, once deleted by what was kept of them', async () => {
    const ref = await created();
    const template = (await gallery.put(ref, 'f1', face(1))) as Template;
    await gallery.put(ref, 'f2', face(2));
    await gallery.delete(ref, [{ faceId: 'f1', template }]);
    expect(await found(ref, 1)).toEqual(['f2']);
    await gallery.delete(ref, [{ faceId: 'f1', template }]);
    await gallery.delete(ref, []);
    expect(await found(ref, 1)).toEqual(['f2']);
  });

  it('have a collection that is there, or is told to be missing, whatever is asked of it', async () => {
    const ref = newRef();
    expect(await gallery.search(ref, face(1), 1)).toBeUndefined();
    expect(await gallery.put(ref, 'f', face(1))).toBeUndefined();
    await gallery.drop(ref);
    await gallery.create(ref);
    expect(await gallery.search(ref, face(1), 1)).toEqual([]);
    const template = (await gallery.put(ref, 'f', face(1))) as Template;
    await gallery.create(ref);
    expect(await found(ref, 1)).toEqual(['f']);
    await gallery.drop(ref);
    expect(await gallery.search(ref, face(1), 1)).toBeUndefined();
    await gallery.delete(ref, [{ faceId: 'f', template }]);
    await gallery.create(ref);
    expect(await found(ref, 1)).toEqual([]);
  });

  const id = fc.oneof(
    fc.stringMatching(/^[A-Za-z0-9]{1,3}$/),
    fc.constantFrom('a', 'A', 'a-live-a', 'live', '","', 'a/b', '.2d.', 'ä', ''),
  );
  const anyRef: fc.Arbitrary<GalleryRef> = fc.record({
    tenantId: id,
    mode: fc.constantFrom('live', 'test'),
    collection: id,
  });
  const ref = (tenantId: string, mode: GalleryRef['mode'], collection: string): GalleryRef => ({
    tenantId,
    mode,
    collection,
  });

  it('of two tenants never meet in a search, whatever their ids, modes and collections are called', async () => {
    await fc.assert(
      fc.asyncProperty(anyRef, anyRef, async (mine, theirs) => {
        fc.pre(JSON.stringify(mine) !== JSON.stringify(theirs));
        await Promise.all([gallery.create(mine), gallery.create(theirs)]);
        await gallery.put(theirs, 'theirs', face(1));
        expect(await found(mine, 1)).toEqual([]);
        await gallery.drop(mine);
        expect(await found(theirs, 1)).toEqual(['theirs']);
        await gallery.drop(theirs);
      }),
      {
        numRuns: 60,
        examples: [
          [ref('ten_1', 'live', 'col'), ref('ten_2', 'live', 'col')],
          [ref('ten_1', 'live', 'col'), ref('ten_1', 'test', 'col')],
          [ref('x', 'live', 'live-y'), ref('x-live', 'live', 'y')],
          [ref('x', 'live', 'livey'), ref('xlive', 'live', 'y')],
        ],
      },
    );
  });
});
