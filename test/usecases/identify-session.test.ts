import { describe, expect, test } from 'vitest';
import type { Tokens } from '../../lambdas/ports/trust.ts';
import { identifySession } from '../../lambdas/usecases/identify-session.ts';
import { aWorld } from './world.ts';

describe('V-02 V-21 who calls with a token', () => {
  const claims = (change: Record<string, unknown> = {}) => ({
    sub: '7'.repeat(24),
    tenant: 'tn_AAAAAAAAAAAAAAAA',
    mode: 'test',
    kind: 'liveness_session',
    exp: 1_800_000_600,
    ...change,
  });

  /** Tokens are their claims in JSON, proved unless the test says otherwise; what is looked up is counted. */
  const identify = async (token: unknown, proved = true, of: 'session' | 'app-login' = 'session') => {
    const world = aWorld();
    let verified = 0;
    const tokens: Pick<Tokens, 'peek' | 'verify'> = {
      peek: (text) => JSON.parse(Buffer.from(text, 'base64url').toString()),
      async verify(_, text) {
        verified++;
        return proved ? tokens.peek(text) : undefined;
      },
    };
    const bearer = `Bearer ${Buffer.from(JSON.stringify(token)).toString('base64url')}`;
    return { ...(await identifySession({ ...world, tokens }, bearer, of)), verified };
  };
  const refused = (code: string) => ({ ok: false, error: { code } });

  test('a proved token of a session names tenant, mode and session', async () => {
    expect(await identify(claims())).toMatchObject({
      ok: true,
      value: {
        caller: { tenantId: 'tn_AAAAAAAAAAAAAAAA', mode: 'test', keyId: '7'.repeat(24), keyType: 'session' },
        plan: 'standard',
      },
    });
  });

  test('V-41 a token of a login is one for logins alone', async () => {
    const login = claims({ kind: 'app_login', appLogin: '9'.repeat(24) });
    expect(await identify(login, true, 'app-login')).toMatchObject({ value: { caller: { keyId: '9'.repeat(24) } } });
    expect(await identify(login)).toMatchObject(refused('session_token_missing'));
    expect(await identify(claims(), true, 'app-login')).toMatchObject(refused('session_token_missing'));
  });

  test.each([
    ['of nobody', {}],
    ['of another kind', claims({ kind: 'api' })],
    ['without an end', claims({ exp: undefined })],
    ['of no mode', claims({ mode: 'both' })],
    ['of no session', claims({ sub: 7 })],
    ['of an unknown tenant', claims({ tenant: 'tn_BBBBBBBBBBBBBBBB' })],
  ])('V-21 one %s is none', async (_, token) => {
    expect(await identify(token)).toMatchObject(refused('session_token_missing'));
  });

  test('V-21 one that nothing proves is none; one that cannot be of ours is not even looked up', async () => {
    expect(await identify(claims(), false)).toMatchObject(refused('session_token_missing'));
    for (const tenant of ['', 'tn_', 'x'.repeat(5000), 'tn_A#live', 7])
      expect(await identify(claims({ tenant }))).toMatchObject({ ...refused('session_token_missing'), verified: 0 });
  });

  test('V-22 one whose time is over is expired', async () => {
    expect(await identify(claims({ exp: 1_800_000_000 }))).toMatchObject(refused('session_expired'));
    expect((await identify(claims({ exp: 1_800_000_001 }))).ok).toBe(true);
  });
});
