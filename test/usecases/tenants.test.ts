import { describe, expect, test } from 'vitest';
import { formatKey, readKey } from '../../lambdas/domain/api-key.ts';
import type { KeyRecord } from '../../lambdas/domain/tenant.ts';
import { authenticate } from '../../lambdas/usecases/authenticate.ts';
import { deleteSubject } from '../../lambdas/usecases/delete-subject.ts';
import { grantCredits } from '../../lambdas/usecases/grant-credits.ts';
import {
  acceptSettings,
  createKey,
  createTenant,
  readTenant,
  updateTenant,
} from '../../lambdas/usecases/manage-tenants.ts';
import { aWorld } from './world.ts';

const request = { name: 'Acme', plan: 'standard', credits: 5, settings: {} } as const;

describe('X-18 C-02 authenticate', () => {
  const withKey = async (change: Partial<KeyRecord> = {}) => {
    const world = aWorld();
    const type = change.type ?? 'publishable';
    const key = formatKey(type, 'live', 'A'.repeat(32));
    const record = {
      keyId: 'key_1',
      tenantId: world.tenant.tenantId,
      type,
      mode: 'live',
      hint: '',
      origins: [],
      createdAt: 0,
    } as const;
    await world.keys.put({ ...record, ...change, hash: world.digest.sha256(key) });
    const as = async (authorization: string | undefined = `Bearer ${key}`, origin?: string) => {
      const known = await authenticate(world, authorization, origin);
      return known.ok ? known.value : known.error.code;
    };
    return { ...world, key, as };
  };

  test('C-01 a key says the tenant, mode and plan that its caller has', async () => {
    const { as } = await withKey({ type: 'secret' });
    expect(await as()).toEqual({
      caller: { tenantId: 'tn_AAAAAAAAAAAAAAAA', mode: 'live', keyId: 'key_1', keyType: 'secret' },
      plan: 'standard',
    });
  });

  test('X-18 codes tell a missing key from a wrong one', async () => {
    const { as, key } = await withKey();
    for (const none of ['', 'Basic abc', 'Bearer', `Bearer ${key} ${key}`]) expect(await as(none)).toBe('unauthorized');
    expect(await as(`Bearer ${formatKey('publishable', 'live', 'B'.repeat(32))}`)).toBe('invalid_key');
    expect(await as(`Bearer ${key.slice(0, -1)}`)).toBe('invalid_key');
  });

  test('C-02 a mistyped key costs no read', async () => {
    const world = await withKey();
    const keys = { ...world.keys, byHash: () => Promise.reject(new Error('read')) };
    const known = await authenticate({ ...world, keys }, `Bearer ${world.key.slice(0, -1)}x`, undefined);
    expect(known).toMatchObject({ ok: false, error: { code: 'invalid_key' } });
  });

  test('X-18 revoked, expired, of a tenant that is disabled or gone', async () => {
    expect(await (await withKey({ revokedAt: 1 })).as()).toBe('invalid_key');
    const expiring = await withKey({ expiresAt: 1_800_000_001_000 });
    expiring.clock.move(999);
    expect(await expiring.as()).toHaveProperty('caller');
    expiring.clock.move(1);
    expect(await expiring.as()).toBe('key_expired');
    expect(await (await withKey({ tenantId: 'tn_gone' })).as()).toBe('invalid_key');
    const disabled = await withKey();
    await disabled.tenants.update('tn_AAAAAAAAAAAAAAAA', { status: 'disabled' });
    expect(await disabled.as()).toBe('tenant_disabled');
  });

  test('X-35 an origin is checked where there is one, on publishable keys', async () => {
    const { as } = await withKey({ origins: ['https://shop.example'] });
    expect(await as(undefined, 'https://shop.example')).toHaveProperty('caller');
    expect(await as(undefined, 'https://evil.example')).toBe('origin_not_allowed');
    expect(await as(undefined, '')).toBe('origin_not_allowed');
    expect(await as()).toHaveProperty('caller');
    const secret = await withKey({ type: 'secret' });
    expect(await secret.as(undefined, 'https://anywhere.example')).toHaveProperty('caller');
  });

  test('C-02 last used is written once an hour', async () => {
    const world = await withKey();
    const used = async () => (await world.keys.list('tn_AAAAAAAAAAAAAAAA'))[0]?.lastUsedAt;
    await world.as();
    const first = world.clock.now();
    world.clock.move(3_600_000);
    await world.as();
    expect(await used()).toBe(first);
    world.clock.move(1);
    await world.as();
    expect(await used()).toBe(world.clock.now());
  });
});

describe('S-02 tenants', () => {
  test('S-02 C-02 a new one has four working keys, secrets, and its opening balance in the ledger', async () => {
    const world = aWorld();
    const created = await createTenant(world, { ...request, settings: { allowedOrigins: ['https://shop.example'] } });
    const { tenantId } = created.tenant;
    expect(Object.entries(created.keys).map(([slot, key]) => [slot, readKey(key)])).toEqual([
      ['pkLive', { type: 'publishable', mode: 'live' }],
      ['skLive', { type: 'secret', mode: 'live' }],
      ['pkTest', { type: 'publishable', mode: 'test' }],
      ['skTest', { type: 'secret', mode: 'test' }],
    ]);
    for (const key of Object.values(created.keys)) {
      const known = await authenticate(world, `Bearer ${key}`, 'https://shop.example');
      expect(known).toMatchObject({ ok: true, value: { caller: { tenantId } } });
    }
    expect(created.webhookSecret).toMatch(/^whsec_/);
    expect(created.signingSecret).toMatch(/^sgn_\w{43}$/);
    expect(await world.credits.balance(tenantId)).toBe(5);
    expect((await world.credits.ledger(tenantId)).items).toMatchObject([{ type: 'grant', amount: 5, balance: 5 }]);
  });

  test('C-02 of keys and secrets only hashes and sealed forms are kept', async () => {
    const world = aWorld();
    const { tenant, keys, webhookSecret } = await createTenant(world, request);
    const kept = JSON.stringify([await world.keys.list(tenant.tenantId), await world.tenants.get(tenant.tenantId)]);
    for (const secret of [...Object.values(keys), webhookSecret]) expect(kept).not.toContain(secret);
    expect(await world.tenants.webhookSecrets(tenant.tenantId)).toEqual([
      { sealed: `${tenant.tenantId}:${webhookSecret}` },
    ]);
  });

  test('S-04 settings are merged one by one, and null takes one back', async () => {
    const world = aWorld();
    const { tenantId } = (await createTenant(world, { ...request, settings: { ageThreshold: 21, retentionDays: 5 } }))
      .tenant;
    const settings = { retentionDays: null, creditsLowAt: 3 };
    expect(await updateTenant(world, tenantId, { name: 'New', settings })).toMatchObject({
      ok: true,
      value: { balance: 5, tenant: { name: 'New', plan: 'standard', settings: { ageThreshold: 21, creditsLowAt: 3 } } },
    });
    expect((await world.tenants.get(tenantId))?.settings).not.toHaveProperty('retentionDays');
    expect(await updateTenant(world, tenantId, {})).toMatchObject({
      value: { tenant: { settings: { ageThreshold: 21 } } },
    });
  });

  test('C-30 S-18 a webhook that was disabled comes back with an address, and with nothing else', async () => {
    const world = aWorld();
    const { tenantId } = world.tenant;
    await world.tenants.disableWebhook(tenantId, 5);
    await updateTenant(world, tenantId, { name: 'New', settings: { ageThreshold: 18 } });
    expect(await world.tenants.get(tenantId)).toHaveProperty('webhookDisabledAt');
    await updateTenant(world, tenantId, { settings: { webhookUrl: 'https://hooks.example/a' } });
    expect(await world.tenants.get(tenantId)).not.toHaveProperty('webhookDisabledAt');
  });

  test('a tenant that is not there', async () => {
    const world = aWorld();
    const missing = { ok: false, error: { code: 'not_found' } };
    expect(await readTenant(world, 'tn_none')).toMatchObject(missing);
    expect(await updateTenant(world, 'tn_none', { name: 'x' })).toMatchObject(missing);
    expect(await createKey(world, 'tn_none', { type: 'secret', mode: 'live' })).toMatchObject(missing);
    expect(await grantCredits(world, 'tn_none', { amount: 1, reason: 'x' })).toMatchObject(missing);
  });

  test('P-40 a webhook address is https, except where a local run allows otherwise', () => {
    const plain = { webhookUrl: 'http://hooks.example/a' };
    expect(acceptSettings(plain, { allowInsecure: true }).ok).toBe(true);
    expect(acceptSettings(plain, { allowInsecure: false })).toMatchObject({
      ok: false,
      error: { code: 'invalid_request' },
    });
    for (const settings of [{ webhookUrl: 'https://hooks.example/a' }, { webhookUrl: null }, {}]) {
      expect(acceptSettings(settings, { allowInsecure: false }).ok).toBe(true);
    }
  });

  test('S-02 a key more has the origins it is given, else the tenant’s', async () => {
    const world = aWorld();
    const { tenantId } = (
      await createTenant(world, { ...request, settings: { allowedOrigins: ['https://a.example'] } })
    ).tenant;
    const origins = async (given?: string[]) => {
      const options = { type: 'publishable', mode: 'test', ...(given && { origins: given }), expiresAt: 9 } as const;
      const made = await createKey(world, tenantId, options);
      const keyId = made.ok ? made.value.keyId : '';
      const kept = (await world.keys.list(tenantId)).find((key) => key.keyId === keyId);
      expect(kept).toMatchObject({ type: 'publishable', mode: 'test', expiresAt: 9 });
      return kept?.origins;
    };
    expect(await origins()).toEqual(['https://a.example']);
    expect(await origins([])).toEqual([]);
    expect(await origins(['https://b.example'])).toEqual(['https://b.example']);
  });

  test('S-03 credits are granted and taken back, never below 0', async () => {
    const world = aWorld();
    const grant = (amount: number) => grantCredits(world, world.tenant.tenantId, { amount, reason: 'by hand' });
    expect(await grant(5)).toMatchObject({
      ok: true,
      value: { type: 'grant', amount: 5, balance: 15, reason: 'by hand' },
    });
    expect(await grant(-15)).toMatchObject({ value: { balance: 0 } });
    expect(await grant(-1)).toMatchObject({ ok: false, error: { code: 'conflict' } });
    expect(await world.balance()).toBe(0);
  });
});

describe('S-11 C-13 delete a subject', () => {
  const withSubject = () => {
    const world = aWorld();
    const claims = { userRef: 'user-1', submittedFullName: 'Anna' };
    const signed: unknown[] = [];
    const receipts = { sign: async (given: object) => `signed.${signed.push(given)}`, signText: async () => '' };
    const remove = (ref = 'user-1', caller = world.caller(), change = {}) =>
      deleteSubject({ ...world, receipts, ...change }, caller, ref);
    return { ...world, claims, signed, remove };
  };

  test('S-11 erases images, claims and verdict details of all of its verifications, and signs for it', async () => {
    const world = withSubject();
    const judged = world.accepted({ state: 'approved', claims: world.claims });
    const open = world.opened({ id: 'vf_0000000000000000AAAB', claims: world.claims });
    const other = world.opened({ id: 'vf_0000000000000000AAAC', claims: { userRef: 'user-2' } });
    expect(await world.remove()).toEqual({
      ok: true,
      value: { verifications: 2, deletedAt: world.clock.now(), receipt: 'signed.1' },
    });
    for (const gone of [judged, open]) {
      const kept = await world.verifications.get(gone);
      expect(kept).toMatchObject({ state: 'redacted', claims: {} });
      expect(kept).not.toHaveProperty('submission');
      expect(kept).not.toHaveProperty('outcome');
      for (const key of Object.values(gone.uploads)) expect(world.media.objects.has(key)).toBe(false);
    }
    expect(await world.verifications.get(other)).toEqual(other);
    expect(world.media.objects.size).toBe(3);
    expect(world.signed).toEqual([
      {
        iss: 'selfsame',
        sub: world.digest.sha256('tn_AAAAAAAAAAAAAAAA:user-1'),
        event: 'subject.deleted',
        verifications: [judged.id, open.id],
        iat: 1_800_000_000,
      },
    ]);
    expect(JSON.stringify(world.signed)).not.toContain('user-1');
    expect(await world.remove()).toMatchObject({ ok: false, error: { code: 'not_found' } });
  });

  test.each(['submitted', 'processing'] as const)('S-11 waits for the verdict of what is %s', async (state) => {
    const world = withSubject();
    const accepted = world.accepted({ state, claims: world.claims });
    expect(await world.remove()).toMatchObject({ ok: false, error: { code: 'conflict', retryAfter: 5 } });
    expect(await world.verifications.get(accepted)).toEqual(accepted);
    expect(world.media.objects.size).toBe(3);
  });

  test('S-11 what is submitted in that very moment keeps its images and is owed its verdict', async () => {
    const world = withSubject();
    const open = world.opened({ claims: world.claims });
    const expire = async () => {
      await world.verifications.submit(open, { docBack: false }, world.clock.now(), 0);
      return world.verifications.expire(open, 1);
    };
    const result = await world.remove('user-1', world.caller(), { verifications: { ...world.verifications, expire } });
    expect(result).toMatchObject({ ok: false, error: { code: 'conflict' } });
    expect(await world.verifications.get(open)).toMatchObject({ state: 'submitted', claims: world.claims });
    expect(world.media.objects.size).toBe(3);
    expect(world.signed).toEqual([]);
  });

  test('S-11 C-01 reaches neither another tenant’s subject nor the other mode’s', async () => {
    const world = withSubject();
    world.opened({ claims: world.claims });
    for (const other of [world.caller({ tenantId: 'tn_other' }), world.caller({ mode: 'test' })]) {
      expect(await world.remove('user-1', other)).toMatchObject({ ok: false, error: { code: 'not_found' } });
    }
    expect(world.media.objects.size).toBe(3);
  });

  test('S-11 a deletion that was cut off is finished by the next one', async () => {
    const world = withSubject();
    world.opened({ claims: world.claims });
    const media = { delete: () => Promise.reject(new Error('storage down')) };
    await expect(world.remove('user-1', world.caller(), { media })).rejects.toThrow('storage down');
    expect(world.signed).toEqual([]);
    expect(await world.remove()).toMatchObject({ ok: true, value: { verifications: 1 } });
    expect(world.media.objects.size).toBe(0);
  });
});
