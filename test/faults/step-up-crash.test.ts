import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { integrator, type Json, type Reply, type TestTenant } from '../support/client.ts';
import { portrait, selfie } from '../support/faces.ts';
import { imageWorkers, openLocalCloud } from '../support/local-cloud.ts';
import { type Service, startService } from '../support/service.ts';

describe('a step-up whose function dies', { timeout: 120_000 }, () => {
  let service: Service;
  let acme: TestTenant;
  let frames: readonly string[];
  const client = () => integrator(service);
  const cloud = () => openLocalCloud(service.data);

  const verify = (user: string, name: string): Promise<Reply> =>
    client().api('POST', '/v1/verify', {
      key: acme.keys.skLive,
      headers: { 'x-lorica-idempotency-key': name },
      body: { user_id: user, action: 'wire', frames },
    });
  const enroll = async (user: string): Promise<void> => {
    const body = { user_id: user, frames: [(await portrait('cleo')).toString('base64')] };
    expect((await client().api('POST', '/v1/enroll', { key: acme.keys.skLive, body })).status).toBe(200);
  };
  const debits = async (): Promise<Json[]> => {
    const { body } = await client().admin('GET', `/v1/admin/tenants/${acme.tenantId}/credits`);
    return body.ledger.filter(({ type }: Json) => type === 'debit');
  };
  /** What the dead function had locked is free: its half minute is over. */
  const unlock = async (name: string): Promise<void> => {
    const { item, plant } = await cloud();
    const place = [acme.tenantId, 'live', 'verifyStepUp#idempotency', name] as const;
    const found = await item(...place);
    if (found && !found.reply) await plant(...place, { lockedUntil: 0 });
  };

  /** As a client should: again while the service is at fault, under the same key. */
  const insist = async (name: string): Promise<Reply> => {
    for (let times = 0; ; times++) {
      await unlock(name);
      const reply = await verify(name, name);
      if (reply.status < 500 || times > 20) return reply;
      await wait(100);
    }
  };

  beforeAll(async () => {
    service = await startService();
    acme = await client().tenant({ settings: { thresholds: { liveness: 0 }, creditsLowAt: 0 } });
    frames = [(await selfie('cleo again')).toString('base64')];
  });
  afterAll(() => service.remove());

  test('L-06 between its verdict and its answer: the repeated call gets the very same bytes, charged once', async () => {
    for (const name of ['order-7', 'ver_xK2mP9nL3jH']) {
      await enroll(name);
      const first = await verify(name, name);
      expect(first.status).toBe(200);
      const before = (await debits()).length;
      // What such a death leaves behind: all that was committed, and no answer kept.
      await (await cloud()).forget(acme.tenantId, 'live', 'verifyStepUp#idempotency', name);
      const second = await verify(name, name);
      expect(second.headers.get('idempotency-replayed')).toBeNull();
      expect(second.text).toBe(first.text);
      expect(await debits()).toHaveLength(before);
    }
  });

  test('L-06 at any moment: the repeated call gets one verdict, one token, one debit', async () => {
    for (const [nth, afterMs] of [20, 80, 130, 180].entries()) {
      const name = `order-killed-${nth}`;
      await enroll(name);
      const before = (await debits()).length;
      const dying = verify(name, name);
      await wait(afterMs);
      for (const { pid } of imageWorkers(service.pid, 'verdicts')) process.kill(pid, 'SIGKILL');
      const died = await dying;
      const again = await insist(name);
      expect(again.status, again.text).toBe(200);
      if (died.status === 200) expect(again.text).toBe(died.text);
      expect((await verify(name, name)).text).toBe(again.text);
      const after = await debits();
      expect(after).toHaveLength(before + 1);
      expect(after[0].verificationId).toBe(again.body.verification_id);
    }
  });
});
