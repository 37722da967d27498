import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rekognitionClient } from '../../lambdas/adapters/aws-clients.ts';
import { rekognitionGallery } from '../../lambdas/adapters/rekognition-gallery.ts';
import { Overload } from '../../lambdas/domain/error.ts';
import type { CropTemplate, Template } from '../../lambdas/domain/evidence.ts';
import type { Gallery, GalleryRef } from '../../lambdas/ports/people.ts';
import { type Pictured, picture, startRekognition } from '../support/rekognition-server.ts';
import { fresh } from './stores.ts';

let service: Awaited<ReturnType<typeof startRekognition>>;
let client: ReturnType<typeof rekognitionClient>;
let gallery: Gallery;
beforeAll(async () => {
  service = await startRekognition();
  client = rekognitionClient({ ...service.client, maxAttempts: 1 });
  gallery = rekognitionGallery(client);
});
afterAll(async () => {
  client.destroy();
  await service.stop();
});
beforeEach(() => {
  service.calls.length = 0;
});

const crop = (...pictured: Pictured[]): CropTemplate => ({ modelSet: 'rekognition/1', crop: picture(...pictured) });
const ana = crop({ person: 'ana' });
const created = async (): Promise<GalleryRef> => {
  const ref: GalleryRef = { tenantId: fresh('ten'), mode: 'live', collection: fresh('col') };
  await gallery.create(ref);
  return ref;
};

describe('a collection in Rekognition', () => {
  it('is named after tenant, mode and collection, in what names may hold', async () => {
    await gallery.create({ tenantId: 'tn_A1', mode: 'test', collection: '64b7f0c2a1' });
    await gallery.create({ tenantId: 'tn_A1', mode: 'live', collection: 'é/ x' });
    expect(service.collections()).toEqual(['selfsame-tn_A1-test-64b7f0c2a1', 'selfsame-tn_A1-live-.e9..2f..20.x']);
  });

  it('keeps a face by an id of the service, which the template holds and ours goes along with', async () => {
    const ref = await created();
    const template = await gallery.put(ref, 'face_1', ana);
    expect(template).toEqual({
      modelSet: 'rekognition/1',
      collection: `selfsame-${ref.tenantId}-live-${ref.collection}`,
      faceId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(service.calls.at(-1)).toMatchObject({
      operation: 'IndexFaces',
      input: { ExternalImageId: 'face_1', MaxFaces: 1, QualityFilter: 'NONE' },
    });
    expect(await gallery.search(ref, ana, 5)).toEqual([{ faceId: 'face_1', similarity: expect.closeTo(0.98, 6) }]);
  });

  it('lists also those who are hardly alike, so that the caller decides', async () => {
    const ref = await created();
    await gallery.put(ref, 'bea', crop({ person: 'bea' }));
    expect(await gallery.search(ref, ana, 1_000_000)).toEqual([
      { faceId: 'bea', similarity: expect.closeTo(0.0625, 6) },
    ]);
    expect(service.calls.at(-1)?.input).toMatchObject({ MaxFaces: 4096, FaceMatchThreshold: 0 });
  });

  it('finds nobody for a picture without a face, and keeps no such picture', async () => {
    const ref = await created();
    await gallery.put(ref, 'f', ana);
    expect(await gallery.search(ref, crop(), 5)).toEqual([]);
    await expect(gallery.put(ref, 'g', crop())).rejects.toThrow('no face');
  });

  it('loses faces by their templates; those of another engine or collection were never in it', async () => {
    const [ref, other] = [await created(), await created()];
    const kept = (await gallery.put(ref, 'f', ana)) as Template;
    const elsewhere = (await gallery.put(other, 'f', ana)) as Template;
    const vector = { modelSet: 'dlib-mesh68/2', vector: new Float32Array(128) };
    service.calls.length = 0;
    await gallery.delete(ref, [
      { faceId: 'f', template: vector },
      { faceId: 'f', template: elsewhere },
    ]);
    expect(service.calls).toEqual([]);
    await gallery.delete(ref, [{ faceId: 'f', template: kept }]);
    await gallery.delete(ref, [{ faceId: 'f', template: kept }]);
    expect(await gallery.search(ref, ana, 5)).toEqual([]);
    expect(await gallery.search(other, ana, 5)).toHaveLength(1);
  });

  it('loses a face whose template was lost by our id, and no other face', async () => {
    const ref = await created();
    const lost = { modelSet: 'rekognition/1', vector: new Float32Array() };
    await gallery.delete({ ...ref, collection: 'none' }, [{ faceId: 'f', template: lost }]);
    for (const id of ['g', 'h', 'f', 'i', 'f']) await gallery.put(ref, id, ana);
    await gallery.delete(ref, [{ faceId: 'f', template: lost }]);
    expect((await gallery.search(ref, ana, 5))?.map(({ faceId }) => faceId)).toEqual(['g', 'h', 'i']);
  });

  it('is asked with a picture only', async () => {
    const ref = await created();
    const vector = { modelSet: 'dlib-mesh68/2', vector: new Float32Array(128) };
    await expect(gallery.put(ref, 'f', vector)).rejects.toThrow(TypeError);
    await expect(gallery.search(ref, vector, 1)).rejects.toThrow(TypeError);
  });

  it('that cannot be reached for now is no empty one', async () => {
    const ref = await created();
    service.fail('ProvisionedThroughputExceededException');
    await expect(gallery.search(ref, ana, 1)).rejects.toThrow(Overload);
    service.fail('InvalidParameterException', 1, 400, 'Request has invalid parameters');
    await expect(gallery.search(ref, ana, 1)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    service.fail('AccessDeniedException');
    await expect(gallery.drop(ref)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    service.fail('ServiceQuotaExceededException');
    await expect(gallery.put(ref, 'f', ana)).rejects.toMatchObject({ name: 'ServiceQuotaExceededException' });
  });
});
