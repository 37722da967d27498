import { beforeAll, describe, expect, test } from 'vitest';
import type { Json } from '../../support/client.ts';
import { browse, type HostedClient, hosted } from './hosted.ts';

const path = '/verif/partner/settings';
const pixel =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

describe('hosted, the partner’s settings', () => {
  let acme: HostedClient;
  const put = (body: unknown, key = acme.tenant.keys.skLive) => acme.api('PUT', path, { key, body });

  beforeAll(async () => {
    acme = await hosted({ settings: { thresholds: { search: 0.9 } } });
  });

  test('P-52 S-18 what is set is there for the page, the verdict and the other contracts, and stays until it is taken back', async () => {
    const theme = {
      name: 'Acme & Söhne',
      logo: pixel,
      colours: { primary: '#0055aa' },
      font: 'serif',
      copy: { welcomeTitle: 'Hola <b>' },
    };
    const set = await put({
      webhook_url: 'https://hooks.acme.example/verif',
      return_urls: ['https://acme.example/done'],
      theme,
      thresholds: { match: 0.9, approve: 85 },
      retention_days: 3,
    });
    expect(set.status).toBe(200);
    expect(set.body).toEqual({
      webhook_url: 'https://hooks.acme.example/verif',
      webhook_active: true,
      return_urls: ['https://acme.example/done'],
      theme,
      thresholds: { match: 0.9, liveness: 0.55, approve: 85, review: 60 },
      retention_days: 3,
    });
    const account = (await acme.admin('GET', `/v1/admin/tenants/${acme.tenant.tenantId}`)).body.settings;
    expect(account).toMatchObject({
      webhookUrl: 'https://hooks.acme.example/verif',
      retentionDays: 3,
      thresholds: { match: 0.9, search: 0.9 },
    });
    expect((await acme.get('/v1/webhooks')).body.url).toBe('https://hooks.acme.example/verif');
    const session = await acme.openSession({ return_url: 'https://acme.example/done' });
    const page = await browse(session.url);
    const { text } = await browse(acme.url + page.location, { cookie: page.cookie ?? '' });
    expect(text).toContain('<title>Acme &amp; Söhne</title>');
    expect(text).not.toContain('<b>');

    expect((await put({ theme: null })).body).toMatchObject({ theme: {}, retention_days: 3 });
    const back = await put({ webhook_url: null, return_urls: null, thresholds: null, retention_days: null });
    expect(back.body).toEqual({
      webhook_url: null,
      webhook_active: false,
      return_urls: [],
      theme: {},
      thresholds: { match: 0.8, liveness: 0.55, approve: 80, review: 60 },
      retention_days: 7,
    });
    expect((await acme.get(path)).body).toEqual(back.body);
    const kept = (await acme.admin('GET', `/v1/admin/tenants/${acme.tenant.tenantId}`)).body.settings;
    expect(kept.thresholds).toEqual({ search: 0.9 });
  });

  test.each<[string, Json, string]>([
    ['an address with a password', { webhook_url: 'https://u:p@acme.example/' }, ''],
    ['no address', { webhook_url: 'acme.example' }, ''],
    ['another scheme', { webhook_url: 'ftp://acme.example/' }, ''],
    ['a way back that is a script', { return_urls: ['javascript:alert(1)'] }, 'return_urls.0'],
    ['a logo elsewhere', { theme: { logo: 'https://cdn.example/logo.png' } }, 'theme.logo'],
    ['a logo that can hold scripts', { theme: { logo: 'data:image/svg+xml;base64,AAAA' } }, 'theme.logo'],
    ['a logo of 100 KB', { theme: { logo: `data:image/png;base64,${'A'.repeat(136_000)}` } }, 'theme.logo'],
    ['a colour by name', { theme: { colours: { primary: 'red;}body{display:none' } } }, 'theme.colours.primary'],
    ['a font to fetch', { theme: { font: 'Comic Sans' } }, 'theme.font'],
    ['a field of a theme that is none', { theme: { css: 'x' } }, 'theme.css'],
    ['thresholds that cross', { thresholds: { approve: 50, review: 70 } }, 'thresholds'],
    ['a share over 1', { thresholds: { match: 80 } }, 'thresholds.match'],
    ['more days than the installation keeps', { retention_days: 8 }, 'retention_days'],
    ['no day at all', { retention_days: 0 }, 'retention_days'],
    ['a field that is none', { allowed: [] }, 'allowed'],
  ])('P-52 %s is refused by its name, and nothing changes', async (_, body, field) => {
    const before = (await acme.get(path)).body;
    const { status, body: told } = await put(body);
    expect({ status, success: told.success }).toEqual({ status: 400, success: false });
    if (field !== '') expect(Object.keys(told.fields)).toContain(field);
    else expect(told.code).toBe('webhook_url_invalid');
    expect((await acme.get(path)).body).toEqual(before);
  });

  test('P-52 only a secret key reads and sets them', async () => {
    expect((await put({ retention_days: 1 }, acme.tenant.keys.pkLive)).status).toBe(403);
    expect((await acme.get(path, acme.tenant.keys.pkLive)).status).toBe(403);
    expect(await acme.api('GET', path)).toMatchObject({ status: 401, body: { error: 'API key is required' } });
  });
});
