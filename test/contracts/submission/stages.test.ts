import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { specimen } from '../../../bin/specimen/specimen.ts';
import { integrator, type Json, type TestTenant } from '../../support/client.ts';
import { portrait, selfie } from '../../support/faces.ts';
import { openLocalCloud } from '../../support/local-cloud.ts';

const service = inject('service');
const { api, init, tenant, uploaded, verdict } = integrator(service);

const logOf = (id: string, message: string): Json[] =>
  readFileSync(service.logFile, 'utf8')
    .split('\n')
    .slice(0, -1)
    .filter((line) => line.includes(id))
    .map((line) => JSON.parse(line))
    .filter((line) => line.message === message);

const readsText = (stages: Readonly<Record<string, number>>): boolean =>
  Object.keys(stages).some((name) => name.includes('ppocr'));

describe('submission, stage by stage', () => {
  let acme: TestTenant;
  let id: string;

  beforeAll(async () => {
    acme = await tenant();
    const images = { selfie: await selfie('ana'), docFront: await specimen({ portrait: await portrait('ana') }) };
    const body = await uploaded(acme.keys.pkLive, images);
    id = body.verificationId;
    await api('POST', '/v1/verify/submit', { key: acme.keys.pkLive, body });
    await verdict(acme.keys.skLive, id);
    await vi.waitUntil(() => logOf(id, 'examined').length === 1, { timeout: 5_000 });
  });

  test('X-21 the log has what each step of a submit took, and ids besides', () => {
    const [line] = logOf(id, 'submitted');
    expect(line).toMatchObject({ verificationId: id, tenantId: acme.tenantId, mode: 'live' });
    expect(Object.keys(line.steps).sort()).toEqual(['debit', 'dispatch', 'lookup', 'uploads']);
    // Budgets of the text for a service that has its machine to itself; these tests share it, hence a factor of 5.
    expect(line.steps.lookup).toBeLessThan(5 * 100);
    expect(line.steps.uploads).toBeLessThan(5 * 200);
    expect(line.steps.debit + line.steps.dispatch).toBeLessThan(5 * 200);
  });

  test('X-21 the log has what each stage of an examination took', () => {
    const [line] = logOf(id, 'examined');
    expect(line).toMatchObject({ verificationId: id, tenantId: acme.tenantId, mode: 'live' });
    const { total, ...stages } = line.stages;
    expect(readsText(stages)).toBe(true);
    expect(Object.keys(stages).filter((name) => name.startsWith('model:')).length).toBeGreaterThan(3);
    for (const ms of Object.values<number>(stages)) expect(ms).toBeLessThanOrEqual(total + 1);
    expect(total).toBeLessThan(5 * 3000);
  });

  test('X-14 a job that is tried again within 30 minutes does not read the document again', async () => {
    const { sendJob, plant, item } = await openLocalCloud(service.data);
    const { tenantId } = acme;
    const kept = await item(tenantId, 'live', id, 'reading#docFront');
    expect(kept?.ttl).toBeGreaterThan(Date.now() / 1000 + 1500);
    expect(kept?.ttl).toBeLessThanOrEqual(Date.now() / 1000 + 1801);
    const first = await verdict(acme.keys.skLive, id);

    // As a worker leaves it that dies between the reading and the verdict.
    const again = async (count: number): Promise<Json> => {
      await plant(tenantId, 'live', id, 'verification', { state: 'processing' });
      await sendJob(JSON.stringify({ tenantId, mode: 'live', id }));
      await expect.poll(() => logOf(id, 'examined').length, { timeout: 20_000 }).toBe(count);
      return logOf(id, 'examined').at(-1).stages;
    };
    expect(readsText(await again(2))).toBe(false);
    const second = await verdict(acme.keys.skLive, id);
    expect({ ...second, completedAt: '' }).toEqual({ ...first, completedAt: '' });

    await plant(tenantId, 'live', id, 'reading#docFront', { ttl: Math.floor(Date.now() / 1000) - 1 });
    expect(readsText(await again(3))).toBe(true);
  });

  test('X-19 a fault of ours is 500 "internal" with the id to quote, and says nothing of its cause', async () => {
    const { plant } = await openLocalCloud(service.data);
    const broken = await init(acme.keys.pkTest);
    // A concluded record that lost its scores: no caller can make one, a bug of ours could.
    await plant(acme.tenantId, 'test', broken.verificationId, 'verification', { state: 'review', outcome: {} });
    const answer = await api('GET', `/v1/verify/${broken.verificationId}`, { key: acme.keys.skTest });
    expect(answer).toMatchObject({
      status: 500,
      body: { error: 'internal', requestId: answer.headers.get('x-request-id') },
    });
    expect(answer.text).not.toMatch(/TypeError|at |undefined|scores/);
    expect((await api('GET', '/v1/credits', { key: acme.keys.skTest })).status).toBe(200);
  });
});
