import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { base64url, CompactSign, jwtVerify, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { cachedSecrets } from '../../lambdas/adapters/cached-secrets.ts';
import { hs256Tokens } from '../../lambdas/adapters/hs256-tokens.ts';
import { sealedTemplates } from '../../lambdas/adapters/sealed-templates.ts';
import type { Secrets } from '../../lambdas/ports/trust.ts';
import {
  listSigningSecrets,
  revokeSigningSecret,
  rotateSigningSecret,
} from '../../lambdas/usecases/manage-signing-secrets.ts';
import { countedRandom, memorySecrets, memoryTenants, movableClock } from '../support/memory.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);

describe('tokens', () => {
  const twoTenants = () => {
    const tenants = memoryTenants();
    const [a, b] = ['tn_AAAAAAAAAAAAAAAA', 'tn_BBBBBBBBBBBBBBBB'] as const;
    for (const tenantId of [a, b]) tenants.add({ tenantId });
    const deps = { clock: movableClock(), random: countedRandom(), secrets: memorySecrets, tenants };
    return { a, b, tenants, deps, tokens: hs256Tokens(tenants, memorySecrets) };
  };

  test('L-34 are compact JWS, HS256, typ JWT, and anybody with the secret can check them', async () => {
    const { a, tokens } = twoTenants();
    const token = await tokens.sign(a, { sub: 'user-1', score: 0.9 });
    const { payload, protectedHeader } = await jwtVerify(token, utf8(`sgn_of-${a}`));
    expect(protectedHeader).toEqual({ alg: 'HS256', typ: 'JWT', kid: 'sgk_1' });
    expect(payload).toEqual({ sub: 'user-1', score: 0.9 });
    await expect(jwtVerify(token, utf8('another secret'))).rejects.toThrow();
  });

  test('L-37 one that is tampered with, of another tenant, of another algorithm or of none is not ours', async () => {
    const { a, b, tokens } = twoTenants();
    const token = await tokens.sign(a, { sub: 'user-1' });
    expect(await tokens.verify(a, token)).toEqual({ sub: 'user-1' });
    expect(await tokens.verify(b, token)).toBeUndefined();
    const [head = '', body = '', signature = ''] = token.split('.');
    const forged = base64url.encode(JSON.stringify({ sub: 'user-2' }));
    const none = base64url.encode(JSON.stringify({ alg: 'none', typ: 'JWT', kid: 'sgk_1' }));
    const hs512 = await new SignJWT({ sub: 'user-1' })
      .setProtectedHeader({ alg: 'HS512', kid: 'sgk_1' })
      .sign(utf8(`sgn_of-${a}`.padEnd(64, 'x')));
    const list = await new CompactSign(utf8('"text"'))
      .setProtectedHeader({ alg: 'HS256', kid: 'sgk_1' })
      .sign(utf8(`sgn_of-${a}`));
    for (const bad of [
      `${head}.${forged}.${signature}`,
      `${none}.${body}.`,
      hs512,
      list,
      '',
      'a.b',
      'a.b.c',
      token.slice(0, -2),
    ]) {
      expect(await tokens.verify(a, bad), bad).toBeUndefined();
    }
    await fc.assert(fc.asyncProperty(fc.string(), async (text) => (await tokens.verify(a, text)) === undefined));
  });

  test('L-38 during a rotation both secrets verify, the newest signs, and a third drops the first', async () => {
    const { a, deps, tokens } = twoTenants();
    const first = await tokens.sign(a, { n: 1 });
    const rotated = await rotateSigningSecret(deps, a);
    if (!rotated.ok) throw new Error(rotated.error.code);
    const second = await tokens.sign(a, { n: 2 });
    expect((await jwtVerify(second, utf8(rotated.value.secret))).protectedHeader.kid).toBe(rotated.value.kid);
    expect([await tokens.verify(a, first), await tokens.verify(a, second)]).toEqual([{ n: 1 }, { n: 2 }]);
    await rotateSigningSecret(deps, a);
    expect([await tokens.verify(a, first), await tokens.verify(a, second)]).toEqual([undefined, { n: 2 }]);
  });

  test('L-67 a revoked secret verifies nothing from then on; the only one stays', async () => {
    const { a, deps, tokens } = twoTenants();
    expect(await revokeSigningSecret(deps, a, 'sgk_1')).toMatchObject({ ok: false, error: { code: 'conflict' } });
    const old = await tokens.sign(a, { n: 1 });
    await rotateSigningSecret(deps, a);
    expect(await revokeSigningSecret(deps, a, 'sgk_1')).toMatchObject({ ok: true });
    expect(await tokens.verify(a, old)).toBeUndefined();
    const listed = await listSigningSecrets(deps, a);
    expect(listed.ok && listed.value.map(({ kid }) => kid)).not.toContain('sgk_1');
    expect(await revokeSigningSecret(deps, a, 'sgk_1')).toMatchObject({ ok: false, error: { code: 'not_found' } });
    expect(await rotateSigningSecret(deps, 'tn_none')).toMatchObject({ ok: false, error: { code: 'not_found' } });
  });

  test('a fault of the store is a fault, not a bad token', async () => {
    const { a, tenants, tokens } = twoTenants();
    const token = await tokens.sign(a, {});
    const broken = hs256Tokens(tenants, { open: () => Promise.reject(new Error('KMS is away')) });
    await expect(broken.verify(a, token)).rejects.toThrow('KMS is away');
  });
});

describe('L-61 sealed templates', () => {
  const vaultOf = () => {
    const tenants = memoryTenants();
    for (const tenantId of ['tn_A', 'tn_B']) tenants.add({ tenantId });
    return sealedTemplates(tenants, memorySecrets);
  };

  test('come back as they were, and show nothing of themselves', async () => {
    const vault = vaultOf();
    const vector = Float32Array.from({ length: 256 }, () => Math.fround(Math.random() - 0.5));
    const templates = [
      { modelSet: 'a/1', vector },
      { modelSet: 'rekognition', collection: 'c', faceId: 'f' },
    ];
    const sealed = await vault.seal('tn_A', 'user-1', templates);
    expect(await vault.open('tn_A', 'user-1', sealed)).toEqual(templates);
    expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toContain('a/1');
    expect(await vault.seal('tn_A', 'user-1', templates)).not.toBe(sealed);
  });

  test('open for their own tenant and owner alone, and only unchanged', async () => {
    const vault = vaultOf();
    const sealed = await vault.seal('tn_A', 'user-1', [{ modelSet: 'a/1', vector: new Float32Array(4) }]);
    const changed = Buffer.from(sealed, 'base64');
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    await expect(vault.open('tn_A', 'user-2', sealed)).rejects.toThrow();
    await expect(vault.open('tn_B', 'user-1', sealed)).rejects.toThrow();
    await expect(vault.open('tn_A', 'user-1', changed.toString('base64'))).rejects.toThrow();
  });

  test('L-59 refuse the picture of a face', async () => {
    const crop = { modelSet: 'r', crop: new Uint8Array(randomBytes(8)) };
    await expect(vaultOf().seal('tn_A', 'user-1', [crop])).rejects.toThrow('not kept');
  });
});

describe('cached secrets', () => {
  const counted = () => {
    const asked: string[] = [];
    const secrets: Secrets = {
      seal: memorySecrets.seal,
      open: async (tenantId, sealed) => {
        asked.push(sealed);
        return memorySecrets.open(tenantId, sealed);
      },
    };
    const clock = movableClock();
    return { asked, clock, cached: cachedSecrets(secrets, clock) };
  };

  test('are opened once in five minutes, for each tenant by itself', async () => {
    const { asked, clock, cached } = counted();
    for (let i = 0; i < 3; i++) expect(await cached.open('tn_A', 'tn_A:x')).toBe('x');
    expect(asked).toHaveLength(1);
    await expect(cached.open('tn_B', 'tn_A:x')).rejects.toThrow('another tenant');
    clock.move(300_001);
    await cached.open('tn_A', 'tn_A:x');
    expect(asked).toHaveLength(3);
  });

  test('a failure is not kept, and no more than a thousand are', async () => {
    const { asked, cached } = counted();
    for (let i = 0; i < 2; i++) await expect(cached.open('tn_B', 'tn_A:x')).rejects.toThrow();
    expect(asked).toHaveLength(2);
    for (let i = 0; i <= 1000; i++) await cached.open('tn_A', `tn_A:${i}`);
    await cached.open('tn_A', 'tn_A:0');
    expect(asked).toHaveLength(2 + 1002);
  });
});
