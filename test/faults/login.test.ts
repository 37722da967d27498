import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CallOptions, integrator, type Json, type Reply, type TestTenant } from '../support/client.ts';
import { selfie } from '../support/faces.ts';
import { imageWorkers } from '../support/local-cloud.ts';
import { type Service, startService } from '../support/service.ts';
import { type Receiver, startReceiver } from '../support/webhook-receiver.ts';

/** Short waits of the product's own, so that what a fault leaves behind is picked up within a test. */
const quick = {
  'webhooks.retrySeconds': '1,1,1,2,2,5,5',
  'jobs.redriveAfterSeconds': '2',
  'login.lookSeconds': '1',
  'stack.sweepSchedule': 'rate(1 second)',
};

/** One service whose image function is killed while people log in. */
describe('faults while people log in', { timeout: 120_000 }, () => {
  let service: Service;
  let receiver: Receiver;
  let acme: TestTenant;
  let image: string;
  let flow: Json;

  const api = (method: string, path: string, options: CallOptions) => integrator(service).api(method, path, options);
  const post = async (path: string, body: unknown): Promise<Json> =>
    (await api('POST', path, { key: acme.keys.skLive, body })).body.data;
  const open = (): Promise<Json> =>
    post('/v2/biometric-validations', {
      project: flow.project,
      projectFlow: flow._id,
      identifier: 'ana@example.com',
      type: 'login',
    });
  const send = (token: string): Promise<Reply | undefined> =>
    api('POST', '/v2/biometric-validations/validate', { key: token, body: { image } }).catch(() => undefined);
  const killImageWorkers = () => {
    for (const { pid } of imageWorkers(service.pid, 'verdicts')) process.kill(pid, 'SIGKILL');
  };

  /** Sends again, as a client does that got no answer, until the login is done, whoever's answer was lost. */
  const insist = async (token: string): Promise<Reply> => {
    for (let tries = 0; tries < 100; tries++) {
      const reply = await send(token);
      if (reply?.status === 200 || reply?.body?.code === 'liveness_session_completed') return reply;
      await wait(200);
    }
    throw new Error('The login never ended.');
  };

  /** Done, charged once, announced under one id. */
  const expectSound = async (validations: readonly string[]) => {
    const { body } = await integrator(service).admin('GET', `/v1/admin/tenants/${acme.tenantId}/credits`);
    for (const id of validations) {
      const kept = await api('GET', `/v2/biometric-validations/${id}`, { key: acme.keys.skLive });
      expect(kept.body.data).toMatchObject({ status: 'validated', attempts: 0 });
      expect(body.ledger.filter((row: Json) => row.verificationId === id)).toMatchObject([
        { type: 'debit', amount: -1 },
      ]);
      const told = ({ body: { type, object } }: { body: Json }) =>
        type === 'biometric_validation_validated' && object._id === id;
      await receiver.wait(1, told);
      expect(new Set(receiver.received.filter(told).map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    }
  };

  beforeAll(async () => {
    [receiver, service] = await Promise.all([startReceiver(), startService({ set: quick })]);
    acme = await integrator(service).tenant({ settings: { webhookUrl: receiver.url, creditsLowAt: 0 } });
    image = (await selfie('ana')).toString('base64');
    const collection = (await post('/v2/face-recognition/collections', { name: 'People' }))._id;
    const project = (await post('/v2/projects', { name: 'Shop' }))._id;
    const fields = { type: 'login', status: 'active', name: 'Login', livenessMinScore: 0 };
    flow = await post('/v2/project-flows', { project, ...fields, assignedCollection: collection });
    await post('/v2/face-recognition/persons', { name: 'Ana', images: [image], collections: [collection] });
  });

  afterAll(async () => {
    await service.remove();
    await receiver[Symbol.asyncDispose]();
  });

  test('S-10 V-30 the image function is killed at every stage of a login: each ends validated, charged once, told', async () => {
    const warm = await open();
    const began = performance.now();
    expect((await insist(warm.token)).status).toBe(200);
    const tookMs = performance.now() - began;
    const ids = [warm.biometricValidation._id];
    for (let stage = 0; stage < 6; stage++) {
      const { token, biometricValidation } = await open();
      const first = send(token);
      await wait((stage / 5) * tookMs);
      killImageWorkers();
      await first;
      await insist(token);
      ids.push(biometricValidation._id);
    }
    await expectSound(ids);
  });
});
