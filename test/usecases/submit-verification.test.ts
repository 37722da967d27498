import { describe, expect, test } from 'vitest';
import type { IdentityVerification } from '../../lambdas/domain/verification.ts';
import { submitVerification } from '../../lambdas/usecases/submit-verification.ts';
import { aWorld, type World } from './world.ts';

const requestOf = ({ clock }: World, { id, uploads }: IdentityVerification, more: object = {}) => ({
  asOf: clock.now(),
  verificationId: id,
  keys: { docFront: uploads.docFront, selfie: uploads.selfie },
  ...more,
});
const submit = (world: World, verification: IdentityVerification, more: object = {}) =>
  submitVerification(world, world.caller(), requestOf(world, verification, more));
const codeOf = async (result: ReturnType<typeof submitVerification>) => {
  const settled = await result;
  return settled.ok ? 'accepted' : [settled.error.code, settled.error.detail?.reason].filter(Boolean).join(' ');
};

describe('submit', () => {
  test('X-01 X-11 takes a verification in: state, debit, job, all that came along', async () => {
    const world = aWorld();
    const opened = world.opened();
    world.clock.move(5000);
    const submitted = await submit(world, opened, { clientLiveness: 0.9, metadata: { a: 1 } });
    expect(submitted).toMatchObject({
      ok: true,
      value: {
        state: 'submitted',
        submittedAt: world.clock.now(),
        balanceAfter: 9,
        submission: { docBack: false, clientLiveness: 0.9, metadata: { a: 1 } },
      },
    });
    expect(world.jobs.sent).toEqual([{ tenantId: opened.tenantId, mode: 'live', id: opened.id }]);
    expect(await world.balance()).toBe(9);
    expect(await world.verifications.due(world.clock.now() + 60_000, 9)).toHaveLength(1);
  });

  test('X-12 fifty at once: one debit, one job, one answer', async () => {
    const world = aWorld();
    const opened = world.opened();
    const all = await Promise.all(Array.from({ length: 50 }, () => submit(world, opened)));
    expect(all.every(({ ok }) => ok)).toBe(true);
    expect(world.jobs.sent).toHaveLength(1);
    expect(await world.balance()).toBe(9);
    expect((await world.credits.ledger(opened.tenantId)).items.map(({ id }) => id)).toEqual([
      `debit_${opened.id}`,
      'grant_1',
    ]);
  });

  test('X-13 K-16 repeated, it answers with the current state and charges nothing, an hour later too', async () => {
    const world = aWorld();
    const opened = world.opened();
    await submit(world, opened);
    world.clock.move(1000);
    await submit(world, opened);
    expect(world.jobs.sent).toHaveLength(1);
    world.clock.move(3_600_000);
    await world.verifications.begin(opened, 0);
    expect(await submit(world, opened)).toMatchObject({ ok: true, value: { state: 'processing' } });
    expect(world.jobs.sent).toHaveLength(1);
    expect(await world.balance()).toBe(9);
  });

  test('X-13 repeated after a while, it sends the job of what has not begun again: its first sender may have died', async () => {
    const world = aWorld();
    const opened = world.opened();
    await submit(world, opened);
    world.clock.move(5001);
    await submit(world, opened);
    expect(world.jobs.sent).toHaveLength(2);
  });

  test('a job that could not be sent is an error, and the submit can be repeated', async () => {
    const world = aWorld();
    const opened = world.opened();
    const broken = { ...world, jobs: { send: async () => Promise.reject(new Error('queue down')) } };
    await expect(submitVerification(broken, world.caller(), requestOf(world, opened))).rejects.toThrow('queue down');
    expect(await codeOf(submit(world, opened))).toBe('accepted');
    expect(await world.balance()).toBe(9);
    expect(await world.verifications.due(world.clock.now() + 60_000, 9)).toHaveLength(1);
  });

  test('X-15 S-16 without credits nothing is dispatched; after a top-up the same submit works', async () => {
    const world = aWorld();
    const opened = world.opened();
    await world.credits.grant(opened.tenantId, { id: 'g2', type: 'grant', amount: -10, reason: 'x', createdAt: 0 });
    expect(await codeOf(submit(world, opened))).toBe('insufficient_credits');
    expect(world.jobs.sent).toEqual([]);
    expect(await world.verifications.get(opened)).toMatchObject({ state: 'created' });
    await world.credits.grant(opened.tenantId, { id: 'g3', type: 'grant', amount: 1, reason: 'x', createdAt: 0 });
    expect(await codeOf(submit(world, opened))).toBe('accepted');
    expect(await world.balance()).toBe(0);
  });

  test('X-16 is open for an hour to the millisecond, and 404 from then on', async () => {
    const world = aWorld();
    const [one, other] = [world.opened(), world.opened({ id: 'vf_0000000000000000AAAB' })];
    world.clock.move(3_599_999);
    expect(await codeOf(submit(world, one))).toBe('accepted');
    world.clock.move(1);
    expect(await codeOf(submit(world, other))).toBe('verification_not_found');
    expect(await world.balance()).toBe(9);
  });

  test.each(['expired', 'canceled', 'redacted'] as const)(
    'X-16 what is %s without ever being accepted is 404',
    async (state) => {
      const world = aWorld();
      expect(await codeOf(submit(world, world.opened({ state })))).toBe('verification_not_found');
    },
  );

  test('X-13 what was accepted and then redacted is still answered', async () => {
    const world = aWorld();
    expect(await codeOf(submit(world, world.opened({ state: 'redacted', submittedAt: 1 })))).toBe('accepted');
  });

  test.each([
    ['docFront', 'doc_front'],
    ['selfie', 'selfie'],
    ['docBack', 'doc_back'],
  ] as const)('X-07 a foreign key as %s is %s_key_mismatch, even after it was accepted', async (slot, prefix) => {
    const world = aWorld();
    for (const verification of [world.opened(), world.accepted({ id: 'vf_0000000000000000AAAB' })]) {
      const request = requestOf(world, verification);
      const keys = { ...request.keys, [slot]: `${verification.uploads[slot]}x` };
      expect(await codeOf(submit(world, verification, { keys }))).toBe(`upload_mismatch ${prefix}_key_mismatch`);
    }
    expect(await world.balance()).toBe(9);
  });

  test.each([
    ['missing', undefined, 'upload_missing', 'not_uploaded'],
    ['empty', 0, 'upload_missing', 'empty'],
    ['over 10 MB', 10 * 1024 * 1024 + 1, 'upload_too_large', 'too_large'],
  ] as const)('X-08 X-31 an upload that is %s is named, and nothing is charged', async (_, size, code, end) => {
    const world = aWorld();
    const opened = world.opened();
    const slots = { docFront: 'doc_front', selfie: 'selfie', docBack: 'doc_back' } as const;
    for (const [slot, prefix] of Object.entries(slots)) {
      const bad = opened.uploads[slot as keyof typeof slots];
      const media = { size: async (key: string) => (key === bad ? size : 5) };
      const result = submitVerification(
        { ...world, media },
        world.caller(),
        requestOf(world, opened, { keys: opened.uploads }),
      );
      expect(await codeOf(result)).toBe(`${code} ${prefix}_${end}`);
    }
    expect(await world.balance()).toBe(10);
    expect(world.jobs.sent).toEqual([]);
  });

  test('X-08 exactly 10 MB is taken, and a back that was not named is not looked for', async () => {
    const world = aWorld();
    const opened = world.opened();
    const media = { size: async (key: string) => (key === opened.uploads.docBack ? undefined : 10 * 1024 * 1024) };
    expect(await codeOf(submitVerification({ ...world, media }, world.caller(), requestOf(world, opened)))).toBe(
      'accepted',
    );
  });

  test('X-06 a back that was named is kept as submitted', async () => {
    const world = aWorld();
    const opened = world.opened();
    expect(await submit(world, opened, { keys: opened.uploads })).toMatchObject({
      value: { submission: { docBack: true } },
    });
  });

  test('X-03 C-01 K-14 another tenant and the other mode find nothing', async () => {
    const world = aWorld();
    const opened = world.opened();
    for (const other of [{ tenantId: 'tn_other' }, { mode: 'test' }] as const) {
      expect(await codeOf(submitVerification(world, world.caller(other), requestOf(world, opened)))).toBe(
        'verification_not_found',
      );
    }
  });

  test('X-34 C-10 a test key is not charged', async () => {
    const world = aWorld();
    const opened = world.opened({ mode: 'test' });
    const submitted = await submitVerification(world, world.caller({ mode: 'test' }), requestOf(world, opened));
    expect(submitted).toMatchObject({ ok: true, value: { state: 'submitted' } });
    expect(await world.balance()).toBe(10);
    expect(world.jobs.sent).toHaveLength(1);
  });

  test('C-10 a test key is judged by the moment that it names, a live one by its own clock', async () => {
    const world = aWorld();
    const opened = world.opened({ mode: 'test' });
    const at = (asOf: number) =>
      submitVerification(world, world.caller({ mode: 'test' }), { ...requestOf(world, opened), asOf });
    expect(await codeOf(at(opened.expiresAt))).toBe('verification_not_found');
    expect(await at(opened.expiresAt - 1)).toMatchObject({ value: { submission: { asOf: opened.expiresAt - 1 } } });
    const live = await submit(world, world.opened({ id: 'vf_0000000000000000AAAB' }));
    expect(live.ok && live.value.submission).not.toHaveProperty('asOf');
  });

  test('a balance that too many move at once asks to try again', async () => {
    const world = aWorld();
    const opened = world.opened();
    const verifications = { get: world.verifications.get, submit: async () => ({ ok: false, error: 'busy' }) as const };
    const result = await submitVerification({ ...world, verifications }, world.caller(), requestOf(world, opened));
    expect(result).toMatchObject({ ok: false, error: { code: 'unavailable', retryAfter: 1 } });
  });

  test('X-16 what expired between look and submit is 404', async () => {
    const world = aWorld();
    const opened = world.opened();
    const verifications = {
      get: world.verifications.get,
      submit: async () => {
        await world.verifications.expire(opened, 1);
        return { ok: false, error: 'state' } as const;
      },
    };
    expect(
      await codeOf(submitVerification({ ...world, verifications }, world.caller(), requestOf(world, opened))),
    ).toBe('verification_not_found');
  });
});
