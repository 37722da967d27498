import type { S3VectorsClient } from '@aws-sdk/client-s3vectors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { vectorsClient } from '../../lambdas/adapters/aws-clients.ts';
import { vectorsGallery } from '../../lambdas/adapters/vectors-gallery.ts';
import { Overload } from '../../lambdas/domain/error.ts';
import { measured, type Template, unavailable, type VectorTemplate } from '../../lambdas/domain/evidence.ts';
import type { Gallery, GalleryRef } from '../../lambdas/ports/people.ts';
import type { Faces } from '../../lambdas/ports/vision.ts';
import { createVectors, type Vectors } from '../../local/vectors/vectors.ts';
import { type ServedCloud, serveCloud } from '../local/serve-cloud.ts';
import { fresh } from './stores.ts';

const DIMENSION = 8;
const vectorOf = (template: Template) => (template as VectorTemplate).vector;
const face = (modelSet: string, ...values: number[]): VectorTemplate => ({
  modelSet,
  vector: Float32Array.from(values),
});

/** Judges by the first number alone, so that its order is not the index's. */
const byFirst: Faces['compare'] = async (a, b) =>
  a.modelSet === b.modelSet && vectorOf(a).length === vectorOf(b).length
    ? measured(1 / (1 + Math.abs((vectorOf(a)[0] ?? 0) - (vectorOf(b)[0] ?? 0))))
    : unavailable('Not of one model set.');

let cloud: ServedCloud<Vectors>;
let client: S3VectorsClient;
const galleryWith = (compare: Faces['compare']): Gallery =>
  vectorsGallery({ client, bucket: 'faces', dimension: DIMENSION }, compare);
let gallery: Gallery;

beforeAll(async () => {
  cloud = await serveCloud(createVectors);
  cloud.service.ensureBucket('faces');
  client = vectorsClient(cloud.client);
  gallery = galleryWith(byFirst);
});
afterAll(async () => {
  client.destroy();
  await cloud.close();
});

const newRef = (more: Partial<GalleryRef> = {}): GalleryRef => ({
  tenantId: fresh('ten'),
  mode: 'live',
  collection: fresh('col'),
  ...more,
});
const created = async (more?: Partial<GalleryRef>): Promise<GalleryRef> => {
  const ref = newRef(more);
  await gallery.create(ref);
  return ref;
};
const kept = (...ids: string[]) => ids.map((faceId) => ({ faceId, template: face('a/1') }));
const found = async (ref: GalleryRef, probe: Template, limit = 10) =>
  (await gallery.search(ref, probe, limit))?.map(({ faceId }) => faceId);

describe('faces in S3 Vectors', () => {
  it('are replaced under their id, and kept as they are', async () => {
    const ref = await created();
    const template = face('a/1', 1, 2);
    expect(await gallery.put(ref, 'f1', template)).toBe(template);
    await gallery.put(ref, 'f1', face('a/1', 4, 2));
    expect(await gallery.search(ref, template, 5)).toEqual([{ faceId: 'f1', similarity: 0.25 }]);
  });

  it('come in the order of the exact comparison, not of their distance', async () => {
    const ref = await created();
    await gallery.put(ref, 'near', face('a/1', 1, 0));
    await gallery.put(ref, 'alike', face('a/1', 0, 9));
    await gallery.put(ref, 'neither', face('a/1', 5, 9));
    const probe = face('a/1', 0, 0);
    expect(await found(ref, probe)).toEqual(['alike', 'near', 'neither']);
  });

  it('are compared as they were put, without the zeros that fill them up', async () => {
    const seen: Template[] = [];
    const recording = galleryWith(async (a, b) => {
      seen.push(a, b);
      return measured(1);
    });
    const ref = await created();
    const enrolled = face('a/1', 0.1, -1e-7, 3);
    await gallery.put(ref, 'f', enrolled);
    const probe = face('a/1', 0, 0, 1);
    await recording.search(ref, probe, 1);
    expect(seen).toEqual([probe, enrolled]);
  });

  it('of another model set are not among those found, though nearer', async () => {
    const ref = await created();
    await gallery.put(ref, 'old', face('a/1', 1));
    await gallery.put(ref, 'new', face('a/2', 9));
    expect(await found(ref, face('a/2', 1))).toEqual(['new']);
    expect(await found(ref, face('a/1', 9))).toEqual(['old']);
    expect(await found(ref, face('b/1', 9))).toEqual([]);
  });

  it('that cannot be compared are not found', async () => {
    const ref = await created();
    await gallery.put(ref, 'f', face('a/1', 1));
    const refusing = galleryWith(async () => unavailable('Not now.'));
    expect(await refusing.search(ref, face('a/1', 1), 1)).toEqual([]);
  });

  it('are judged a hundred at a time, the nearest', async () => {
    const ref = await created();
    for (let i = 0; i < 120; i++) await gallery.put(ref, `f${i}`, face('a/1', i));
    const all = await found(ref, face('a/1', 0), 1000);
    expect(all).toEqual(Array.from({ length: 100 }, (_, i) => `f${i}`));
    await gallery.delete(ref, kept(...Array.from({ length: 620 }, (_, i) => `f${i}`)));
    expect(await found(ref, face('a/1', 0))).toEqual([]);
  });

  it('are refused where they do not fit: too long a vector, or none', async () => {
    const ref = await created();
    await expect(gallery.put(ref, 'f', face('a/1', ...Array(DIMENSION + 1).fill(1)))).rejects.toThrow(RangeError);
    const crop = { modelSet: 'rekognition', crop: new Uint8Array(1) };
    await expect(gallery.put(ref, 'f', crop)).rejects.toThrow(TypeError);
    await expect(gallery.search(ref, crop, 1)).rejects.toThrow(TypeError);
  });
});

it('a collection that goes between the two steps of a search was not there', async () => {
  const ref = await created();
  await gallery.put(ref, 'f', face('a/1', 1));
  const interrupted = vectorsClient(cloud.client);
  interrupted.middlewareStack.add(
    (next, { commandName }) =>
      async (call) => {
        if (commandName === 'GetVectorsCommand') await gallery.drop(ref);
        return next(call);
      },
    { step: 'initialize' },
  );
  const searched = vectorsGallery({ client: interrupted, bucket: 'faces', dimension: DIMENSION }, byFirst);
  expect(await searched.search(ref, face('a/1', 1), 1)).toBeUndefined();
  interrupted.destroy();
});

describe('an outage is no empty answer', () => {
  it('where the bucket cannot be reached or is not there, the error comes through', async () => {
    const away = vectorsClient({ ...cloud.client, endpoint: 'http://127.0.0.1:1' });
    const lost = vectorsGallery({ client: away, bucket: 'faces', dimension: DIMENSION }, byFirst);
    await expect(lost.search(newRef(), face('a/1', 1), 1)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    const nowhere = vectorsGallery({ client, bucket: 'no-such-bucket', dimension: DIMENSION }, byFirst);
    await expect(nowhere.create(newRef())).rejects.toThrow('could not be found');
  });

  it('where the quota is used up, it is said that this passes', async () => {
    const throttled = vectorsClient(cloud.client);
    const error = Object.assign(new Error('Slow down'), { name: 'TooManyRequestsException' });
    throttled.middlewareStack.add(() => () => Promise.reject(error), { step: 'build' });
    const busy = vectorsGallery({ client: throttled, bucket: 'faces', dimension: DIMENSION }, byFirst);
    await expect(busy.search(newRef(), face('a/1', 1), 1)).rejects.toThrow(Overload);
  });
});
