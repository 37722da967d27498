import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Json } from '../../support/client.ts';
import { type Receiver, startReceiver } from '../../support/webhook-receiver.ts';
import { type Answer, checkId, type HostedClient, hosted } from './hosted.ts';
import { idPhoto, selfieVideo, trusting } from './media.ts';

const text = '<script>alert(1)</script>';

describe('hosted, a submission by form', () => {
  let acme: HostedClient;
  let video: Uint8Array;
  let photo: Uint8Array;
  let first: Answer;
  let receiver: Receiver;
  const fields = { user_identifier: text, user_email: 'ana@example.com', user_phone: '+34 600 000 000' };

  beforeAll(async () => {
    receiver = await startReceiver();
    acme = await hosted({ settings: { ...trusting, webhookUrl: receiver.url } });
    [video, photo] = await Promise.all([selfieVideo(), idPhoto()]);
    first = await submit({ api_key: acme.tenant.keys.skLive, ...fields });
  });
  afterAll(() => receiver[Symbol.asyncDispose]());

  const attempt = { 'idempotency-key': 'attempt-1' };
  const submit = (sent: Readonly<Record<string, string>>, headers = {}) =>
    acme.submit(sent, { selfie_video: video, id_photo: photo }, { ...attempt, ...headers });

  test('P-20 P-21 P-27 P-28 P-33 P-34 S-05 the verdict comes with the answer, in the fields of the text', () => {
    expect({ status: first.status, text: first.status === 200 ? '' : first.text }).toEqual({ status: 200, text: '' });
    const { success, check_id, result } = first.body;
    expect(Object.keys(first.body)).toEqual(['success', 'check_id', 'result']);
    expect(success).toBe(true);
    expect(check_id).toMatch(checkId);
    expect(Object.keys(result)).toEqual([
      ...['sessionId', 'timestamp', 'files', 'faceComparison', 'verificationAssessment', 'status'],
    ]);
    expect(result.sessionId).toBe(check_id);
    expect(result.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(result).toMatchObject({ status: 'verified', verificationAssessment: { riskFactors: [] } });
    expect(first.ms).toBeLessThan(25_000);
  });

  test('P-29 files have addresses and names', () => {
    const { files, sessionId } = first.body.result;
    expect(Object.keys(files)).toEqual(['selfieVideo', 'idPhoto']);
    expect(files.selfieVideo.fileName).toMatch(new RegExp(`^${sessionId}_selfie_\\d{13}\\.mp4$`));
    expect(files.idPhoto.fileName).toMatch(new RegExp(`^${sessionId}_id_\\d{13}\\.jpg$`));
  });

  test('P-31 P-54 the comparison: one number in two scales, and how it was made', () => {
    const { isIdentical, confidence, similarityScore, method } = first.body.result.faceComparison;
    expect(isIdentical).toBe(true);
    expect(confidence).toBeGreaterThan(0.8);
    expect(confidence).toBeLessThanOrEqual(1);
    expect(similarityScore).toBe(Math.round(100 * confidence));
    expect(method).toBe('face_embedding_v1');
  });

  test('P-32 the assessment, in words as well', () => {
    const { verificationAssessment: told, status } = first.body.result;
    expect(told.verificationStatus).toBe(status);
    expect(Number.isInteger(told.overallScore)).toBe(true);
    expect(['high', 'medium', 'low']).toContain(told.confidenceLevel);
    expect(told.summary).toMatch(/\.$/);
    for (const risk of told.riskFactors) expect(risk).toMatch(/^[A-Z]/);
  });

  test('P-30 K-12 the addresses lead to the very files, for a minute each time', async () => {
    for (const [file, bytes, type] of [
      ['selfieVideo', video, 'video/mp4'],
      ['idPhoto', photo, 'image/jpeg'],
    ] as const) {
      const { url } = first.body.result.files[file];
      expect(url.startsWith(`${acme.url}/verif/files/${first.body.check_id}/`)).toBe(true);
      const answer = await fetch(url, { redirect: 'manual' });
      expect(answer.status).toBe(302);
      expect(answer.headers.get('location')).toMatch(/X-Amz-Expires=60/);
      const got = await fetch(url);
      expect(got.headers.get('content-type')).toBe(type);
      expect(Buffer.from(await got.arrayBuffer()).equals(Buffer.from(bytes))).toBe(true);
    }
  });

  test('P-30 an address that somebody changed is one of nothing', async () => {
    const { url } = first.body.result.files.selfieVideo;
    const { url: other } = first.body.result.files.idPhoto;
    const proof = new URL(other).searchParams.get('t') ?? '';
    const changed = [
      url.replace(/.$/, (last: string) => (last === '0' ? '1' : '0')),
      url.replace(/t=.*/, `t=${proof}`),
      url.replace(/\?.*/, ''),
      url.replace('selfie-video', 'id-back'),
      url.replace('t=live', 't=test'),
      url.replace(first.body.check_id, '6c4f7a1e-0000-4000-8000-000000000000'),
    ];
    for (const address of changed) expect((await fetch(address, { redirect: 'manual' })).status).toBe(404);
  });

  test('S-16 one credit; the ledger has it once', async () => {
    const debits = (await acme.ledger()).filter(({ type }) => type === 'debit');
    expect(debits).toMatchObject([{ amount: -1, verificationId: first.body.check_id }]);
  });

  test('P-05 P-53 S-11 what was sent with it is kept with the check, as it was', async () => {
    const { status, body } = await acme.get(`/verif/checks/${first.body.check_id}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ ...fields, status: first.body.result.status, result: first.body.result });
    const days = (Date.parse(body.files_until) - Date.parse(body.created_at)) / 86_400_000;
    expect(days).toBe(7);
    const other = await hosted();
    expect((await other.get(`/verif/checks/${first.body.check_id}`)).status).toBe(404);
    expect((await acme.get(`/verif/checks/${first.body.check_id}`, acme.tenant.keys.skTest)).status).toBe(404);
    expect((await acme.get(`/verif/checks/${first.body.check_id}`, acme.tenant.keys.pkLive)).status).toBe(403);
  });

  test('P-36 the same attempt, whatever its boundary and its order, gets the first result and is charged once; another one is refused', async () => {
    const { skLive, pkLive } = acme.tenant.keys;
    const again = await acme.submit(
      fields,
      { id_photo: photo, selfie_video: video },
      { ...attempt, authorization: `Bearer ${skLive}` },
    );
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const byAnotherKey = await submit({ api_key: pkLive, ...fields });
    expect(byAnotherKey.body).toEqual(first.body);
    expect((await acme.ledger()).filter(({ type }) => type === 'debit')).toHaveLength(1);
    const other = await submit({ api_key: skLive, user_id: 'v' });
    expect({ status: other.status, code: other.body.code }).toEqual({ status: 422, code: 'idempotency_key_reused' });
  });

  test('P-40 P-41 P-42 P-45 P-47 the webhook: body, agent and signatures; X’s deliveries list it', async () => {
    const [call] = await receiver.wait(1);
    const { body } = first;
    const { result } = body;
    expect(call?.body).toEqual({
      check_id: body.check_id,
      user_identifier: text,
      verification_result: {
        sessionId: body.check_id,
        timestamp: result.timestamp,
        status: result.status,
        faceComparison: {
          isIdentical: result.faceComparison.isIdentical,
          confidence: result.faceComparison.confidence,
          similarityScore: result.faceComparison.similarityScore,
        },
        verificationAssessment: {
          overallScore: result.verificationAssessment.overallScore,
          verificationStatus: result.verificationAssessment.verificationStatus,
          confidenceLevel: result.verificationAssessment.confidenceLevel,
        },
      },
      selfie_video_url: result.files.selfieVideo.url,
      id_photo_url: result.files.idPhoto.url,
      completed_at: result.timestamp,
    });
    expect(call?.headers['user-agent']).toBe('IdentityVerification/1.0');
    expect(call?.headers['webhook-id']).toContain(body.check_id);
    expect(call?.headers['webhook-signature']).toMatch(/^v1,/);
    const listed = await acme.get(`/v1/webhooks/deliveries?verificationId=${body.check_id}`);
    expect(listed.body.deliveries).toHaveLength(1);
  });

  test('P-35 no face in the photo, or another person’s: rejected, with what speaks against it', async () => {
    const key = acme.tenant.keys.skTest;
    const stranger = await acme.submit(
      { api_key: key, user_id: 'u' },
      { selfie_video: video, id_photo: await idPhoto('ana') },
    );
    expect(stranger.body.result.status).toBe('rejected');
    expect(stranger.body.result.faceComparison.isIdentical).toBe(false);
    expect(stranger.body.result.verificationAssessment.riskFactors).toContain(
      'The face in the video is not the face on the ID',
    );
    expect((await acme.ledger()).some(({ verificationId }: Json) => verificationId === stranger.body.check_id)).toBe(
      false,
    );
  });

  test('P-53 C-15 a check is erased: its files are gone at once, and whose it was', async () => {
    const { check_id, result } = first.body;
    const path = `/verif/checks/${check_id}`;
    const key = acme.tenant.keys.skLive;
    const deleted = await acme.api('DELETE', path, { key });
    expect({ status: deleted.status, deleted: deleted.body.deleted }).toEqual({ status: 200, deleted: true });
    const left = await acme.get(path);
    expect(left.body.status).toBe('deleted');
    expect(left.text).not.toContain('ana@example.com');
    for (const { url } of [result.files.idPhoto, result.files.selfieVideo])
      expect((await fetch(url, { redirect: 'manual' })).status).toBe(410);
    expect((await acme.api('DELETE', path, { key })).status).toBe(200);
    expect((await acme.get(`/v1/webhooks/deliveries?verificationId=${check_id}`)).text).not.toContain(
      'ana@example.com',
    );
  });
});
