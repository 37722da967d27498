import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { portrait, selfie } from '../../support/faces.ts';
import { nothing } from '../../support/hostile-images.ts';
import { base64, newUser, type StepUpClient, stepUp } from './step-up.ts';

describe('step-up, enrolment', () => {
  let acme: StepUpClient;

  beforeAll(async () => {
    acme = await stepUp();
  });

  test('L-60 an enrolment answers with its id, its time and the frames used', async () => {
    const user = newUser();
    const { status, body } = await acme.enroll(user, [await portrait('cleo'), await selfie('cleo again')]);
    expect(status).toBe(200);
    expect(Object.keys(body).slice(0, 4)).toEqual(['user_id', 'enrolled_at', 'frames_used', 'embedding_id']);
    expect(body).toMatchObject({ user_id: user, frames_used: 2, embedding_id: expect.stringMatching(/^emb_\w{16}$/) });
    expect(Math.abs(Date.parse(body.enrolled_at) - Date.now())).toBeLessThan(10_000);
    expect(await acme.ledger()).toHaveLength(1);
  });

  test('L-48 L-60 a second enrolment is already_enrolled, and of two at once one wins', async () => {
    const user = await acme.enrolled();
    expect(await acme.enroll(user, [await portrait('cleo')])).toMatchObject({
      status: 409,
      body: { error: 'already_enrolled', code: 'already_enrolled' },
    });
    const raced = newUser();
    const frame = await portrait('bea');
    const all = await Promise.all(Array.from({ length: 4 }, () => acme.enroll(raced, [frame])));
    expect(all.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409]);
    const kept = await acme.api('GET', `/v1/users/${raced}`);
    expect(kept.body.embedding_id).toBe(all.find(({ status }) => status === 200)?.body.embedding_id);
  });

  test('L-10 an enrolment that is repeated under its key answers the same', async () => {
    const user = newUser();
    const frame = await portrait('bea');
    const first = await acme.enroll(user, [frame], { 'idempotency-key': 'enrol-1' });
    expect((await acme.enroll(user, [frame], { 'idempotency-key': 'enrol-1' })).text).toBe(first.text);
  });

  test('L-61 L-50 frames of two people, or too poor ones, are quality_below_threshold, and say what to do', async () => {
    const user = newUser();
    const two = await acme.enroll(user, [await portrait('bea'), await portrait('dora')]);
    expect(two).toMatchObject({ status: 422, body: { code: 'quality_below_threshold', reason: 'frames_disagree' } });
    const blurred = await sharp(await portrait('bea'))
      .blur(7)
      .jpeg()
      .toBuffer();
    const poor = await acme.enroll(user, [blurred]);
    expect(poor).toMatchObject({ status: 422, body: { code: 'quality_below_threshold' } });
    expect(poor.body.message).toMatch(/^Frame 1: .*blurred: hold still/);
    expect((await acme.api('GET', `/v1/users/${user}`)).status).toBe(404);
  });

  test('L-43 L-49 a frame without a face, or with three, enrols nobody', async () => {
    const user = newUser();
    const good = await portrait('bea');
    expect(await acme.enroll(user, [good, await nothing()])).toMatchObject({
      status: 422,
      body: { code: 'no_face_detected', message: expect.stringContaining('Frame 2') },
    });
    expect(await acme.enroll(user, [await crowd()])).toMatchObject({
      status: 422,
      body: { code: 'multiple_faces_detected' },
    });
    expect((await acme.api('GET', `/v1/users/${user}`)).status).toBe(404);
  });

  test.each([
    ['no frames', []],
    ['six frames', Array.from({ length: 6 }, () => '/9j/4AAQ')],
    ['one frame that is no JPEG', ['aGVsbG8=']],
    ['no list', 'frames'],
  ])('L-60 L-45 %s is invalid_request', async (_what, frames) => {
    const reply = await acme.post('/v1/enroll', { user_id: newUser(), frames });
    expect(reply).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });

  test('L-58 a user of one tenant is nobody to another', async () => {
    const other = await stepUp();
    const user = await acme.enrolled();
    const photo = await acme.genuine();
    expect(await other.verify(user, [photo])).toMatchObject({ status: 404, body: { code: 'user_not_enrolled' } });
    expect((await other.api('GET', `/v1/users/${user}`)).status).toBe(404);
    expect((await other.enroll(user, [await portrait('dora')])).status).toBe(200);
    expect((await acme.verify(user, [photo])).status).toBe(200);
  });

  test('L-62 erased: the face is gone, tokens are revoked, the time is told again, and the user can enrol anew', async () => {
    const user = await acme.enrolled();
    const photo = await acme.genuine();
    const { body: verified } = await acme.verify(user, [photo]);
    const first = await acme.api('DELETE', '/v1/delete', { user_id: user });
    expect(first).toMatchObject({
      status: 200,
      body: { user_id: user, embedding_zeroized: true, jwts_revoked: 1 },
    });
    expect((await acme.api('DELETE', '/v1/delete', { user_id: user })).body).toEqual(first.body);
    expect(await acme.verify(user, [await acme.stranger()])).toMatchObject({ status: 404 });
    const inspected = await acme.post('/v1/introspect', { jwt: verified.jwt });
    expect(inspected.body).toMatchObject({ active: false, revoked: true });
    // The record stays for audit.
    expect(await acme.api('GET', `/v1/verify/${verified.verification_id}`)).toMatchObject({ body: { user_id: user } });

    expect((await acme.enroll(user, [await portrait('cleo')])).status).toBe(200);
    const again = await acme.verify(user, [photo]);
    expect(again.status).toBe(200);
    expect((await acme.post('/v1/introspect', { jwt: again.body.jwt })).body).toMatchObject({ active: true });
    expect((await acme.post('/v1/introspect', { jwt: verified.jwt })).body).toMatchObject({ revoked: true });
  });

  test('L-62 a user who was never there is user_not_enrolled', async () => {
    const reply = await acme.api('DELETE', '/v1/delete', { user_id: 'never' });
    expect(reply).toMatchObject({ status: 404, body: { code: 'user_not_enrolled' } });
  });

  test('L-59 nothing is kept of a frame: neither its bytes nor their base64, in any store or log', async () => {
    const user = newUser();
    // Files that no other test sends: other contracts do keep what they are sent.
    const own = (image: Buffer) => sharp(image).modulate({ brightness: 0.97 }).jpeg({ quality: 83 }).toBuffer();
    const frame = await own(await portrait('dora'));
    expect((await acme.enroll(user, [frame])).status).toBe(200);
    const photo = await own(await selfie('bea'));
    expect((await acme.verify(user, [photo])).body.code).toBe('low_confidence');
    const marks = [frame, photo].flatMap((image) => [
      image.subarray(image.length / 2, image.length / 2 + 48),
      Buffer.from(base64(image).slice(4000, 4064)),
    ]);
    const files = filesIn(inject('service').data);
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) {
      const bytes = readFileSync(file);
      for (const mark of marks) expect(bytes.includes(mark), file).toBe(false);
    }
  });

  test('S-11 C-13 erasing the subject erases the face and what the records say of it', async () => {
    const user = await acme.enrolled();
    const { body } = await acme.verify(user, [await acme.genuine()]);
    const erased = await acme.api('DELETE', `/v1/subjects/${user}`);
    expect(erased).toMatchObject({ status: 200, body: { ref: user, verifications: 1 } });
    expect((await acme.api('GET', `/v1/users/${user}`)).body).toMatchObject({ enrolled: false });
    const { verification_id } = body;
    expect((await acme.api('GET', `/v1/verify/${verification_id}`)).body).toEqual({
      ...{ verification_id, status: 'redacted', match: true },
      created_at: expect.any(String),
    });
    expect((await acme.api('GET', `/v1/verify/${verification_id}/receipt`)).status).toBe(404);
    expect((await acme.post('/v1/introspect', { jwt: body.jwt })).body).toMatchObject({ active: false, revoked: true });
    expect(await acme.api('DELETE', `/v1/subjects/${user}`)).toMatchObject({ status: 404 });
  });
});

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((one) =>
    one.isFile() ? [join(one.parentPath, one.name)] : [],
  );

/** Three people side by side. */
async function crowd(): Promise<Buffer> {
  const faces = await Promise.all(
    (['ana', 'bea', 'dora'] as const).map(async (who, at) => ({
      input: await sharp(await portrait(who))
        .resize(300, 380, { fit: 'fill' })
        .toBuffer(),
      left: at * 300,
      top: 0,
    })),
  );
  const canvas = { width: 900, height: 380, channels: 3, background: '#999' } as const;
  return sharp({ create: canvas }).composite(faces).jpeg().toBuffer();
}
