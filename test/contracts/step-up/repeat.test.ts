import { beforeAll, describe, expect, inject, test } from 'vitest';
import { integrator } from '../../support/client.ts';
import { nothing } from '../../support/hostile-images.ts';
import { startReceiver } from '../../support/webhook-receiver.ts';
import { client, type StepUpClient, stepUp } from './step-up.ts';

const { api } = integrator(inject('service'));

describe('step-up, calls that are repeated, raced, and paid for', () => {
  let acme: StepUpClient;
  let photo: Buffer;
  const named = (key: string) => ({ 'x-lorica-idempotency-key': key });
  const debitsOf = async (on: StepUpClient, id: string) =>
    (await on.ledger()).filter(({ verificationId }) => verificationId === id).map(({ type, amount }) => [type, amount]);

  beforeAll(async () => {
    acme = await stepUp();
    photo = await acme.genuine();
  });

  test('L-05 L-06 K-09 the same key and body get the same bytes and token, judged and charged once', async () => {
    const user = await acme.enrolled();
    const first = await acme.verify(user, [photo], {}, named('order-1'));
    const second = await acme.verify(user, [photo], {}, named('order-1'));
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.text).toBe(first.text);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(await debitsOf(acme, first.body.verification_id)).toEqual([['debit', -1]]);
  });

  test('K-08 a verdict of low_confidence is kept as well', async () => {
    const user = await acme.enrolled();
    const stranger = await acme.stranger();
    const first = await acme.verify(user, [stranger], {}, named('order-2'));
    const second = await acme.verify(user, [stranger], {}, named('order-2'));
    expect([first.status, second.status]).toEqual([422, 422]);
    expect(second.text).toBe(first.text);
    expect(await debitsOf(acme, first.body.verification_id)).toEqual([['debit', -1]]);
  });

  test('L-07 L-48 K-09 the same key with another body is duplicate_request', async () => {
    const user = await acme.enrolled();
    await acme.verify(user, [photo], {}, named('order-3'));
    const other = await acme.verify(user, [photo], { amt: '1' }, named('order-3'));
    expect(other).toMatchObject({ status: 409, body: { error: 'duplicate_request', code: 'duplicate_request' } });
  });

  test('L-08 while the first is under way the others wait; one is judged', async () => {
    const user = await acme.enrolled();
    const all = await Promise.all(Array.from({ length: 6 }, () => acme.verify(user, [photo], {}, named('order-4'))));
    const answered = all.filter(({ status }) => status === 200);
    expect(new Set(answered.map(({ text }) => text)).size).toBe(1);
    for (const { status, body, headers } of all.filter((one) => !answered.includes(one))) {
      expect([status, body.code, headers.get('retry-after')]).toEqual([409, 'duplicate_request', '1']);
    }
    expect(await debitsOf(acme, answered[0]?.body.verification_id)).toHaveLength(1);
  });

  test('L-09 a key of the shape of an id becomes the id, once in a tenant', async () => {
    const id = 'ver_xK2mP9nL3jH';
    const user = await acme.enrolled();
    const first = await acme.verify(user, [photo], {}, named(id));
    expect(first.body.verification_id).toBe(id);
    // In the test mode of the same tenant nobody used it.
    const sandbox = client(acme.tenant, acme.tenant.keys.skTest);
    const there = await sandbox.verify(await sandbox.enrolled(), [photo], {}, named(id));
    expect(there.body.verification_id).toBe(id);
    // An id that the server drew is none that a key can be.
    const drawn = await acme.verify(await acme.enrolled(), [photo]);
    const taken = await acme.verify(await acme.enrolled(), [photo], {}, named(drawn.body.verification_id));
    expect(taken.status).toBe(200);
    expect(taken.body.verification_id).not.toBe(drawn.body.verification_id);
  });

  test('L-10 Idempotency-Key means the same', async () => {
    const user = await acme.enrolled();
    const first = await acme.verify(user, [photo], {}, { 'idempotency-key': 'ver_AAAAbbbb111' });
    const second = await acme.verify(user, [photo], {}, { 'idempotency-key': 'ver_AAAAbbbb111' });
    expect([first.body.verification_id, second.text]).toEqual(['ver_AAAAbbbb111', first.text]);
  });

  test('a failure frees the key', async () => {
    const user = await acme.enrolled();
    const failed = await acme.verify(user, [await nothing()], {}, named('ver_00000000000'));
    expect(failed).toMatchObject({ status: 422, body: { code: 'no_face_detected' } });
    const good = await acme.verify(user, [photo], {}, named('ver_00000000000'));
    expect(good).toMatchObject({ status: 200, body: { verification_id: 'ver_00000000000' } });
  });

  test('L-57 of two calls at once with the same frame one is judged, the other is a replay', async () => {
    const user = await acme.enrolled();
    const before = (await acme.ledger()).length;
    const both = await Promise.all([acme.verify(user, [photo]), acme.verify(user, [photo])]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 422]);
    const lost = both.find(({ status }) => status === 422);
    expect(lost?.body).toMatchObject({ code: 'liveness_failed', reason: 'replayed', next: 'active' });
    expect((await acme.ledger()).length).toBe(before + 1);
  });

  test('S-16 S-03 one credit for each verdict, none for what came to none, 402 at 0', async () => {
    const poor = await stepUp({ credits: 2 });
    const user = await poor.enrolled();
    await poor.verify(user, [await nothing()]);
    await poor.verify('nobody', [photo]);
    expect(await poor.ledger()).toHaveLength(1);
    expect((await poor.verify(user, [await poor.stranger()])).status).toBe(422);
    expect((await poor.verify(user, [photo])).status).toBe(200);
    expect((await poor.ledger()).map(({ amount, balance }) => [amount, balance])).toEqual([
      [-1, 0],
      [-1, 1],
      [2, 2],
    ]);
    const refused = await poor.verify(await poor.enrolled(), [photo]);
    expect(refused).toMatchObject({ status: 402, body: { code: 'insufficient_credits' } });
  });

  test('S-16 of two calls for the last credit one is judged', async () => {
    const poor = await stepUp({ credits: 1 });
    const [one, two] = [await poor.enrolled(), await poor.enrolled()];
    const both = await Promise.all([poor.verify(one, [photo]), poor.verify(two, [photo])]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 402]);
    expect((await poor.ledger())[0]).toMatchObject({ balance: 0 });
  });

  test('L-03 a test key is free, and sees nothing of the live one', async () => {
    const sandbox = client(acme.tenant, acme.tenant.keys.skTest);
    const user = await sandbox.enrolled();
    const before = (await acme.ledger()).length;
    expect((await sandbox.verify(user, [photo])).status).toBe(200);
    expect((await acme.ledger()).length).toBe(before);
    expect(await acme.verify(user, [photo])).toMatchObject({ status: 404, body: { code: 'user_not_enrolled' } });
    expect((await sandbox.records('test')).length).toBeGreaterThan(0);
  });

  test('S-03 a debit that leaves little is told to the tenant', async () => {
    await using receiver = await startReceiver();
    const low = await stepUp({ credits: 3, settings: { webhookUrl: receiver.url, creditsLowAt: 5 } });
    const { body } = await low.verify(await low.enrolled(), [photo]);
    await receiver.wait(1);
    expect(receiver.received.map((one) => one.body)).toEqual([
      expect.objectContaining({ event: 'credits.low', verificationId: body.verification_id, balance: 2 }),
    ]);
    // K-17: nothing else is sent by this contract.
    const deliveries = await api('GET', '/v1/webhooks/deliveries', { key: low.key });
    expect(deliveries.body.deliveries).toHaveLength(1);
  });
});
