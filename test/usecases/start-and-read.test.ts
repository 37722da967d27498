import { describe, expect, test } from 'vitest';
import { readVerification } from '../../lambdas/usecases/read-verification.ts';
import { startVerification } from '../../lambdas/usecases/start-verification.ts';
import { aWorld } from './world.ts';

describe('init', () => {
  const uploads = {
    presign: async (key: string, { ttlSeconds, maxBytes }: { ttlSeconds: number; maxBytes: number }) => ({
      key,
      url: `https://media.example/${key}?${ttlSeconds}`,
      method: 'PUT' as const,
      headers: {},
      post: { url: 'https://media.example', fields: { max: String(maxBytes) } },
    }),
  };

  test('X-30 X-31 opens an intent for an hour with three uploads, each below its tenant and verification', async () => {
    const world = aWorld();
    const { verification, uploads: signed } = await startVerification(
      { ...world, uploads },
      world.caller(),
      { userRef: 'u' },
      world.clock.now(),
    );
    const { id, tenantId } = verification;
    expect(id).toMatch(/^vf_[A-Za-z0-9]{16,24}$/);
    expect(verification).toMatchObject({ state: 'created', attempts: 0, claims: { userRef: 'u' }, mode: 'live' });
    expect(verification.expiresAt - verification.createdAt).toBe(3_600_000);
    for (const [slot, file] of [
      ['docFront', 'doc-front.jpg'],
      ['docBack', 'doc-back.jpg'],
      ['selfie', 'selfie.jpg'],
    ] as const) {
      expect(verification.uploads[slot]).toBe(`verif/${tenantId}/${id}/${file}`);
      expect(signed[slot]).toMatchObject({ key: verification.uploads[slot], post: { fields: { max: '10485760' } } });
      expect(signed[slot].url).toMatch(/\?900$/);
    }
    expect(await world.verifications.get(verification)).toEqual(verification);
    expect(await world.balance()).toBe(10);
  });
});

describe('read', () => {
  test.each([
    ['created', 0, true],
    ['created', 3_599_999, true],
    ['created', 3_600_000, false],
    ['expired', 0, false],
    ['processing', 9_999_999, true],
    ['redacted', 9_999_999, true],
  ] as const)('X-16 X-32 what is %s, %i ms after init: %s', async (state, later, found) => {
    const world = aWorld();
    const { id } = world.opened({ state });
    world.clock.move(later);
    expect((await readVerification(world, world.caller(), id, world.clock.now())).ok).toBe(found);
  });

  test('X-03 is of the caller’s tenant and mode alone', async () => {
    const world = aWorld();
    const { id } = world.opened();
    for (const other of [{ tenantId: 'tn_other' }, { mode: 'test' }] as const) {
      expect(await readVerification(world, world.caller(other), id, world.clock.now())).toMatchObject({
        error: { code: 'verification_not_found' },
      });
    }
  });
});
