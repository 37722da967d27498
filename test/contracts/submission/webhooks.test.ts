import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { specimen } from '../../../bin/specimen/specimen.ts';
import { integrator, type Json, type TestTenant } from '../../support/client.ts';
import { portrait, selfie } from '../../support/faces.ts';
import { type Received, startReceiver } from '../../support/webhook-receiver.ts';

const { api, admin, tenant, uploaded, verdict } = integrator(inject('service'));

/** Not an image: its verdict is a quick "rejected". */
const junk = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);

describe('submission, webhooks', () => {
  const withHook = (url: string, more: Record<string, unknown> = {}) =>
    tenant({ settings: { webhookUrl: url, creditsLowAt: 0, ...more } });

  const verify = async (
    of: TestTenant,
    images: { readonly docFront: Uint8Array; readonly selfie: Uint8Array } = { docFront: junk, selfie: junk },
    claims: unknown = {},
    more: object = {},
  ) => {
    const body = await uploaded(of.keys.pkLive, images, claims);
    const accepted = await api('POST', '/v1/verify/submit', { key: of.keys.pkLive, body: { ...body, ...more } });
    expect(accepted.status).toBe(202);
    return verdict(of.keys.skLive, body.verificationId);
  };

  const deliveries = async (of: TestTenant, query = '') =>
    (await api('GET', `/v1/webhooks/deliveries${query}`, { key: of.keys.skLive })).body.deliveries;
  const untilDelivered = async (of: TestTenant, status = 'delivered'): Promise<Json> => {
    for (let tries = 0; tries < 300; tries++) {
      const [found] = await deliveries(of, `?status=${status}`);
      if (found) return found;
      await new Promise((wake) => setTimeout(wake, 50));
    }
    throw new Error(`No ${status} delivery.`);
  };

  const signatureFits = ({ headers, raw }: Received, secret: string): boolean => {
    const fields = String(headers['veridia-signature']).split(',');
    const at = fields[0]?.replace('t=', '');
    const expected = createHmac('sha256', secret).update(`${at}.${raw}`).digest('hex');
    return fields.slice(1).includes(`v1=${expected}`);
  };

  describe('of a genuine applicant', () => {
    let acme: TestTenant;
    let call: Received;
    let judged: Json;

    beforeAll(async () => {
      await using receiver = await startReceiver();
      acme = await withHook(receiver.url);
      const docFront = await specimen({ portrait: await portrait('ana') });
      judged = await verify(
        acme,
        { docFront, selfie: await selfie('ana') },
        { userRef: 'user-7' },
        { metadata: { z: 1, a: { y: 2, b: 3 } } },
      );
      [call] = (await receiver.wait(1)) as [Received];
      await untilDelivered(acme);
    });

    test('X-22 X-36 it carries the verdict that the poll shows, as compact JSON with sorted keys', () => {
      expect(call.body).toEqual({
        event: judged.verdict === 'approved' ? 'verification.approved' : 'verification.review_required',
        verificationId: judged.verificationId,
        tenantId: acme.tenantId,
        userRef: 'user-7',
        verdict: judged.verdict,
        confidence: judged.confidence,
        scores: judged.scores,
        flags: judged.flags,
        metadata: { z: 1, a: { y: 2, b: 3 } },
        submittedAt: judged.submittedAt,
        completedAt: judged.completedAt,
      });
      expect(call.raw).toBe(JSON.stringify(call.body));
      expect(Object.keys(call.body)).toEqual(Object.keys(call.body).toSorted());
      expect(Object.keys(call.body.metadata.a)).toEqual(['b', 'y']);
    });

    test('X-36 S-09 it is signed in the style of the text', () => {
      expect(call.headers).toMatchObject({
        'user-agent': 'Veridia-Webhooks/1.0',
        'veridia-event': call.body.event,
        'content-type': 'application/json',
      });
      expect(signatureFits(call, acme.webhookSecret)).toBe(true);
      expect(signatureFits({ ...call, raw: `${call.raw} ` }, acme.webhookSecret)).toBe(false);
    });

    test('C-30 K-17 it is signed as Standard Webhooks has it', () => {
      const headers = call.headers as Record<string, string>;
      expect(new Webhook(acme.webhookSecret).verify(call.raw, headers)).toEqual(call.body);
      expect(() => new Webhook(acme.webhookSecret).verify(`${call.raw} `, headers)).toThrow();
    });

    test('S-07 the delivery and its attempt are in the log', async () => {
      const [delivery] = await deliveries(acme, `?verificationId=${judged.verificationId}`);
      expect(delivery).toMatchObject({
        deliveryId: call.headers['webhook-id'],
        status: 'delivered',
        event: call.body.event,
        attempts: [{ status: 200 }],
      });
      const read = await api('GET', `/v1/webhooks/deliveries/${delivery.deliveryId}`, { key: acme.keys.skLive });
      expect(read.body).toEqual(delivery);
      const other = await tenant();
      expect(
        (await api('GET', `/v1/webhooks/deliveries/${delivery.deliveryId}`, { key: other.keys.skLive })).status,
      ).toBe(404);
      expect(
        (await api('GET', `/v1/webhooks/deliveries/${delivery.deliveryId}`, { key: acme.keys.skTest })).status,
      ).toBe(404);
    });
  });

  test('X-36 S-06 a receiver that fails is tried again by the schedule, under one id, until it takes it', async () => {
    await using receiver = await startReceiver((nth) => [500, 302, 200][nth] ?? 200);
    const acme = await withHook(receiver.url);
    await verify(acme);
    const calls = await receiver.wait(3);
    expect(new Set(calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(calls.map(({ raw }) => raw)).size).toBe(1);
    expect((calls[1]?.at ?? 0) - (calls[0]?.at ?? 0)).toBeGreaterThanOrEqual(850);
    const delivery = await untilDelivered(acme);
    expect(delivery.attempts.map(({ status }: Json) => status)).toEqual([500, 302, 200]);
  });

  test('S-06 a receiver that always fails ends as failed, and a replay reaches it later', async () => {
    let broken = true;
    await using receiver = await startReceiver(() => (broken ? 500 : 204));
    const acme = await withHook(receiver.url);
    await verify(acme);
    const failed = await untilDelivered(acme, 'failed');
    expect(failed.attempts).toHaveLength(4);
    broken = false;
    const replayed = await api('POST', `/v1/webhooks/deliveries/${failed.deliveryId}/replay`, {
      key: acme.keys.skLive,
    });
    expect(replayed.status).toBe(202);
    const delivered = await untilDelivered(acme);
    expect(delivered).toMatchObject({ deliveryId: failed.deliveryId, attempts: { length: 5 } });
    expect(receiver.received.at(-1)?.headers['webhook-id']).toBe(failed.deliveryId);
  });

  test('S-07 a range of deliveries is replayed', async () => {
    await using receiver = await startReceiver();
    const acme = await withHook(receiver.url);
    await verify(acme);
    await untilDelivered(acme);
    const body = {
      since: new Date(Date.now() - 60_000).toISOString(),
      until: new Date(Date.now() + 60_000).toISOString(),
    };
    expect((await api('POST', '/v1/webhooks/replay', { key: acme.keys.skLive, body })).body).toEqual({ replayed: 1 });
    expect(await receiver.wait(2)).toHaveLength(2);
    const none = { since: 0, until: 1 };
    expect((await api('POST', '/v1/webhooks/replay', { key: acme.keys.skLive, body: none })).body).toEqual({
      replayed: 0,
    });
  });

  test('S-07 after a rotation both secrets sign', async () => {
    await using receiver = await startReceiver();
    const acme = await withHook(receiver.url);
    const { body } = await api('POST', '/v1/webhooks/secret/rotate', { key: acme.keys.skLive });
    expect(Date.parse(body.previousValidUntil)).toBeGreaterThan(Date.now() + 86_000_000);
    await verify(acme);
    const [call] = (await receiver.wait(1)) as [Received];
    for (const secret of [acme.webhookSecret, body.webhookSecret]) {
      expect(signatureFits(call, secret)).toBe(true);
      expect(new Webhook(secret).verify(call.raw, call.headers as Record<string, string>)).toEqual(call.body);
    }
  });

  test('C-30 410 Gone ends the delivery and switches the endpoint off until it is set again', async () => {
    await using receiver = await startReceiver((nth) => (nth === 0 ? 410 : 200));
    const acme = await withHook(receiver.url);
    await verify(acme);
    await untilDelivered(acme, 'failed');
    const off = await admin('GET', `/v1/admin/tenants/${acme.tenantId}`);
    expect(off.body.webhookDisabledAt).not.toBeNull();
    await verify(acme);
    expect(await deliveries(acme)).toHaveLength(1);
    await admin('PATCH', `/v1/admin/tenants/${acme.tenantId}`, { settings: { webhookUrl: receiver.url } });
    await verify(acme);
    expect(await receiver.wait(2)).toHaveLength(2);
  });

  test('X-40 S-03 a debit that leaves less than the tenant wants fires credits.low', async () => {
    await using receiver = await startReceiver();
    const acme = await tenant({ credits: 3, settings: { webhookUrl: receiver.url, creditsLowAt: 3 } });
    const { verificationId } = await verify(acme);
    const [low] = await receiver.wait(1, ({ body }) => body.event === 'credits.low');
    expect(low?.body).toMatchObject({ balance: 2, tenantId: acme.tenantId, verificationId });
    expect((await api('GET', '/v1/credits', { key: acme.keys.skLive })).body).toEqual({ balance: 2, reserved: 0 });
  });

  test('without an address nothing is delivered, and nothing waits', async () => {
    const acme = await tenant();
    await verify(acme);
    expect(await deliveries(acme)).toEqual([]);
  });
});
