import { beforeAll, describe, expect, test } from 'vitest';
import type { Json } from '../../support/client.ts';
import { browse, type HostedClient, hosted } from './hosted.ts';

describe('hosted, within a session', () => {
  let acme: HostedClient;
  let session: Json;

  beforeAll(async () => {
    acme = await hosted({ name: 'Acme', settings: { theme: { colours: { primary: '#0055aa' } } } });
    session = await acme.openSession({ lang: 'fr' });
  });

  test('P-09 what the page has to know: the challenge, the consent’s version, what was uploaded, the attempts', async () => {
    const { status, body } = await acme.within(session, 'GET', '');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      check_id: session.check_id,
      status: 'open',
      lang: 'fr',
      partner: { name: 'Acme', theme: { colours: { primary: '#0055aa' } } },
      consent: { given: false },
      uploads: { id_photo: false, id_back: false, selfie_video: false },
      attempts_left: 5,
    });
    expect(body.challenge.length).toBeGreaterThanOrEqual(2);
    expect(body.result).toBeUndefined();
  });

  test('P-06 without the token, with one that was changed, or with another session’s: 401', async () => {
    const other = await acme.openSession();
    const path = `/verif/sessions/${session.check_id}`;
    const [head, claims, signature] = session.session_token.split('.');
    const forged = `${head}.${Buffer.from(claims, 'base64url').toString('base64url').slice(0, -2)}AA.${signature}`;
    for (const key of [undefined, 'x', forged, other.session_token, acme.tenant.keys.skLive]) {
      const { status, body } = await acme.api('GET', path, key === undefined ? {} : { key });
      expect({ status, success: body.success }).toEqual({ status: 401, success: false });
    }
  });

  test('P-06 with the cookie alone only the page itself may change anything', async () => {
    const { cookie = '' } = await browse((await acme.openSession({ user_identifier: 'cookie' })).url);
    const id = Buffer.from(cookie.split('.')[1] ?? '', 'base64url').toString();
    const { sub } = JSON.parse(id);
    const path = `/verif/sessions/${sub}/hand-off`;
    const post = (headers: Record<string, string>) =>
      acme.api('POST', path, { body: {}, headers: { cookie, ...headers } });
    expect((await post({})).status).toBe(403);
    expect((await post({ origin: 'https://evil.example' })).status).toBe(403);
    expect((await post({ origin: acme.url })).status).toBe(200);
    expect((await post({ 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await acme.api('GET', `/verif/sessions/${sub}`, { headers: { cookie } })).status).toBe(200);
  });

  test('P-09 C-12 consent is given to the version that is shown, once', async () => {
    const { version } = (await acme.within(session, 'GET', '')).body.consent;
    const wrong = await acme.within(session, 'POST', '/consent', { version: '2020-01', lang: 'fr' });
    expect(wrong.status).toBe(400);
    const given = await acme.within(session, 'POST', '/consent', { version, lang: 'fr' });
    expect(given.status).toBe(200);
    const again = await acme.within(session, 'POST', '/consent', { version, lang: 'de' });
    expect(again.body).toEqual(given.body);
    expect((await acme.within(session, 'GET', '')).body.consent).toEqual({ version, given: true });
  });

  test('P-09 K-06 a file goes straight to storage, which takes no other type and no larger size', async () => {
    const opened = await acme.within(session, 'POST', '/uploads', {
      kind: 'selfie_video',
      content_type: 'video/webm;codecs=vp8,opus',
      size: 1000,
    });
    expect(opened.status).toBe(200);
    expect(opened.body.max_bytes).toBe(50 * 1024 * 1024);
    const upload = async (bytes: number, change: Record<string, string> = {}) => {
      const form = new FormData();
      for (const [name, value] of Object.entries<string>({ ...opened.body.fields, ...change }))
        form.append(name, value);
      form.append('file', new Blob([new Uint8Array(bytes)]));
      return (await fetch(opened.body.url, { method: 'POST', body: form })).status;
    };
    expect(await upload(10, { 'Content-Type': 'text/html' })).toBe(403);
    expect((await acme.within(session, 'GET', '')).body.uploads.selfie_video).toBe(false);
    expect(await upload(1000)).toBeLessThan(300);
    expect((await acme.within(session, 'GET', '')).body.uploads).toMatchObject({ selfie_video: true, id_photo: false });

    const refused = [
      [{ kind: 'selfie_video', content_type: 'text/html', size: 10 }, 400],
      [{ kind: 'id_photo', content_type: 'video/mp4', size: 10 }, 400],
      [{ kind: 'id_photo', content_type: 'image/svg+xml', size: 10 }, 400],
      [{ kind: 'passport', content_type: 'image/jpeg', size: 10 }, 400],
      [{ kind: 'id_photo', content_type: 'image/jpeg', size: 0 }, 400],
      [{ kind: 'selfie_video', content_type: 'video/mp4', size: 50 * 1024 * 1024 + 1 }, 413],
    ] as const;
    for (const [body, status] of refused)
      expect({ body, status: (await acme.within(session, 'POST', '/uploads', body)).status }).toEqual({ body, status });
  });

  test('P-09 another device goes on by an address that is good once; a newer one replaces it', async () => {
    const first = (await acme.within(session, 'POST', '/hand-off', {})).body;
    const second = (await acme.within(session, 'POST', '/hand-off', {})).body;
    expect(Date.parse(second.expires_at)).toBeLessThanOrEqual(Date.now() + 600_000);
    expect((await browse(first.url)).status).toBe(410);
    const phone = await browse(second.url);
    expect(phone.location).toBe(`/verif/?s=${session.check_id}`);
    expect((await browse(acme.url + phone.location, { cookie: phone.cookie ?? '' })).status).toBe(200);
    expect((await browse(second.url)).status).toBe(410);
  });
});
