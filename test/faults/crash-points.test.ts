import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { specimen } from '../../bin/specimen/specimen.ts';
import { integrator, type Json, type TestTenant } from '../support/client.ts';
import { portrait, selfie } from '../support/faces.ts';
import { imageWorkers, openLocalCloud } from '../support/local-cloud.ts';
import { freePort, type Service, startService } from '../support/service.ts';
import { type Receiver, startReceiver } from '../support/webhook-receiver.ts';

/** No image: its verdict is quick. */
const junk = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);

/** Short waits of the product's own, so that what a fault leaves behind is picked up within a test. */
const quick = {
  'webhooks.retrySeconds': '1,1,1,2,2,5,5',
  'webhooks.timeoutSeconds': '1',
  'jobs.redriveAfterSeconds': '3',
  'jobs.maxAttempts': '2',
  intentTtlSeconds: '5',
  'stack.sweepSchedule': 'rate(1 second)',
};

/** One service, killed, stopped and started three times on the same data; the tests run in this order. */
describe('faults at chosen moments', { timeout: 120_000 }, () => {
  let port: number;
  let service: Service;
  let receiver: Receiver;
  let acme: TestTenant;
  let images: { docFront: Uint8Array; selfie: Uint8Array };
  let workerKills = 0;

  const client = () => integrator(service);
  const webhooksOf = (id: string) => receiver.received.filter(({ body }) => body.verificationId === id);
  const ledgerOf = async (id: string): Promise<string[]> => {
    const { body } = await client().admin('GET', `/v1/admin/tenants/${acme.tenantId}/credits`);
    return body.ledger.filter((row: Json) => row.verificationId === id).map((row: Json) => row.type);
  };
  const rowOf = async (id: string): Promise<Json> => {
    const { body } = await client().admin('GET', `/v1/admin/tenants/${acme.tenantId}/verifications`);
    return body.verifications.find((row: Json) => row.verificationId === id);
  };
  const submitted = async (): Promise<string> => {
    const { api, uploaded } = client();
    const body = await uploaded(acme.keys.pkLive, images);
    expect((await api('POST', '/v1/verify/submit', { key: acme.keys.pkLive, body })).status).toBe(202);
    return body.verificationId;
  };
  const untilProcessing = (id: string) =>
    expect.poll(async () => (await rowOf(id)).state, { timeout: 20_000, interval: 20 }).toBe('processing');
  const killWorkers = () => {
    for (const { pid } of imageWorkers(service.pid)) {
      process.kill(pid, 'SIGKILL');
      workerKills++;
    }
  };
  /** Ended with a verdict, charged once, announced under one id. */
  const expectSound = async (id: string) => {
    const judged = await client().verdict(acme.keys.skLive, id);
    expect(['approved', 'review']).toContain(judged.verdict);
    expect(judged.flags).not.toContain('processing_failed');
    expect(await ledgerOf(id)).toEqual(['debit']);
    await receiver.wait(1, ({ body }) => body.verificationId === id);
    expect(new Set(webhooksOf(id).map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    return judged;
  };

  beforeAll(async () => {
    [port, receiver] = await Promise.all([freePort(), startReceiver()]);
    service = await startService({ port, set: quick });
    acme = await client().tenant({ settings: { webhookUrl: receiver.url, creditsLowAt: 0 } });
    images = { docFront: await specimen({ portrait: await portrait('ana') }), selfie: await selfie('ana') };
  });

  afterAll(async () => {
    await service.remove();
    await receiver[Symbol.asyncDispose]();
  });

  test('S-10 the service is killed right after submit was accepted: the verdict comes after the next start', async () => {
    const id = await submitted();
    await service.end('SIGKILL');
    service = await startService({ port, set: quick, data: service.data });
    const started = Date.now();
    await expectSound(id);
    expect(Date.now() - started).toBeLessThan(100_000);
  });

  test('C-03 the worker is killed at work: another one takes the job over', async () => {
    const id = await submitted();
    await untilProcessing(id);
    killWorkers();
    expect(workerKills).toBeGreaterThan(0);
    await expectSound(id);
  });

  test('X-22 a job that is delivered again, at work and after its verdict, changes nothing', async () => {
    const { sendJob } = await openLocalCloud(service.data);
    const id = await submitted();
    const job = JSON.stringify({ tenantId: acme.tenantId, mode: 'live', id });
    await Promise.all([sendJob(job), sendJob(job)]);
    const judged = await expectSound(id);
    await sendJob(job);
    const worked = () =>
      service
        .log()
        .split('\n')
        .filter((line) => line.includes('"examined"') && line.includes(id));
    await expect.poll(() => worked().length, { timeout: 30_000 }).toBeGreaterThanOrEqual(4);
    expect(await client().verdict(acme.keys.skLive, id)).toEqual(judged);
    expect(await ledgerOf(id)).toEqual(['debit']);
    // The verdict's event has gone out as often; its delivery is one.
    await wait(500);
    expect(webhooksOf(id)).toHaveLength(1);
  });

  test('X-16 an intent past its time is gone: nothing charged, its uploads deleted', async () => {
    const { api, uploaded } = client();
    const { hasObject } = await openLocalCloud(service.data);
    const body = await uploaded(acme.keys.pkLive, images);
    const submit = () => api('POST', '/v1/verify/submit', { key: acme.keys.pkLive, body });
    expect(await hasObject(body.keys.selfie)).toBe(true);
    await expect.poll(async () => (await rowOf(body.verificationId)).state, { timeout: 20_000 }).toBe('expired');
    expect(await submit()).toMatchObject({ status: 404, body: { error: 'verification_not_found' } });
    expect(await ledgerOf(body.verificationId)).toEqual([]);
    for (const key of Object.values<string>(body.keys))
      await expect.poll(() => hasObject(key), { timeout: 5_000 }).toBe(false);
    expect(webhooksOf(body.verificationId)).toEqual([]);
  });

  test('S-07 jobs that no worker can read become dead letters, block nobody, and can be sent again', async () => {
    const { admin } = client();
    const { sendJob, hideFailedJobs } = await openLocalCloud(service.data);
    await hideFailedJobs(1);
    const unknown = JSON.stringify({ tenantId: acme.tenantId, mode: 'live', id: 'vf_0000000000000000AAAA' });
    const faulty = ['no JSON', 'null', '{"tenantId":7}', unknown];
    for (const body of faulty) await sendJob(body);
    const id = await submitted();
    await expectSound(id);

    const letters = async (): Promise<Json[]> => (await admin('GET', '/v1/admin/dead-letters')).body.deadLetters;
    const bodies = async () => (await letters()).map(({ body }) => body).toSorted();
    await expect.poll(bodies, { timeout: 60_000, interval: 500 }).toEqual(faulty.toSorted());
    expect((await letters()).every(({ queue }) => queue === 'jobs')).toBe(true);

    const again = (await letters()).find(({ body }) => body === 'null');
    expect((await admin('POST', `/v1/admin/dead-letters/${again.id}/redrive`)).status).toBe(202);
    expect(await bodies()).not.toContain('null');
    await expect.poll(bodies, { timeout: 30_000, interval: 500 }).toContain('null');
    expect((await admin('POST', `/v1/admin/dead-letters/${again.id}/redrive`)).status).toBe(404);
  });

  test('C-03 a fault of ours that outlives its retries: refunded, completed as review, announced for a person', async () => {
    const { api, uploaded, verdict } = client();
    const { plant, hideFailedJobs } = await openLocalCloud(service.data);
    await hideFailedJobs(1);
    const body = await uploaded(acme.keys.pkLive, images);
    const id = body.verificationId;
    // A damaged record: the worker meets it each time that it looks for what was read before.
    await plant(acme.tenantId, 'live', id, 'reading#docFront', { reading: '{"found":', ttl: 4_000_000_000 });
    await api('POST', '/v1/verify/submit', { key: acme.keys.pkLive, body });
    expect(await verdict(acme.keys.skLive, id)).toMatchObject({
      verdict: 'review',
      confidence: 0,
      flags: ['processing_failed'],
    });
    expect(await ledgerOf(id)).toEqual(['refund', 'debit']);
    expect(await rowOf(id)).toMatchObject({ state: 'failed', failure: 'processing_failed' });
    await receiver.wait(1, (call) => call.body.verificationId === id);
    expect(webhooksOf(id).map((call) => call.body.event)).toEqual(['verification.review_required']);
  });

  test('S-10 SIGTERM lets the work end, exits 0, and the next start has it all', async () => {
    const id = await submitted();
    await untilProcessing(id);
    expect(await service.end('SIGTERM')).toBe(0);
    service = await startService({ port, data: service.data, set: { ...quick, 'jobs.giveUpAfterSeconds': '8' } });
    await expectSound(id);
  });

  test('C-03 a worker that dies on every attempt: given up in time, refunded, announced for a person', async () => {
    const killing = setInterval(killWorkers, 50);
    try {
      const id = await submitted();
      const judged = await client().verdict(acme.keys.skLive, id);
      expect(judged).toMatchObject({ verdict: 'review', flags: ['processing_failed'] });
      expect(await ledgerOf(id)).toEqual(['refund', 'debit']);
      expect(await rowOf(id)).toMatchObject({ state: 'failed', failure: 'time_out' });
      await receiver.wait(1, ({ body }) => body.verificationId === id);
      expect(webhooksOf(id).map(({ body }) => body.event)).toEqual(['verification.review_required']);
    } finally {
      clearInterval(killing);
    }
    // And the service is none the worse for it.
    images = { docFront: junk, selfie: junk };
    const next = await submitted();
    expect(await client().verdict(acme.keys.skLive, next)).toMatchObject({ verdict: 'rejected' });
    expect(await ledgerOf(next)).toEqual(['debit']);
  });
});
