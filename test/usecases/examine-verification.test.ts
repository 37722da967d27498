import { describe, expect, test } from 'vitest';
import { measured, unavailable } from '../../lambdas/domain/evidence.ts';
import { examineVerification } from '../../lambdas/usecases/examine-verification.ts';
import { aWorld, preparedVision } from './world.ts';

describe('examine', () => {
  test('X-22 X-32 writes the verdict with all that it rests on, publishes it, and nothing is due any more', async () => {
    const world = aWorld();
    const accepted = world.accepted();
    await examineVerification(world, accepted);
    const concluded = await world.verifications.get(accepted);
    expect(concluded).toMatchObject({
      state: 'approved',
      concludedAt: world.clock.now(),
      outcome: {
        decision: 'approved',
        confidence: 93,
        models: { 'test-model': 'a'.repeat(64) },
        policy: { match: 0.8, liveness: 0.55, approve: 80, review: 60, requireLiveness: true },
        policyHash: expect.stringMatching(/^[0-9a-f]{64}$/),
        scores: { ocrConfidence: 0.95, faceMatch: 0.93, liveness: 0.9, docQuality: 0.9 },
        stages: { ocr: 5, detect: 4, total: 0 },
      },
    });
    expect(world.events.published.map(({ type }) => type)).toEqual(['credits.low', 'verification.approved']);
    expect(await world.verifications.due(Number.MAX_SAFE_INTEGER, 9)).toEqual([]);
  });

  test('X-32 a score that could not be measured is absent, not 0', async () => {
    const world = aWorld();
    const { vision } = preparedVision({ liveness: unavailable('No model.') });
    const accepted = world.accepted();
    await examineVerification({ ...world, vision }, accepted);
    const { outcome } = (await world.verifications.get(accepted)) ?? {};
    expect(outcome?.scores).not.toHaveProperty('liveness');
    expect(outcome?.decision).toBe('review');
  });

  test('X-33 S-04 obeys the thresholds of the tenant', async () => {
    const world = aWorld();
    await world.tenants.update(world.tenant.tenantId, { settings: { thresholds: { match: 0.95 } } });
    const accepted = world.accepted();
    await examineVerification(world, accepted);
    expect(await world.verifications.get(accepted)).toMatchObject({
      state: 'review',
      outcome: { policy: { match: 0.95 } },
    });
  });

  test('a job delivered twice: one verdict, one event id', async () => {
    const world = aWorld();
    const accepted = world.accepted();
    await Promise.all([examineVerification(world, accepted), examineVerification(world, accepted)]);
    const first = await world.verifications.get(accepted);
    world.clock.move(1000);
    await examineVerification(world, accepted);
    expect(await world.verifications.get(accepted)).toEqual(first);
    const verdicts = world.events.published.filter(({ type }) => type === 'verification.approved');
    expect(verdicts.length).toBeGreaterThan(1);
    expect(new Set(verdicts.map((event) => JSON.stringify(event))).size).toBe(1);
  });

  test('a verdict that another worker has written stands, whatever the slower one found', async () => {
    const world = aWorld();
    const accepted = world.accepted();
    const slow = preparedVision({ similarity: measured(0.1) }).vision;
    const compare: typeof slow.compare = (a, b) => {
      void world.verifications.conclude(accepted, { decision: 'review' } as never, 77, 0);
      return slow.compare(a, b);
    };
    await examineVerification({ ...world, vision: { ...slow, compare } }, accepted);
    expect(await world.verifications.get(accepted)).toMatchObject({ state: 'review', concludedAt: 77 });
    expect(world.events.published.at(-1)).toMatchObject({ type: 'verification.review_required', occurredAt: 77 });
  });

  test('killed between verdict and event: the job delivered again publishes that event, of the same id and time', async () => {
    const world = aWorld();
    const accepted = world.accepted();
    const publish = async ({ type }: { type: string }) => {
      if (type.startsWith('verification.')) throw new Error('killed');
    };
    await expect(examineVerification({ ...world, events: { publish } }, accepted)).rejects.toThrow('killed');
    const judgedAt = world.clock.now();
    expect(await world.verifications.get(accepted)).toMatchObject({ state: 'approved' });
    expect(await world.verifications.due(judgedAt + 60_000, 9)).toHaveLength(1);
    world.clock.move(70_000);
    await examineVerification(world, accepted);
    expect(world.events.published).toMatchObject([
      { eventId: `evt_${accepted.id}_verification_approved`, occurredAt: judgedAt },
    ]);
    expect(await world.verifications.due(Number.MAX_SAFE_INTEGER, 9)).toEqual([]);
    expect(world.looked.faces).toBe(1);
  });

  test('X-14 a retried job does not read a document again', async () => {
    const world = aWorld();
    const accepted = world.accepted({ submission: { docBack: true } });
    const compare = () => {
      throw new Error('out of memory');
    };
    await expect(examineVerification({ ...world, vision: { ...world.vision, compare } }, accepted)).rejects.toThrow();
    expect(world.looked).toMatchObject({ documents: 2, portraits: 1 });
    await examineVerification(world, accepted);
    expect(world.looked).toMatchObject({ documents: 2, portraits: 2 });
    expect(await world.verifications.get(accepted)).toMatchObject({ state: 'approved' });
  });

  test('a fault of ours leaves it processing, due again, and throws', async () => {
    const world = aWorld();
    const accepted = world.accepted();
    const media = { read: async () => Promise.reject(new Error('storage down')) };
    await expect(examineVerification({ ...world, media }, accepted)).rejects.toThrow('storage down');
    expect(await world.verifications.get(accepted)).toMatchObject({ state: 'processing' });
    expect(await world.verifications.due(world.clock.now() + 60_000, 9)).toHaveLength(1);
  });

  test('X-08 an upload that disappeared is a finding, not a fault', async () => {
    const world = aWorld();
    const accepted = world.accepted();
    world.media.objects.delete(accepted.uploads.selfie);
    await examineVerification(world, accepted);
    const { state, outcome } = (await world.verifications.get(accepted)) ?? {};
    expect(state).toBe('rejected');
    expect(outcome?.flags).toContain('selfie_unreadable');
  });

  test('the same file as selfie and document is told', async () => {
    const world = aWorld();
    const accepted = world.accepted();
    world.media.objects.set(accepted.uploads.selfie, new Uint8Array([1]));
    world.media.objects.set(accepted.uploads.docFront, new Uint8Array([1]));
    await examineVerification(world, accepted);
    expect((await world.verifications.get(accepted))?.outcome?.flags).toContain('same_image');
  });

  test('X-09 K-23 what the browser claims is compared with what was measured', async () => {
    const world = aWorld();
    const accepted = world.accepted({ submission: { docBack: false, clientLiveness: 0.1 } });
    await examineVerification(world, accepted);
    expect((await world.verifications.get(accepted))?.outcome?.flags).toContain('client_liveness_disagrees');
  });

  test('a job of what was never submitted does nothing; of what never was, it is for the dead letters', async () => {
    const world = aWorld();
    const opened = world.opened();
    await examineVerification(world, opened);
    await expect(examineVerification(world, { ...opened, id: 'vf_none' })).rejects.toThrow('without its verification');
    expect(await world.verifications.get(opened)).toMatchObject({ state: 'created' });
    expect(world.events.published).toEqual([]);
    expect(world.looked.faces).toBe(0);
  });

  test.each([
    [9, undefined, true],
    [10, undefined, false],
    [9, 5, false],
    [4, 5, true],
    [0, 0, false],
  ])(
    'S-03 X-40 a debit that left %i, with a warning at %s: credits.low %s',
    async (balanceAfter, creditsLowAt, told) => {
      const world = aWorld();
      if (creditsLowAt !== undefined) await world.tenants.update(world.tenant.tenantId, { settings: { creditsLowAt } });
      await examineVerification(world, world.accepted({ balanceAfter }));
      expect(world.events.published.some(({ type }) => type === 'credits.low')).toBe(told);
    },
  );
});
