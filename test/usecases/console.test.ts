import { describe, expect, test } from 'vitest';
import { formatKey } from '../../lambdas/domain/api-key.ts';
import type { KeyRecord } from '../../lambdas/domain/tenant.ts';
import { settingsSchema } from '../../lambdas/settings.ts';
import { identifyConsole, openConsoleSession } from '../../lambdas/usecases/console-session.ts';
import { claimReview, decideReview, releaseReview } from '../../lambdas/usecases/review-verification.ts';
import { digest, memoryRateLimits } from '../support/memory.ts';
import { memoryReviews } from '../support/memory-reviews.ts';
import { anOutcome } from '../support/verification.ts';
import { aWorld } from './world.ts';

const hour = 3_600_000;

/** A console of a partner, and keys to it. */
function aConsole() {
  const world = aWorld();
  const settings = settingsSchema.parse({});
  const deps = { ...world, rateLimits: memoryRateLimits(), settings };
  let drawn = 0;
  const addKey = async (change: Partial<KeyRecord> = {}): Promise<string> => {
    const type = change.type ?? 'secret';
    const key = formatKey(type, change.mode ?? 'live', String(++drawn).padStart(32, '0'));
    await world.keys.put({
      keyId: `key_${drawn}`,
      tenantId: world.tenant.tenantId,
      type,
      mode: 'live',
      hint: `hint ${drawn}`,
      origins: [],
      createdAt: 0,
      ...change,
      hash: digest.sha256(key),
    });
    return key;
  };
  const open = (key: string, address = '192.0.2.1', name = 'Ana') => openConsoleSession(deps, { key, name, address });
  const entered = async (key: string) => {
    const opened = await open(key);
    if (!opened.ok) throw new Error(opened.error.code);
    return opened.value;
  };
  return { world, deps, addKey, open, entered, identify: (token: string | undefined) => identifyConsole(deps, token) };
}

const refused = (code: string) => ({ ok: false, error: { code } });

describe('P-51 sessions at the console', () => {
  test('P-51 whoever has a secret key is let in as its tenant and mode, under their name, for eight hours', async () => {
    const { world, addKey, entered, identify } = aConsole();
    const { token, expiresAt } = await entered(await addKey({ mode: 'test' }));
    expect(expiresAt).toBe(world.clock.now() + 8 * hour);
    const known = { tenantId: world.tenant.tenantId, mode: 'test', keyId: 'key_1', keyType: 'secret' };
    const reviewer = { keyId: 'key_1', keyHint: 'hint 1', name: 'Ana' };
    expect(await identify(token)).toEqual({ ok: true, value: { caller: { ...known, reviewer }, plan: 'standard' } });
    world.clock.move(8 * hour - 1);
    expect((await identify(token)).ok).toBe(true);
    world.clock.move(1);
    expect(await identify(token)).toMatchObject(refused('unauthorized'));
  });

  test('P-51 the key must live on: revoked, expired, or its account disabled, the session is over', async () => {
    const { world, addKey, entered, identify } = aConsole();
    const [revoked, lapsing, good] = [
      await addKey(),
      await addKey({ expiresAt: world.clock.now() + hour }),
      await addKey(),
    ];
    const tokens = await Promise.all([revoked, lapsing, good].map(async (key) => (await entered(key)).token));
    await world.keys.revoke('key_1', world.clock.now());
    world.clock.move(hour);
    const codes = await Promise.all(tokens.map(async (token) => (await identify(token)).ok));
    expect(codes).toEqual([false, false, true]);
    await world.tenants.update(world.tenant.tenantId, { status: 'disabled' });
    expect(await identify(tokens[2])).toMatchObject(refused('tenant_disabled'));
  });

  test('P-51 a token that the tenant signs itself admits nobody beyond a live secret key of its own', async () => {
    const { world, deps, addKey, identify } = aConsole();
    const own = digest.sha256(await addKey());
    const shown = digest.sha256(await addKey({ type: 'publishable' }));
    world.tenants.add({ tenantId: 'tn_BBBBBBBBBBBBBBBB' });
    const theirs = digest.sha256(await addKey({ tenantId: 'tn_BBBBBBBBBBBBBBBB' }));
    const claims = {
      kind: 'console',
      tenant: world.tenant.tenantId,
      sub: 'key_1',
      key_sha256: own,
      name: 'Ana',
      exp: Math.floor(world.clock.now() / 1000) + 60,
    };
    const sign = (change: object) => deps.tokens.sign(world.tenant.tenantId, { ...claims, ...change });
    expect((await identify(await sign({}))).ok).toBe(true);
    for (const change of [
      { key_sha256: theirs, sub: 'key_3' },
      { key_sha256: shown, sub: 'key_2' },
      { key_sha256: own, sub: 'key_2' },
      { key_sha256: 'key_1' },
      { key_sha256: 'f'.repeat(64) },
      { kind: 'hosted' },
      { name: 7 },
      { exp: undefined },
      { tenant: 'tn_BBBBBBBBBBBBBBBB' },
      { tenant: `${world.tenant.tenantId}#live` },
    ]) {
      expect(await identify(await sign(change)), JSON.stringify(change)).toMatchObject(refused('unauthorized'));
    }
    for (const token of [undefined, '']) expect(await identify(token)).toMatchObject(refused('unauthorized'));
  });

  test('P-51 guesses are counted by address and by key, right or wrong', async () => {
    const { world, addKey, open } = aConsole();
    const key = await addKey();
    for (let at = 0; at < 20; at++) expect(await open(`guess ${at}`)).toMatchObject(refused('invalid_key'));
    expect(await open(key)).toMatchObject({ ...refused('rate_limited'), error: { retryAfter: 3 } });
    expect((await open(key, '192.0.2.2')).ok).toBe(true);
    for (let at = 0; at < 19; at++) await open(key, `192.0.2.${at + 3}`);
    expect(await open(key, '198.51.100.1')).toMatchObject(refused('rate_limited'));
    world.clock.move(60_000);
    expect((await open(key)).ok).toBe(true);
  });
});

describe('C-18 reviews, step by step', () => {
  const waiting = () => {
    const { world, deps } = aConsole();
    const one = world.accepted();
    world.verifications.put({ ...one, state: 'review', outcome: anOutcome({ decision: 'review' }) });
    const at = (name: string) => world.caller({ reviewer: { keyId: 'key_1', keyHint: 'x', name } });
    const reviews = memoryReviews(world.verifications);
    return { world, id: one.id, ana: at('Ana'), ben: at('Ben'), deps: { ...deps, reviews } };
  };
  const because = { decision: 'rejected', reason: 'Another face.' } as const;

  test('C-18 decided with a claim of one’s own, told at once, and once', async () => {
    const { world, deps, id, ana } = waiting();
    await claimReview(deps, ana, id);
    expect(await decideReview(deps, ana, id, because)).toMatchObject({
      ok: true,
      value: { state: 'rejected', review: { reason: 'Another face.', at: world.clock.now() } },
    });
    expect(world.events.published).toMatchObject([{ type: 'verification.rejected', subject: id }]);
    expect(await decideReview(deps, ana, id, because)).toMatchObject(refused('conflict'));
    expect(world.events.published).toHaveLength(1);
  });

  test('C-18 what cannot be told now is told later: the decision stands', async () => {
    const { world, deps, id, ana } = waiting();
    await claimReview(deps, ana, id);
    const events = { publish: () => Promise.reject(new Error('The bus is away.')) };
    expect(await decideReview({ ...deps, events }, ana, id, because)).toMatchObject({ ok: true });
    expect((await world.verifications.get({ ...ana, id }))?.state).toBe('rejected');
  });

  test('C-18 whoever comes second is told why, between looking and taking too', async () => {
    const { deps, id, ana, ben } = waiting();
    await claimReview(deps, ana, id);
    const reason = (why: string) => ({ ok: false, error: { code: 'conflict', detail: { reason: why } } });
    expect(await claimReview(deps, ben, id)).toMatchObject(reason('claimed_by_other'));
    expect(await releaseReview(deps, ben, id)).toMatchObject(reason('claimed_by_other'));
    await releaseReview(deps, ana, id);
    expect(await decideReview(deps, ana, id, because)).toMatchObject(reason('not_claimed'));
    // Ben claims after Ana has looked, and before she takes it.
    const claim: typeof deps.reviews.claim = async (ref, own, now) => {
      await claimReview(deps, ben, id);
      return deps.reviews.claim(ref, own, now);
    };
    const late = await claimReview({ ...deps, reviews: { ...deps.reviews, claim } }, ana, id);
    expect(late).toMatchObject(reason('claimed_by_other'));
  });

  test('C-18 S-08 of another realm there is nothing to claim', async () => {
    const { deps, id, ana } = waiting();
    for (const change of [{ mode: 'test' }, { tenantId: 'tn_BBBBBBBBBBBBBBBB' }] as const)
      expect(await claimReview(deps, { ...ana, ...change }, id)).toMatchObject(refused('verification_not_found'));
  });
});
