import { describe, expect, test } from 'vitest';
import type { Caller } from '../../lambdas/domain/caller.ts';
import type { DocumentReading } from '../../lambdas/domain/evidence.ts';
import { ok } from '../../lambdas/domain/result.ts';
import { examineDocument } from '../../lambdas/usecases/examine-document.ts';
import { giveUpVerification } from '../../lambdas/usecases/give-up-verification.ts';
import { readDocument } from '../../lambdas/usecases/read-document.ts';
import { sweep } from '../../lambdas/usecases/sweep.ts';
import { type VerifyDocumentRequest, verifyDocument } from '../../lambdas/usecases/verify-document.ts';
import { document, mrz } from '../support/evidence.ts';
import { aWorld, preparedVision } from './world.ts';

const jpeg = new Uint8Array([0xff, 0xd8, 0xff, ...new Uint8Array(100)]);
const { mrz: _, ...bare } = document({ found: false });
const nothing: DocumentReading = bare;
const swedish = document({ mrz: mrz({}, { issuingState: 'SWE' }) });

function setup(reading = swedish) {
  const world = { ...aWorld(), ...preparedVision({ document: reading }) };
  let drawn = 0;
  const verify = (change: Partial<VerifyDocumentRequest> = {}, caller: Partial<Caller> = {}, deps: object = {}) =>
    verifyDocument({ ...world, ...deps }, world.caller(caller), {
      id: `req_${String(++drawn).padStart(16, '0')}`,
      documentType: 'passport',
      verificationType: 'age_only',
      document: { bytes: jpeg, characters: 140 },
      testMode: false,
      receivedAt: world.clock.now(),
      asOf: world.clock.now(),
      ...change,
    });
  return { world, verify };
}
const webhookUrl = 'https://hooks.example/mine';

describe('M-01 within the call', () => {
  test('M-01 M-12 a verdict costs a credit, and says where the time went', async () => {
    const { world, verify } = setup();
    const done = await verify();
    expect(done).toMatchObject({ ok: true, value: { state: 'approved', balanceAfter: 9, result: { age: 52 } } });
    expect(await world.balance()).toBe(9);
    expect(world.looked).toEqual({ faces: 0, documents: 1, portraits: 0 });
    expect(world.media.objects.size).toBe(0);
  });

  test('M-29 the portrait is looked for in full alone', async () => {
    const { world, verify } = setup();
    await verify({ verificationType: 'full_verification' });
    expect(world.looked.portraits).toBe(1);
  });

  test('M-48 nothing is looked at without a credit, a document, or an address that is taken', async () => {
    const { world, verify } = setup();
    const codes = [
      await verify({ document: { characters: 3 } }),
      await verify({ document: { bytes: new Uint8Array(9), characters: 12 } }),
      await verify({ webhookUrl: 'http://hooks.example' }),
      await verify({ webhookUrl: 'https://intranet.example' }),
      await verify({}, {}, { credits: { balance: async () => 0 } }),
    ].map((refused) => (refused.ok ? 'ok' : refused.error.code));
    expect(codes).toEqual([
      ...['document_invalid_format', 'document_invalid_format', 'webhook_url_invalid', 'webhook_url_invalid'],
      'insufficient_credits',
    ]);
    expect(world.looked.documents).toBe(0);
    expect(await world.balance()).toBe(10);
  });

  test('M-33 what cannot be judged is recorded, and free', async () => {
    const { world, verify } = setup(nothing);
    const refused = await verify({ id: 'req_aaaaaaaaaaaaaaaa' });
    expect(refused).toMatchObject({
      ok: false,
      error: { code: 'document_not_found', detail: { verificationId: 'req_aaaaaaaaaaaaaaaa' } },
    });
    const read = await readDocument(world, world.caller(), 'req_aaaaaaaaaaaaaaaa');
    expect(read).toMatchObject({
      ok: true,
      value: { verification: { state: 'failed', failure: 'document_not_found' } },
    });
    expect(await world.balance()).toBe(10);
  });

  test('M-14 too small a picture is a poor one', async () => {
    const { world, verify } = setup();
    const vision = { ...world.vision, readDocument: async () => ({ ok: false, error: 'image_too_small' }) as const };
    expect(await verify({}, {}, { vision })).toMatchObject({
      ok: false,
      error: { code: 'document_quality_low', detail: { reason: 'resolution' } },
    });
  });

  test('C-07 the same attempt after a crash gets what came of the first, and pays once', async () => {
    const { world, verify } = setup();
    const attempt = { id: 'req_bbbbbbbbbbbbbbbb', hash: 'h' };
    const first = await verify({ attempt });
    expect(await verify({ attempt })).toEqual(first);
    expect(world.looked.documents).toBe(1);
    expect(await world.balance()).toBe(9);
    // A day later the name is free again.
    world.clock.move(86_400_000);
    expect(await verify({ attempt })).toMatchObject({ ok: true, value: { balanceAfter: 8 } });
    // Two at once: one of them writes.
    const both = await Promise.all([1, 2].map(() => verify({ attempt: { id: 'req_cccccccccccccccc', hash: 'i' } })));
    expect(both[0]).toEqual(both[1]);
    expect(await world.balance()).toBe(7);
  });
});

describe('M-30 M-34 by the queue', () => {
  test('M-30 with an address for the result it waits in storage; a worker judges it, and then the picture is gone', async () => {
    const { world, verify } = setup();
    const taken = await verify({ webhookUrl });
    expect(taken).toMatchObject({ ok: true, value: { state: 'submitted', request: { webhookUrl } } });
    if (!taken.ok) return;
    expect([world.looked.documents, world.jobs.sent, await world.balance()]).toEqual([
      0,
      [expect.objectContaining({ id: taken.value.id })],
      9,
    ]);
    expect([...world.media.objects]).toEqual([[taken.value.request.media, jpeg]]);
    await examineDocument(world, taken.value);
    expect(await world.verifications.get(taken.value)).toMatchObject({ state: 'approved', result: { age: 52 } });
    expect(world.media.objects.size).toBe(0);
    expect(world.events.published).toMatchObject([
      { contract: 'document', type: 'verification.completed', subject: taken.value.id, url: webhookUrl },
    ]);
    // A job that comes again tells again, under the same id, and judges nothing.
    await examineDocument(world, taken.value);
    expect(new Set(world.events.published.map(({ eventId }) => eventId)).size).toBe(1);
    expect(world.looked.documents).toBe(1);
  });

  test('S-16 what a worker cannot judge ends failed, refunded and told', async () => {
    const { world, verify } = setup(nothing);
    const taken = await verify({ webhookUrl });
    if (!taken.ok) throw new Error('Not taken.');
    await examineDocument(world, taken.value);
    expect(await world.verifications.get(taken.value)).toMatchObject({
      state: 'failed',
      failure: 'document_not_found',
    });
    expect(await world.balance()).toBe(10);
    expect(world.events.published).toHaveLength(1);
  });

  test('M-34 looking that takes too long goes on by the queue, with one debit', async () => {
    const { world, verify } = setup();
    const slow = () => new Promise<never>(() => undefined);
    // It came in so long ago that nearly nothing is left: its function had to start first.
    const receivedAt = world.clock.now() - 19_995;
    const taken = await verify({ receivedAt }, {}, { vision: { ...world.vision, readDocument: slow } });
    expect(taken).toMatchObject({ ok: true, value: { state: 'submitted', balanceAfter: 9 } });
    expect(world.jobs.sent).toHaveLength(1);
    if (!taken.ok) return;
    await examineDocument(world, taken.value);
    expect(await world.balance()).toBe(9);
    const [told] = world.events.published;
    expect(told).not.toHaveProperty('url');
  });

  test('C-30 a job that could not be sent is sent by the sweeper; a worker that never ends is given up', async () => {
    const { world, verify } = setup();
    const down = { send: async () => Promise.reject(new Error('Down.')) };
    const taken = await verify({ webhookUrl }, {}, { jobs: down });
    expect(taken.ok).toBe(true);
    expect(world.jobs.sent).toEqual([]);
    world.clock.move(61_000);
    await sweep(world);
    expect(world.jobs.sent).toHaveLength(1);
    if (!taken.ok) return;
    await giveUpVerification(world, taken.value, 'processing_failed');
    expect(await world.balance()).toBe(10);
    const read = await readDocument(world, world.caller(), taken.value.id);
    expect(read).toMatchObject({ ok: true, value: { verification: { state: 'failed' } } });
  });

  test('M-55 S-08 in test mode nothing is kept in storage, looked at or charged', async () => {
    const { world, verify } = setup();
    const taken = await verify({ webhookUrl, testMode: true });
    if (!taken.ok) throw new Error('Not taken.');
    expect(world.media.objects.size).toBe(0);
    await examineDocument(world, taken.value);
    expect(await world.verifications.get(taken.value)).toMatchObject({ state: 'approved', result: { age: 25 } });
    expect([world.looked.documents, await world.balance()]).toEqual([0, 10]);
  });
});

describe('M-65 by an upload', () => {
  const key = 'document/tn_AAAAAAAAAAAAAAAA/live/upl_1';
  test('M-65 it is read from there, and forgotten', async () => {
    const { world, verify } = setup();
    world.media.objects.set(key, jpeg);
    expect((await verify({ document: { key } })).ok).toBe(true);
    expect(world.media.objects.size).toBe(0);
  });

  test('M-13 one that is too large is not read', async () => {
    const { world, verify } = setup();
    const media = {
      ...world.media,
      size: async () => 11 * 1024 * 1024,
      read: () => Promise.reject(new Error('Read.')),
    };
    expect(await verify({ document: { key } }, {}, { media })).toMatchObject({
      ok: false,
      error: { code: 'document_too_large', detail: { maxBytes: 10 * 1024 * 1024 } },
    });
  });
});

test('M-29 a document of Utopia is taken where settings say so', async () => {
  const { world, verify } = setup(document());
  expect(await verify()).toMatchObject({ ok: true, value: { outcome: { flags: ['specimen_document'] } } });
  const settings = { ...world.settings, document: { ...world.settings.document, acceptSpecimens: true } };
  expect(await verify({}, {}, { settings })).toMatchObject(ok({ state: 'approved' }));
});
