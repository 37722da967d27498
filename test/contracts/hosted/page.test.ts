import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { browse, checkId, type HostedClient, hosted } from './hosted.ts';

const script = '<script>alert(1)</script>';

describe('hosted, the page', () => {
  let acme: HostedClient;

  beforeAll(async () => {
    acme = await hosted({
      name: `Acme ${script}`,
      settings: { theme: { name: script, colours: { primary: '#0a5' } }, allowedOrigins: ['https://shop.example'] },
    });
  });

  test('P-02 without a key: 400 and the text', async () => {
    const { status, body } = await acme.page({ user_identifier: 'u' }, { accept: 'application/json' });
    expect({ status, error: body.error, success: body.success }).toEqual({
      status: 400,
      error: 'API key is required',
      success: false,
    });
    expect((await acme.page({ api_key: '', user_id: 'u' }, { accept: '*/*' })).body.error).toBe('API key is required');
  });

  test('P-03 a key that is unknown, mistyped, revoked or of a disabled account: 401 and the text', async () => {
    const other = await hosted();
    const { keyId, key } = (
      await other.admin('POST', `/v1/admin/tenants/${other.tenant.tenantId}/keys`, { type: 'secret', mode: 'live' })
    ).body;
    await other.admin('DELETE', `/v1/admin/keys/${keyId}`);
    const refused = [key, 'nonsense', 'two words', `${acme.tenant.keys.skLive}x`, script];
    for (const api_key of refused) {
      const { status, body } = await acme.page({ api_key, user_id: 'u' }, { accept: 'application/json' });
      expect({ api_key, status, error: body.error }).toEqual({ api_key, status: 401, error: 'Invalid API key' });
    }
    await other.admin('PATCH', `/v1/admin/tenants/${other.tenant.tenantId}`, { status: 'disabled' });
    const disabled = await acme.page({ api_key: other.tenant.keys.skLive, user_id: 'u' }, { accept: '*/*' });
    expect({ status: disabled.status, error: disabled.body.error }).toEqual({ status: 401, error: 'Invalid API key' });
  });

  test('P-03 the operator’s key, and the token of a session, are keys of another kind: 401', async () => {
    const { session_token } = await acme.openSession();
    for (const api_key of [inject('service').adminKey, session_token]) {
      expect((await acme.page({ api_key, user_id: 'u' })).status).toBe(401);
    }
  });

  test('P-04 without a user: 400 and the text; either name does, and with both user_identifier counts', async () => {
    const api_key = acme.tenant.keys.pkLive;
    for (const query of [{}, { user_id: '' }, { user_identifier: '  ' }] as Record<string, string>[]) {
      const { status, body } = await acme.page({ api_key, ...query }, { accept: '*/*' });
      expect({ status, error: body.error }).toEqual({ status: 400, error: 'User identifier is required' });
    }
    const asked = [{ user_id: 'a' }, { user_identifier: 'b' }, { user_id: 'c', user_identifier: 'd' }];
    const users = asked.map(async (query) => {
      const { location, status } = await acme.page({ api_key, ...query } as Record<string, string>);
      expect(status).toBe(303);
      const id = new URL(location ?? '', acme.url).searchParams.get('s');
      return (await acme.get(`/verif/checks/${id}`)).body.user_identifier;
    });
    expect(await Promise.all(users)).toEqual(['a', 'b', 'd']);
  });

  test('P-01 P-06 P-10 S-19 the key is exchanged for a session at once, and the page is themed HTML that lets no script in', async () => {
    const marks = { user_identifier: script, user_email: script, state: script, utm_source: 'mail' };
    const first = await acme.page({ api_key: acme.tenant.keys.pkLive, ...marks });
    expect(first.status).toBe(303);
    expect(first.location).toMatch(/^\/verif\/\?s=[0-9a-f-]{36}$/);
    expect(first.headers.get('referrer-policy')).toBe('no-referrer');
    expect(first.headers.get('cache-control')).toBe('no-store');
    const [set = ''] = first.headers.getSetCookie();
    expect(set).toMatch(/^verif_[0-9a-f]{8}=[\w.-]+; Path=\/; Max-Age=(900|899); HttpOnly; SameSite=Lax$/);

    const page = await browse(acme.url + first.location, { cookie: first.cookie ?? '' });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('permissions-policy')).toContain('camera=(self)');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('content-security-policy')).toContain('frame-ancestors');
    expect(page.text).toContain('<script type="application/json" id="boot"');
    expect(page.text).toContain('primary');
    expect(page.text).not.toContain(script);
    expect(page.text).not.toContain(acme.tenant.keys.pkLive);
  });

  test('P-01 the page is there without the last slash too, and below the contract’s mount; below it there is nothing', async () => {
    const query = `api_key=${acme.tenant.keys.pkLive}&user_id=u`;
    for (const path of ['/verif', '/verif/', '/hosted/verif/']) {
      const { status, location } = await browse(`${acme.url}${path}?${query}`);
      expect({ path, status, location }).toMatchObject({
        status: 303,
        location: expect.stringMatching(/^\/verif\/\?s=/),
      });
    }
    expect((await browse(`${acme.url}/verif/nothing?${query}`)).status).toBe(404);
  });

  test('P-06 the key is in no line of the log', async () => {
    await acme.page({ api_key: acme.tenant.keys.skTest, user_id: 'grep' });
    await acme.page({ api_key: `${acme.tenant.keys.skTest}wrong`, user_id: 'grep' });
    await wait(500);
    const log = readFileSync(inject('service').logFile, 'utf8');
    expect(log).toContain('openPage');
    for (const key of Object.values(acme.tenant.keys)) expect(log).not.toContain(key);
  });

  test('P-06 without the session’s cookie, or with another one’s, there is no page', async () => {
    const [one, two] = await Promise.all([
      acme.page({ api_key: acme.tenant.keys.pkLive, user_id: '1' }),
      acme.page({ api_key: acme.tenant.keys.pkLive, user_id: '2' }),
    ]);
    expect((await browse(acme.url + one.location)).status).toBe(401);
    expect((await browse(acme.url + one.location, { cookie: two.cookie ?? '' })).status).toBe(401);
    const [name] = (one.cookie ?? '').split('=');
    const [, value] = (two.cookie ?? '').split('=');
    expect((await browse(acme.url + one.location, { cookie: `${name}=${value}` })).status).toBe(401);
  });

  test('P-03 a browser that is refused gets a page to read', async () => {
    const { status, text, headers } = await acme.page({ api_key: script, user_id: 'u' });
    expect(status).toBe(401);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(text).toContain('<p>Invalid API key</p>');
    expect(text).not.toContain('<script');
  });

  test('P-07 a server opens a session; its address opens the page once, and again where it was opened', async () => {
    const opened = await acme.openSession({ user_id: 'ignored', user_email: 'ana@example.com', lang: 'ar' });
    expect(opened.check_id).toMatch(checkId);
    expect(Date.parse(opened.expires_at) - Date.now()).toBeGreaterThan(890_000);
    expect(opened.url).not.toContain(acme.tenant.keys.skLive);
    const first = await browse(opened.url);
    expect({ status: first.status, location: first.location }).toEqual({
      status: 303,
      location: `/verif/?s=${opened.check_id}`,
    });
    expect((await browse(opened.url)).status).toBe(410);
    expect((await browse(opened.url, { cookie: first.cookie ?? '' })).status).toBe(303);
    const page = await browse(acme.url + first.location, { cookie: first.cookie ?? '' });
    expect(page.text).toContain('<html lang="ar" dir="rtl">');
  });

  test('P-07 K-04 the key may be in the body; text that is too long or holds control characters is refused by its name', async () => {
    const { skTest } = acme.tenant.keys;
    const inBody = await acme.api('POST', '/verif/sessions', { body: { api_key: skTest, user_id: 'u' } });
    expect(inBody.status).toBe(201);
    const none = await acme.api('POST', '/verif/sessions', { body: { user_id: 'u' } });
    expect({ status: none.status, error: none.body.error }).toEqual({ status: 400, error: 'API key is required' });
    for (const [field, value] of [
      ['user_identifier', 'x'.repeat(257)],
      ['user_email', 'a\u0000b'],
      ['state', 'x'.repeat(1025)],
    ] as const) {
      const refused = await acme.api('POST', '/verif/sessions', {
        key: skTest,
        body: { user_id: 'u', [field]: value },
      });
      expect({ field, status: refused.status }).toEqual({ field, status: 400 });
      expect(Object.keys(refused.body.fields)).toEqual([field]);
    }
  });

  test('P-08 people go back to addresses that the account lists, and nowhere else', async () => {
    const elsewhere = [
      'https://evil.example/done',
      'https://shop.example.evil.example/done',
      'https://shop.example/other',
      'https://user@shop.example/done',
      'http://shop.example/done',
      '//shop.example/done',
      'javascript:alert(1)//https://shop.example/done',
      'https://shop.example\\@evil.example/done',
      'not an address',
    ];
    for (const return_url of elsewhere) {
      const { status, body } = await acme.page(
        { api_key: acme.tenant.keys.pkLive, user_id: 'u', return_url },
        { accept: '*/*' },
      );
      expect({ return_url, status, code: body.code }).toEqual({ return_url, status: 400, code: 'return_url_refused' });
    }
    await acme.openSession({ return_url: 'https://shop.example/done?order=1', state: 's' });
    const unlisted = await hosted({ settings: { returnUrls: [] } });
    const refused = await unlisted.api('POST', '/verif/sessions', {
      key: unlisted.tenant.keys.skLive,
      body: { user_id: 'u', return_url: 'https://shop.example/done' },
    });
    expect({ status: refused.status, code: refused.body.code }).toEqual({ status: 400, code: 'return_url_refused' });
  });
});
