import { beforeAll, describe, expect, test } from 'vitest';
import { type HostedClient, hosted } from './hosted.ts';
import { idPhoto, selfieVideo } from './media.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const some = bytes('neither a picture nor a video');
const megabytes50 = 50 * 1024 * 1024;

describe('hosted, a submission that is refused', () => {
  let acme: HostedClient;
  let live: string;
  let video: Uint8Array;
  let photo: Uint8Array;
  const files = { selfie_video: some, id_photo: some };

  beforeAll(async () => {
    acme = await hosted();
    live = acme.tenant.keys.skLive;
    [video, photo] = await Promise.all([selfieVideo(), idPhoto()]);
  });

  const refused = async (answer: ReturnType<HostedClient['submit']>) => {
    const { status, body } = await answer;
    return { status, success: body.success, error: body.error };
  };

  test('P-20 JSON, a form by another name, and what only begins like a form: 400', async () => {
    const json = await acme.api('POST', '/verif/submit', { key: live, body: { user_identifier: 'u' } });
    expect({ status: json.status, code: json.body.code }).toEqual({ status: 400, code: 'unsupported_media_type' });
    for (const [type, body] of [
      ['application/x-www-form-urlencoded', 'user_identifier=u'],
      ['multipart/form-data', 'x'],
      ['multipart/form-data; boundary=b', '--b\r\nContent-Disposition: form-data; name="user_id"\r\n\r\nu'],
      ['multipart/form-data; boundary=b', ''],
    ] as const) {
      const headers = { 'content-type': type };
      const { status, body: told } = await acme.api('POST', '/verif/submit', { key: live, body, headers });
      expect({ type, status, success: told.success }).toEqual({ type, status: 400, success: false });
    }
  });

  test('P-25 P-02 P-03 P-04 no key, a wrong one, no user: the texts, in that order', async () => {
    expect(await refused(acme.submit({}, files))).toEqual({
      status: 400,
      success: false,
      error: 'API key is required',
    });
    expect(await refused(acme.submit({ api_key: 'x' }, files))).toEqual({
      status: 401,
      success: false,
      error: 'Invalid API key',
    });
    const noUser = { status: 400, success: false, error: 'User identifier is required' };
    expect(await refused(acme.submit({ api_key: live }))).toEqual(noUser);
    expect(await refused(acme.submit({ api_key: live, user_identifier: ' ' }, files))).toEqual(noUser);
  });

  test('P-24 a file that is missing, empty, or sent as text: 400 and the text', async () => {
    const missing = { status: 400, success: false, error: 'Both selfie video and ID photo are required' };
    const fields = { api_key: live, user_id: 'u' };
    expect(await refused(acme.submit(fields))).toEqual(missing);
    expect(await refused(acme.submit(fields, { selfie_video: some }))).toEqual(missing);
    expect(await refused(acme.submit(fields, { id_photo: some, other: some }))).toEqual(missing);
    expect(await refused(acme.submit(fields, { ...files, selfie_video: new Uint8Array() }))).toEqual(missing);
    expect(await refused(acme.submit({ ...fields, selfie_video: 'text' }, { id_photo: some }))).toEqual(missing);
  });

  test('P-22 K-06 a video of 50 MB is looked at; one byte more is 413, with the way to send it', async () => {
    const fields = { api_key: live, user_id: 'u' };
    const full = await acme.submit(fields, { id_photo: some, selfie_video: new Uint8Array(megabytes50) });
    expect(full.status).toBe(500);
    const over = await acme.submit(fields, { selfie_video: new Uint8Array(megabytes50 + 1), id_photo: some });
    expect({ status: over.status, success: over.body.success, error: over.body.error }).toEqual({
      status: 413,
      success: false,
      error: 'Selfie video exceeds 50MB',
    });
    expect(over.body).toMatchObject({ upload_url: `${acme.url}/verif/sessions`, max_bytes: megabytes50 });
  });

  test('P-26 files in which nothing can be seen: 500 and the text, a record, and no charge', async () => {
    const cases = [
      { name: 'text', selfie_video: bytes('hello'.repeat(1000)), id_photo: some },
      { name: 'swapped', selfie_video: photo, id_photo: video },
      { name: 'half a video', selfie_video: video.subarray(0, video.length / 2), id_photo: photo },
      { name: 'half a photo', selfie_video: some, id_photo: photo.subarray(0, 100) },
    ];
    for (const { name, ...sent } of cases) {
      const { status, body } = await acme.submit({ api_key: live, user_id: 'u' }, sent);
      expect({ name, status, success: body.success, error: body.error }).toEqual({
        name,
        status: 500,
        success: false,
        error: 'Verification processing failed',
      });
      expect(body.reason).toMatch(/^(video|image)_/);
      const check = await acme.get(`/verif/checks/${body.check_id}`);
      expect(check.body).toMatchObject({ status: 'needs_review', failure: body.reason });
      expect(check.body.result.files).toEqual({});
    }
    expect((await acme.ledger()).filter(({ type }) => type === 'debit')).toEqual([]);
  }, 60_000);

  test('S-16 with a balance of 0 nothing is looked at: 402; test keys are free', async () => {
    const poor = await hosted({ credits: 0 });
    const asked = (key: string) => poor.submit({ api_key: key, user_id: 'u' }, files);
    expect((await asked(poor.tenant.keys.skLive)).status).toBe(402);
    expect((await asked(poor.tenant.keys.skTest)).status).toBe(500);
    expect(await poor.records()).toEqual([]);
  });

  test('C-12 an account that asks for consent gets it with the form, or looks at nothing', async () => {
    const careful = await hosted({ settings: { consentRequired: true } });
    const fields = { api_key: careful.tenant.keys.skLive, user_id: 'u' };
    const without = await careful.submit(fields, files);
    expect({ status: without.status, code: without.body.code }).toEqual({ status: 409, code: 'consent_required' });
    const given = await careful.submit({ ...fields, consent_version: 'acme-7', consent_lang: 'de' }, files);
    expect(given.status).toBe(500);
    expect((await careful.get(`/verif/checks/${given.body.check_id}`)).body.consent).toMatchObject({
      version: 'acme-7',
      lang: 'de',
      purpose: 'identity_verification',
    });
  });

  test('P-21 text that is too long, a field that is there twice, more parts than a form has: 400', async () => {
    const fields = { api_key: live, user_id: 'u' };
    const long = await acme.submit({ ...fields, user_email: 'x'.repeat(321) }, files);
    expect({ status: long.status, fields: Object.keys(long.body.fields) }).toEqual({
      status: 400,
      fields: ['user_email'],
    });
    expect((await acme.submit({ ...fields, note: 'x'.repeat(20_000) }, files)).status).toBe(400);
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`field${at}`, 'x']));
    expect((await acme.submit({ ...fields, ...many }, files)).status).toBe(400);
    const body = ['a', 'b']
      .map((value) => `--b\r\nContent-Disposition: form-data; name="user_id"\r\n\r\n${value}\r\n`)
      .join('');
    const headers = { 'content-type': 'multipart/form-data; boundary=b' };
    const twice = await acme.api('POST', '/verif/submit', { key: live, body: `${body}--b--\r\n`, headers });
    expect({ status: twice.status, error: twice.body.error }).toEqual({
      status: 400,
      error: 'The field user_id is there twice.',
    });
  });
});
