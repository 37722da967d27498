import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rekognitionClient } from '../../lambdas/adapters/aws-clients.ts';
import { PICTURE_LIMITS, type PictureInHand, rekognitionFaces } from '../../lambdas/adapters/rekognition-faces.ts';
import { rekognitionGallery } from '../../lambdas/adapters/rekognition-gallery.ts';
import { Overload } from '../../lambdas/domain/error.ts';
import type { Box, CropTemplate, Face, IndexedTemplate } from '../../lambdas/domain/evidence.ts';
import { fail, ok } from '../../lambdas/domain/result.ts';
import type { GalleryRef } from '../../lambdas/ports/people.ts';
import type { Faces } from '../../lambdas/ports/vision.ts';
import { type Pictured, picture, startRekognition } from '../support/rekognition-server.ts';
import { fresh } from './stores.ts';

let service: Awaited<ReturnType<typeof startRekognition>>;
let client: ReturnType<typeof rekognitionClient>;
let impatient: typeof client;
let faces: Faces;
const cuts: Box[] = [];
/** How alike who is, unless one is the other. */
const alike: Record<string, number> = { 'ana bea': 10, 'ana twin': 97, 'bea twin': 10 };

/** Pictures of these tests are 800 × 600; what is cut out of one shows the same faces. */
const hold = (image: Uint8Array): PictureInHand => ({
  width: 800,
  height: 600,
  jpeg: image,
  cut: async (box) => {
    cuts.push(box);
    return { crop: image, fingerprint: Buffer.from(image).toString('hex').padEnd(64, '0').slice(0, 64) };
  },
});

beforeAll(async () => {
  service = await startRekognition({
    similarity: (a, b) => (a === b ? 99.8 : (alike[[a, b].toSorted().join(' ')] ?? 10)),
  });
  client = rekognitionClient(service.client);
  impatient = rekognitionClient({ ...service.client, maxAttempts: 1 });
  faces = rekognitionFaces({ client, openPicture: async (image) => ok(hold(image)) });
});
afterAll(async () => {
  client.destroy();
  impatient.destroy();
  await service.stop();
});
beforeEach(() => {
  service.calls.length = 0;
  cuts.length = 0;
});

const ana: Pictured = { person: 'ana' };
const bea: Pictured = { person: 'bea' };
const crop = (...pictured: Pictured[]): CropTemplate => ({ modelSet: 'rekognition/1', crop: picture(...pictured) });

async function read(image: Uint8Array) {
  const reading = await faces.readFace(image);
  if (!reading.ok) throw new Error(reading.error);
  return reading.value;
}
const faceOf = async (...pictured: Pictured[]): Promise<Face> => (await read(picture(...pictured))).face as Face;

describe('a face read by Rekognition', () => {
  it('is measured in pixels of the upload, and kept as a picture alone', async () => {
    const detail = {
      Pose: { Yaw: 12, Pitch: -4, Roll: 2 },
      Quality: { Sharpness: 85, Brightness: 55 },
      EyesOpen: { Value: true, Confidence: 100 },
      FaceOccluded: { Value: false, Confidence: 99 },
    };
    const image = picture({ person: 'ana', box: { Left: 0.25, Top: 0.2, Width: 0.5, Height: 0.6 }, detail });
    const { faces: count, face, stages } = await read(image);
    const box = { x: 200, y: 120, width: 400, height: 360 };
    expect(count).toBe(1);
    expect(face).toEqual({
      box,
      detection: expect.closeTo(0.999, 6),
      pose: { yaw: 12, pitch: -4, roll: 2 },
      quality: 1,
      reasons: [],
      template: { modelSet: 'rekognition/1', crop: image },
      olderTemplates: [],
      expression: { eyes: 0.28, mouth: 0, smile: 0.55 },
      landmarks: new Float32Array(),
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      liveness: { unavailable: expect.stringContaining('liveness') },
    });
    expect(cuts).toEqual([box]);
    expect(stages).toEqual({ decode: expect.any(Number), rekognition: expect.any(Number) });
  });

  it('is the largest of all that are counted', async () => {
    const near = { person: 'ana', box: { Left: 0.1, Top: 0.1, Width: 0.5, Height: 0.5 } };
    const far = { person: 'bea', box: { Left: 0.7, Top: 0.1, Width: 0.1, Height: 0.2 } };
    const { faces: count, face } = await read(picture(far, near));
    expect(count).toBe(2);
    expect(face?.box).toMatchObject({ x: 80, width: 400 });
  });

  it('is none where there is none', async () => {
    expect(await read(picture())).toEqual({ faces: 0, stages: expect.anything() });
    expect(cuts).toEqual([]);
  });

  it('costs one call, which asks for no more than is used', async () => {
    await read(picture(ana));
    expect(service.calls.map(({ operation, input }) => [operation, input.Attributes])).toEqual([
      ['DetectFaces', ['DEFAULT', 'EYES_OPEN', 'MOUTH_OPEN', 'SMILE', 'FACE_OCCLUDED']],
    ]);
  });

  it('says what it cannot judge, and by which models it judges', () => {
    expect(faces.capabilities).toEqual({
      modelSet: 'rekognition/1',
      models: {},
      missing: { liveness: expect.any(String), parallax: expect.any(String) },
    });
  });
});

describe('an upload that cannot be looked at', () => {
  it('is refused by our own decoder before Rekognition is asked', async () => {
    const refusing = rekognitionFaces({ client, openPicture: async () => fail('image_truncated') });
    expect(await refusing.readFace(picture(ana))).toEqual(fail('image_truncated'));
    expect(service.calls).toEqual([]);
  });

  it('is refused with our own fault where Rekognition refuses it', async () => {
    expect(await faces.readFace(Buffer.from('GIF89a'))).toEqual(fail('image_unsupported_format'));
    const tooLarge = Buffer.concat([picture(ana), Buffer.alloc(5 * 1024 * 1024)]);
    expect(await faces.readFace(tooLarge)).toEqual(fail('image_too_many_pixels'));
    expect(PICTURE_LIMITS.maxBytes).toBeLessThanOrEqual(5 * 1024 * 1024);
  });
});

describe('two faces compared', () => {
  it('are alike by the score of their similarity, also far below the default threshold of the service', async () => {
    expect(await faces.compare(crop(ana), crop(ana))).toEqual({ value: expect.closeTo(0.98, 6) });
    expect(await faces.compare(crop(ana), crop({ person: 'twin' }))).toEqual({ value: expect.closeTo(0.85, 6) });
    expect(await faces.compare(crop(ana), crop(bea))).toEqual({ value: expect.closeTo(0.0625, 6) });
  });

  it('are not alike because somebody smaller in the second picture is', async () => {
    const behind = { person: 'ana', box: { Left: 0, Top: 0, Width: 0.1, Height: 0.1 } };
    expect(await faces.compare(crop(ana), crop(bea, behind))).toEqual({ value: expect.closeTo(0.0625, 6) });
    expect(await faces.compare(crop(behind, bea), crop(ana))).toEqual({ value: expect.closeTo(0.0625, 6) });
  });

  it('cannot be where one crop has no face, or another engine made one of them', async () => {
    expect(await faces.compare(crop(), crop(ana))).toEqual({ unavailable: expect.stringContaining('no face') });
    expect(await faces.compare(crop(ana), crop())).toEqual({ unavailable: expect.stringContaining('no face') });
    const vector = { modelSet: 'dlib-mesh68/2', vector: new Float32Array(128) };
    service.calls.length = 0;
    expect(await faces.compare(crop(ana), vector)).toEqual({ unavailable: expect.stringContaining('dlib-mesh68/2') });
    expect(await faces.compare(vector, crop(ana))).toEqual({ unavailable: expect.stringContaining('dlib-mesh68/2') });
    expect(service.calls).toEqual([]);
  });
});

describe('a kept face compared with a picture', () => {
  const enrolled = async (...people: string[]): Promise<readonly [GalleryRef, ...IndexedTemplate[]]> => {
    const ref: GalleryRef = { tenantId: fresh('ten'), mode: 'live', collection: 'c' };
    const gallery = rekognitionGallery(client);
    await gallery.create(ref);
    const kept: IndexedTemplate[] = [];
    for (const [i, person] of people.entries())
      kept.push((await gallery.put(ref, `f${i}`, crop({ person }))) as IndexedTemplate);
    return [ref, ...kept];
  };

  it('is alike by its own similarity, whoever else in the collection is more alike, and in either order', async () => {
    const [, twin] = await enrolled('twin', 'ana', 'bea');
    const measure = { value: expect.closeTo(0.85, 6) };
    expect(await faces.compare(crop(ana), twin as IndexedTemplate)).toEqual(measure);
    expect(await faces.compare(twin as IndexedTemplate, crop(ana))).toEqual(measure);
    const stranger = { value: expect.closeTo(0.0625, 6) };
    expect(await faces.compare(crop(bea), twin as IndexedTemplate)).toEqual(stranger);
  });

  it('is not alike where a hundred others are more alike', async () => {
    const [, bearer] = await enrolled('bea', ...Array<string>(100).fill('ana'));
    expect(await faces.compare(crop(ana), bearer as IndexedTemplate)).toEqual({ value: 0 });
  });

  it('cannot be where it, its collection or the face in the picture is gone', async () => {
    const [ref, kept] = await enrolled('ana', 'bea');
    const template = kept as IndexedTemplate;
    expect(await faces.compare(crop(), template)).toEqual({ unavailable: expect.stringContaining('no face') });
    const gallery = rekognitionGallery(client);
    await gallery.delete(ref, [{ faceId: 'f0', template }]);
    expect(await faces.compare(crop(ana), template)).toEqual({ unavailable: expect.stringContaining('any more') });
    await gallery.drop(ref);
    expect(await faces.compare(crop(ana), template)).toEqual({ unavailable: expect.stringContaining('gone') });
    expect(await faces.compare(template, template)).toEqual({ unavailable: expect.stringContaining('picture') });
  });
});

describe('two frames', () => {
  it('are of one person or not, and differ by their fingerprints; depth cannot be seen', async () => {
    const [first, second] = [await faceOf(ana), await faceOf({ ...ana, detail: { Pose: { Yaw: 20 } } })];
    const { samePerson, parallax, difference } = await faces.relate(first, second);
    expect(samePerson).toEqual({ value: expect.closeTo(0.98, 6) });
    expect(parallax).toEqual({ unavailable: expect.stringContaining('points') });
    expect(difference).toBeGreaterThanOrEqual(0);
    expect((await faces.relate(first, first)).difference).toBe(0);
  });
});

describe('Rekognition at its limits', () => {
  it.each([
    ['ThrottlingException', 400],
    ['ProvisionedThroughputExceededException', 400],
    ['InternalServerError', 500],
  ])('%s passes with the next attempt, and is said where there is none', async (name, status) => {
    service.fail(name, 1, status);
    expect((await read(picture(ana))).faces).toBe(1);
    expect(service.calls).toHaveLength(2);
    const given = rekognitionFaces({ client: impatient, openPicture: async (image) => ok(hold(image)) });
    service.fail(name, 2, status);
    await expect(given.readFace(picture(ana))).rejects.toThrow(Overload);
    await expect(given.compare(crop(ana), crop(bea))).rejects.toThrow(Overload);
  });

  it.each(['AccessDeniedException', 'InvalidS3ObjectException', 'UnrecognizedClientException'])(
    '%s is a fault of ours: it comes through, and is not tried again',
    async (name) => {
      service.fail(name);
      const error = await faces.readFace(picture(ana)).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name });
      expect(error).not.toBeInstanceOf(Overload);
      expect(service.calls).toHaveLength(1);
    },
  );
});
