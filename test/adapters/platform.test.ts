import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { perMinute } from '../../lambdas/domain/rate-limit.ts';
import type { KeyRecord, Tenant } from '../../lambdas/domain/tenant.ts';
import { document } from '../support/evidence.ts';
import { memoryRateLimits } from '../support/memory.ts';
import { aVerification } from '../support/verification.ts';
import { fresh, kinds, type Stores } from './stores.ts';

describe.each(kinds)('tenants, keys, credits, limits in %s', (_, start) => {
  let stores: Stores;
  beforeAll(async () => {
    stores = await start();
  });
  afterAll(() => stores.stop());

  const now = () => stores.clock.now();
  const aKey = (tenantId: string, change: Partial<KeyRecord> = {}) => {
    const keyId = fresh('key');
    const record = {
      keyId,
      tenantId,
      type: 'secret',
      mode: 'live',
      hint: 'sk_live_…abcd',
      origins: ['https://a.example'],
      createdAt: now(),
    } as const;
    return { ...record, ...change, hash: `hash-of-${keyId}` };
  };
  const aTenant = (change: Partial<Tenant> = {}): Tenant => ({
    tenantId: fresh('tn'),
    name: 'Acme',
    plan: 'standard',
    status: 'active',
    settings: { thresholds: { match: 0.9 }, allowedOrigins: [] },
    createdAt: now(),
    ...change,
  });
  const create = async (tenant: Tenant, balance = 0, keys = [aKey(tenant.tenantId)]) => {
    await stores.registry.create({
      tenant,
      webhookSecret: { sealed: 'w1' },
      signingSecret: { kid: 'k1', sealed: 's1', createdAt: 1 },
      keys,
      balance,
    });
    return { tenant, keys };
  };

  test('S-02 a tenant is made with keys, secrets and balance, all or nothing', async () => {
    const { tenant, keys } = await create(aTenant(), 7);
    const { tenantId } = tenant;
    expect(await stores.tenants.get(tenantId)).toEqual(tenant);
    expect(await stores.tenants.webhookSecrets(tenantId)).toEqual([{ sealed: 'w1' }]);
    const { hash = '', ...record } = keys[0] ?? {};
    expect(await stores.keys.byHash(hash)).toEqual(record);
    expect(await stores.credits.balance(tenantId)).toBe(7);
    expect((await stores.credits.ledger(tenantId)).items).toMatchObject([
      { type: 'grant', amount: 7, balance: 7, createdAt: now() },
    ]);
    await expect(create(tenant)).rejects.toThrow('drawn twice');
    expect(await stores.tenants.get(fresh('tn'))).toBeUndefined();
  });

  test('S-18 C-30 a change touches what it names; the webhook comes back only where it is asked for', async () => {
    const { tenant } = await create(aTenant());
    const { tenantId } = tenant;
    await stores.tenants.disableWebhook(tenantId, 5);
    expect(
      await stores.tenants.update(tenantId, { name: 'New', status: 'disabled', settings: { ageThreshold: 21 } }),
    ).toEqual({
      ...tenant,
      name: 'New',
      status: 'disabled',
      settings: { ageThreshold: 21 },
      webhookDisabledAt: 5,
    });
    expect(await stores.tenants.update(tenantId, { settings: {} }, true)).not.toHaveProperty('webhookDisabledAt');
    expect(await stores.tenants.update(tenantId, {})).toMatchObject({ name: 'New' });
    expect(await stores.tenants.update(fresh('tn'), { name: 'x' })).toBeUndefined();
    expect(await stores.tenants.get(tenantId)).toMatchObject({ plan: 'standard', createdAt: tenant.createdAt });
  });

  test('S-07 of webhook secrets the new one and the one before are kept', async () => {
    const { tenantId } = (await create(aTenant())).tenant;
    await stores.tenants.rotateWebhookSecret(tenantId, { sealed: 'w2' }, 100);
    expect(await stores.tenants.webhookSecrets(tenantId)).toEqual([{ sealed: 'w2' }, { sealed: 'w1', until: 100 }]);
    await stores.tenants.rotateWebhookSecret(tenantId, { sealed: 'w3' }, 200);
    expect(await stores.tenants.webhookSecrets(tenantId)).toEqual([{ sealed: 'w3' }, { sealed: 'w2', until: 200 }]);
    expect(JSON.stringify(await stores.tenants.get(tenantId))).not.toMatch(/w3|s1/);
  });

  test('L-38 signing secrets change only from what was read, and never show in the tenant', async () => {
    const { tenant } = await create(aTenant());
    const { tenantId } = tenant;
    const first = { kid: 'k1', sealed: 's1', createdAt: 1 };
    const second = { kid: 'k2', sealed: 's2', createdAt: 2 };
    expect(await stores.tenants.signingSecrets(tenantId)).toEqual([first]);
    expect(await stores.tenants.setSigningSecrets(tenantId, [first], [second, first])).toBe(true);
    expect(await stores.tenants.setSigningSecrets(tenantId, [first], [])).toBe(false);
    expect(await stores.tenants.signingSecrets(tenantId)).toEqual([second, first]);
    expect(await stores.tenants.signingSecrets(fresh('tn'))).toEqual([]);
    expect(await stores.tenants.get(tenantId)).toEqual(tenant);
  });

  test('L-61 a tenant has one template key, whoever proposes at the same time', async () => {
    const { tenant } = await create(aTenant());
    const proposals = Array.from({ length: 4 }, (_, i) =>
      stores.tenants.templateKey(tenant.tenantId, async () => `t${i}`),
    );
    const keys = await Promise.all(proposals);
    expect(new Set(keys).size).toBe(1);
    expect(await stores.tenants.templateKey(tenant.tenantId, async () => 'late')).toBe(keys[0]);
    expect(await stores.tenants.get(tenant.tenantId)).toEqual(tenant);
    await expect(stores.tenants.templateKey(fresh('tn'), async () => 'none')).rejects.toThrow();
  });

  test('C-02 keys: made once, listed by tenant, newest first, stamped when used and revoked', async () => {
    const tenantId = fresh('tn');
    const [old, young] = [aKey(tenantId), aKey(tenantId, { createdAt: now() + 1, expiresAt: 9 })];
    for (const key of [old, young, aKey(fresh('tn'))]) await stores.keys.put(key);
    await expect(stores.keys.put(old)).rejects.toThrow('drawn twice');
    expect((await stores.keys.list(tenantId)).map(({ keyId }) => keyId)).toEqual([young.keyId, old.keyId]);
    await stores.keys.touch(old.hash, 50);
    expect([await stores.keys.revoke(old.keyId, 60), await stores.keys.revoke('key_none', 60)]).toEqual([true, false]);
    const { hash, ...record } = old;
    expect(await stores.keys.byHash(hash)).toEqual({ ...record, lastUsedAt: 50, revokedAt: 60 });
    expect(await stores.keys.byHash('none')).toBeUndefined();
    expect(await stores.keys.list(fresh('tn'))).toEqual([]);
  });

  test('S-03 the balance is the sum of the ledger, whatever is granted at once, and never below 0', async () => {
    const tenantId = fresh('tn');
    const grant = (amount: number) =>
      stores.credits.grant(tenantId, { id: fresh('grant'), type: 'grant', amount, reason: 'x', createdAt: now() });
    expect(await grant(-1)).toEqual({ ok: false, error: 'short' });
    const all = await Promise.all([5, 3, 4, 2, 1].map(grant));
    expect(all.every(({ ok }) => ok)).toBe(true);
    expect(await grant(-16)).toEqual({ ok: false, error: 'short' });
    expect(await grant(-15)).toMatchObject({ ok: true, value: { balance: 0 } });
    const { items } = await stores.credits.ledger(tenantId);
    expect(items.reduce((sum, { amount }) => sum + amount, 0)).toBe(await stores.credits.balance(tenantId));
    expect(items).toHaveLength(6);
  });

  test('C-06 rate limits: at once as many as the domain’s rule lets in, each counted apart', async () => {
    const bucket = perMinute(5);
    const tenantId = fresh('tn');
    const all = await Promise.all(
      Array.from({ length: 12 }, () => stores.rateLimits.take(tenantId, 'init', bucket, now())),
    );
    const allowed = all.filter((one) => one.allowed);
    expect(allowed.map(({ remaining }) => remaining).sort()).toEqual([0, 1, 2, 3, 4]);
    for (const one of all.filter((one) => !one.allowed))
      expect(one).toMatchObject({ remaining: 0, retryAfterMs: 12_000 });
    expect((await stores.rateLimits.take(tenantId, 'submit', bucket, now())).remaining).toBe(4);
    expect((await stores.rateLimits.take(fresh('tn'), 'init', bucket, now())).remaining).toBe(4);
  });

  test('C-06 rate limits over time are those of the domain', async () => {
    const gaps = fc.array(fc.constantFrom(0, 1, 500, 9_999, 20_000, 61_000), { minLength: 8, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(gaps, fc.integer({ min: 1, max: 4 }), async (gaps, limit) => {
        const model = memoryRateLimits();
        const tenantId = fresh('tn');
        let at = now();
        for (const gap of gaps) {
          at += gap;
          const expected = await model.take(tenantId, 'x', perMinute(limit), at);
          expect(await stores.rateLimits.take(tenantId, 'x', perMinute(limit), at)).toEqual(expected);
        }
      }),
      { numRuns: 12 },
    );
  });

  test('C-07 idempotency: one of ten at once may work; its reply is kept for the day', async () => {
    const scope = fresh('scope');
    const begin = (hash = 'h', at = now(), key = 'k') => stores.idempotency.begin(scope, key, hash, at, 86_400);
    const all = await Promise.all(Array.from({ length: 10 }, () => begin()));
    expect(all.filter((one) => one === undefined)).toHaveLength(1);
    expect(all.filter((one) => one === 'in_flight')).toHaveLength(9);
    expect(await begin('other')).toBe('other_body');
    const reply = { status: 202, headers: { 'content-type': 'application/json' }, body: '{"a":1}' };
    await stores.idempotency.complete(scope, 'k', reply);
    expect([await begin(), await begin('other'), await begin('h', now() + 86_399_000)]).toEqual([
      reply,
      'other_body',
      reply,
    ]);
    expect(await begin('h', now() + 86_401_000)).toBeUndefined();
    expect(await begin('h', now(), 'k2')).toBeUndefined();
    expect(await stores.idempotency.begin(fresh('scope'), 'k', 'h', now(), 86_400)).toBeUndefined();
  });

  test('C-07 a failed call frees its key; one whose process died frees it after 35 s, to the same body', async () => {
    const scope = fresh('scope');
    const begin = (hash: string, at: number) => stores.idempotency.begin(scope, 'k', hash, at, 86_400);
    await begin('h', now());
    await stores.idempotency.release(scope, 'k');
    expect(await begin('h2', now())).toBeUndefined();
    expect(await begin('h2', now() + 35_000)).toBe('in_flight');
    expect(await begin('h', now() + 35_001)).toBe('other_body');
    expect(await begin('h2', now() + 35_001)).toBeUndefined();
    expect(await begin('h2', now() + 35_002)).toBe('in_flight');
  });

  test('C-07 of a lock that was freed meanwhile no reply is left behind', async () => {
    const scope = fresh('scope');
    await stores.idempotency.complete(scope, 'k', { status: 200, headers: {}, body: '' });
    expect(await stores.idempotency.begin(scope, 'k', 'h', now(), 86_400)).toBeUndefined();
  });

  test('X-14 a reading is kept for its time, of each side apart', async () => {
    const ref = aVerification({ id: fresh('vf') });
    const reading = document();
    await stores.readings.put(ref, 'docFront', reading, now() + 1_800_000);
    expect(await stores.readings.get(ref, 'docFront')).toEqual(reading);
    expect(await stores.readings.get(ref, 'docBack')).toBeUndefined();
    expect(await stores.readings.get({ ...ref, mode: 'test' }, 'docFront')).toBeUndefined();
    stores.clock.move(1_800_000);
    expect(await stores.readings.get(ref, 'docFront')).toBeUndefined();
  });
});
