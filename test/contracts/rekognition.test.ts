import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { specimen } from '../../bin/specimen/specimen.ts';
import { DOCUMENT_MODELS } from '../../lambdas/vision/document/engine.ts';
import { integrator, type Json, type TestTenant } from '../support/client.ts';
import { portrait } from '../support/faces.ts';
import { type Pictured, startRekognition } from '../support/rekognition-server.ts';
import { type Service, startService } from '../support/service.ts';

/** People of these tests are colours: what stays of a picture on its way through the decoder, and in a crop. */
const colours = { red: '#e01010', green: '#10e010', blue: '#1010e0' } as const;
type Person = keyof typeof colours;

/** A JPEG of that person; each `pose` is a picture of its own. */
function photo(person: Person, pose = 0): Promise<Buffer> {
  const block = (left: number, top: number, size: number) => ({
    input: { create: { width: size, height: size, channels: 3 as const, background: '#201818' } },
    left,
    top,
  });
  const offset = (pose * 83) % 200;
  return sharp({ create: { width: 480, height: 480, channels: 3, background: colours[person] } })
    .composite([block(140 + offset, 150, 40), block(300 - offset, 160 + offset, 60)])
    .jpeg()
    .toBuffer();
}
const nobody = () =>
  sharp({ create: { width: 480, height: 480, channels: 3, background: '#777' } })
    .jpeg()
    .toBuffer();

const detail = {
  Pose: { Yaw: 0, Pitch: 0, Roll: 0 },
  Quality: { Sharpness: 90, Brightness: 60 },
  FaceOccluded: { Value: false, Confidence: 99 },
};

async function see(image: Buffer): Promise<readonly Pictured[]> {
  const { channels } = await sharp(image).stats();
  if (channels.every(({ stdev }) => stdev < 3)) return [];
  const means = channels.map(({ mean }) => mean);
  const person = (['red', 'green', 'blue'] as const).find((_, i) =>
    means.every((mean, j) => (i === j ? mean > 140 : mean < 90)),
  );
  return [{ person: person ?? 'print', detail }];
}
/** The holder of the printed passport is green. */
const likeness = (a: string, b: string) => (a === b ? 99.8 : [a, b].toSorted().join() === 'green,print' ? 99.2 : 3);

let rekognition: Awaited<ReturnType<typeof startRekognition>>;
let service: Service;
let client: ReturnType<typeof integrator>;
let acme: TestTenant;
beforeAll(async () => {
  rekognition = await startRekognition({ see, similarity: likeness });
  service = await startService({
    environment: {
      FACE_ENGINE: 'rekognition',
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'example',
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL_REKOGNITION: rekognition.client.endpoint,
    },
  });
  client = integrator(service);
  acme = await client.tenant({ settings: { requireLiveness: false } });
});
afterAll(async () => {
  await service.remove();
  await rekognition.stop();
});

const post = (path: string, body: unknown, method = 'POST') =>
  client.api(method, path, { key: acme.keys.skLive, body });
const base64 = async (person: Person, pose = 0) => (await photo(person, pose)).toString('base64');

test('readiness names Rekognition and our own models for documents, and says what it cannot judge', async () => {
  const { status, body } = await client.api('GET', '/ready');
  expect(status).toBe(200);
  expect(body.modelSet).toBe('rekognition/1');
  expect(Object.keys(body.models).every((id) => DOCUMENT_MODELS.includes(id))).toBe(true);
  expect(body.missing).toMatchObject({ liveness: expect.any(String), parallax: expect.any(String) });
});

describe('a submission', () => {
  const submitted = async (person: Person): Promise<Json> => {
    const docFront = await specimen({ portrait: await portrait('ana') });
    const images = await client.uploaded(
      acme.keys.pkLive,
      { docFront, selfie: await photo(person) },
      { documentType: 'passport', submittedFullName: 'Anna Maria Eriksson' },
    );
    await client.api('POST', '/v1/verify/submit', { key: acme.keys.pkLive, body: images });
    return client.verdict(acme.keys.skLive, images.verificationId);
  };

  test('is judged by our reading of the document and by Rekognition on the faces', async () => {
    const { verdict, scores, signals } = await submitted('green');
    expect(verdict).not.toBe('rejected');
    expect(scores.faceMatch).toBe(92);
    expect(signals.find(({ name }: Json) => name === 'liveness')).toMatchObject({ score: null });
  });

  test('of a stranger is rejected', async () => {
    expect(await submitted('red')).toMatchObject({
      verdict: 'rejected',
      scores: { faceMatch: expect.closeTo(1.88, 1) },
    });
  });
});

describe('a step-up', () => {
  const frames = async (person: Person, ...poses: number[]) => Promise.all(poses.map((pose) => base64(person, pose)));

  test('compares with what Rekognition keeps of the user, and nothing is kept once the user is erased', async () => {
    const enrolled = await post('/v1/enroll', { user_id: 'u-1', frames: await frames('blue', 1, 2) });
    expect(enrolled.status, enrolled.text).toBe(200);
    expect(rekognition.facesKept()).toBe(2);
    const verified = await post('/v1/verify', { user_id: 'u-1', action: 'wire', frames: await frames('blue', 3) });
    expect(verified.body).toMatchObject({ match: true, score: 0.98, model_set: 'rekognition/1' });
    const stranger = await post('/v1/verify', { user_id: 'u-1', action: 'wire', frames: await frames('red', 4) });
    expect(stranger.status).toBe(422);
    const erased = await post('/v1/delete', { user_id: 'u-1' }, 'DELETE');
    expect(erased.status, erased.text).toBe(200);
    expect(rekognition.facesKept()).toBe(0);
    expect(rekognition.collections()).toEqual([]);
  });

  test('without a face, and one that Rekognition has no room for, are told apart', async () => {
    await post('/v1/enroll', { user_id: 'u-2', frames: await frames('green', 1) });
    const empty = await post('/v1/verify', {
      user_id: 'u-2',
      action: 'wire',
      frames: [(await nobody()).toString('base64')],
    });
    expect(empty.status).toBe(422);
    rekognition.fail('ProvisionedThroughputExceededException', 4);
    const busy = await post('/v1/verify', { user_id: 'u-2', action: 'wire', frames: await frames('green', 2) });
    expect(busy.status).toBe(503);
    expect(busy.headers.get('retry-after')).toBe('1');
    expect(busy.text).not.toMatch(/Throughput|rekognition/i);
  });
});

describe('what is not the caller’s doing', () => {
  const balance = async () => (await client.admin('GET', `/v1/admin/tenants/${acme.tenantId}/credits`)).body.balance;
  const enroll = async (user: string) =>
    expect((await post('/v1/enroll', { user_id: user, frames: [await base64('blue', 5)] })).status).toBe(200);
  const verify = async (user: string) =>
    post('/v1/verify', { user_id: user, action: 'wire', frames: [await base64('blue', 6)] });

  test.each([
    ['too much at once', 'ProvisionedThroughputExceededException', 4, 503, 'maintenance', '1'],
    ['a fault', 'AccessDeniedException', 1, 500, 'internal_error', null],
  ] as const)(
    'L-51 %s has its code, names nobody else and costs nothing; the same call works later',
    async (...row) => {
      const [what, exception, times, status, code, retryAfter] = row;
      const user = `u-${what}`;
      await enroll(user);
      const before = await balance();
      rekognition.fail(exception, times);
      const failed = await verify(user);
      expect(failed).toMatchObject({ status, body: { error: code, code, request_id: expect.any(String) } });
      expect(failed.headers.get('retry-after')).toBe(retryAfter);
      expect(failed.headers.get('x-request-id')).toBe(failed.body.request_id);
      expect(failed.text).not.toMatch(/exception|throughput|denied|rekognition|aws/i);
      expect(await balance()).toBe(before);
      expect((await verify(user)).body).toMatchObject({ match: true });
      expect(await balance()).toBe(before - 1);
    },
  );
});

describe('a person of a collection', () => {
  test('is found by Rekognition from the next search on, and gone from it with the person, and all with the collection', async () => {
    const before = rekognition.facesKept();
    const made = await post('/v2/face-recognition/collections', { name: 'Staff', description: 'Door' });
    const collection = made.body.data._id;
    const person = await post('/v2/face-recognition/persons', {
      name: 'Green',
      images: [await base64('green', 7)],
      collections: [collection],
    });
    expect(person.status, person.text).toBeLessThan(300);
    expect(rekognition.facesKept()).toBe(before + 1);
    const search = async (who: Person) =>
      post('/v2/face-recognition/search', { collection_id: collection, images: [await base64(who, 9)] });
    const found = await search('green');
    expect(found.text).toContain('Green');
    expect((await search('red')).text).not.toContain('Green');
    await client.api('DELETE', `/v2/face-recognition/persons/${person.body.data._id}`, { key: acme.keys.skLive });
    expect(rekognition.facesKept()).toBe(before);
    expect((await search('green')).text).not.toContain('Green');
    await client.api('DELETE', `/v2/face-recognition/collections/${collection}`, { key: acme.keys.skLive });
    expect(rekognition.collections()).not.toContain(`selfsame-${acme.tenantId}-live-${collection}`);
  });
});

test('no picture leaves the service larger than Rekognition takes, and no face goes into the log', () => {
  for (const { input } of rekognition.calls) {
    for (const picture of [input.Image, input.SourceImage, input.TargetImage] as ({ Bytes: string } | undefined)[])
      expect(picture?.Bytes.length ?? 0).toBeLessThan((5 * 1024 * 1024 * 4) / 3);
  }
  expect(service.log()).not.toMatch(/\/9j\/|AKIAEXAMPLE/);
});
