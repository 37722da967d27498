import { beforeAll, describe, expect, inject, test } from 'vitest';
import { integrator, type Json, type TestTenant } from '../../support/client.ts';

const { api, admin, tenant, init, put, uploaded } = integrator(inject('service'));

/** Bytes that are there and no image: enough for everything that happens before anyone looks. */
const bytes = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);
const images = { docFront: bytes, selfie: bytes };

describe('submission, submit', () => {
  let acme: TestTenant;
  const submit = (body: unknown, key = acme.keys.pkLive) => api('POST', '/v1/verify/submit', { key, body });
  const balance = async (of: TestTenant) => (await api('GET', '/v1/credits', { key: of.keys.skLive })).body.balance;

  beforeAll(async () => {
    acme = await tenant();
  });

  test('X-01 X-02 a publishable key may submit JSON', async () => {
    expect((await submit(await uploaded(acme.keys.pkLive, images))).status).toBe(202);
  });

  test('X-02 a secret key may submit too', async () => {
    expect((await submit(await uploaded(acme.keys.skLive, images), acme.keys.skLive)).status).toBe(202);
  });

  test('X-03 C-01 another tenant gets 404 and learns nothing', async () => {
    const other = await tenant();
    const body = await uploaded(acme.keys.pkLive, images);
    const stolen = await submit(body, other.keys.pkLive);
    const invented = await submit({ ...body, verificationId: 'vf_0000000000000000AAAA' }, other.keys.pkLive);
    expect(stolen.status).toBe(404);
    expect({ ...stolen.body, requestId: '' }).toEqual({ ...invented.body, requestId: '' });
    expect(stolen.body.error).toBe('verification_not_found');
    expect(await balance(other)).toBe(100);
  });

  test('X-03 K-14 the other mode of the same tenant gets 404', async () => {
    const body = await uploaded(acme.keys.pkLive, images);
    expect(await submit(body, acme.keys.pkTest)).toMatchObject({
      status: 404,
      body: { error: 'verification_not_found' },
    });
  });

  test.each(['', 'vf_', 'vf_short', 'vf_AG07CDWRRFQV4T05ZXG2!', 'ver_xK2mP9nL3jH', 42, null])(
    'X-04 verificationId %j is invalid',
    async (verificationId) => {
      const keys = { docFront: 'a', selfie: 'b' };
      const refused = await submit({ verificationId, keys });
      expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_body' } });
      expect(Object.keys(refused.body.detail.fieldErrors)).toEqual(['verificationId']);
    },
  );

  test.each([
    [{ selfie: 'x' }, 'keys.docFront'],
    [{ docFront: 'x' }, 'keys.selfie'],
    [{ docFront: 'x'.repeat(513), selfie: 'x' }, 'keys.docFront'],
    [{ docFront: 'x', selfie: 'x', docBack: 5 }, 'keys.docBack'],
    [{ docFront: 'x', selfie: 'x', other: 'x' }, 'keys.other'],
  ])('X-05 X-06 keys %j name the field %s', async (keys, field) => {
    const refused = await submit({ verificationId: 'vf_AG07CDWRRFQV4T05ZXG2', keys });
    expect(refused.status).toBe(400);
    expect(Object.keys(refused.body.detail.fieldErrors)).toEqual([field]);
  });

  test.each([
    ['docFront', 'doc_front_key_mismatch'],
    ['selfie', 'selfie_key_mismatch'],
    ['docBack', 'doc_back_key_mismatch'],
  ])('X-07 a foreign key in %s is %s', async (slot, reason) => {
    const body = await uploaded(acme.keys.pkLive, images);
    const refused = await submit({ ...body, keys: { ...body.keys, [slot]: 'verif/tn_other/vf_other/selfie.jpg' } });
    expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_body', detail: { reason } } });
  });

  test('X-08 an upload that never came is named, and nothing is charged', async () => {
    const before = await balance(acme);
    const intent = await init(acme.keys.pkLive);
    const keys = { docFront: intent.uploads.docFront.key, selfie: intent.uploads.selfie.key };
    const body = { verificationId: intent.verificationId, keys };
    expect((await submit(body)).body).toMatchObject({
      error: 'invalid_body',
      detail: { reason: 'doc_front_not_uploaded' },
    });
    await put(intent.uploads.docFront, bytes);
    expect((await submit(body)).body).toMatchObject({ detail: { reason: 'selfie_not_uploaded' } });
    await put(intent.uploads.selfie, bytes);
    const withBack = { ...body, keys: { ...keys, docBack: intent.uploads.docBack.key } };
    expect((await submit(withBack)).body).toMatchObject({ detail: { reason: 'doc_back_not_uploaded' } });
    expect(await balance(acme)).toBe(before);
    expect((await submit(body)).status).toBe(202);
  });

  test('X-08 an empty upload is named', async () => {
    const body = await uploaded(acme.keys.pkLive, { ...images, selfie: new Uint8Array() });
    expect(await submit(body)).toMatchObject({ status: 400, body: { detail: { reason: 'selfie_empty' } } });
  });

  test('X-31 an upload over 10 MB by PUT is told at submit; the POST policy refuses it at upload', async () => {
    const intent = await init(acme.keys.pkLive);
    const large = new Uint8Array(10 * 1024 * 1024 + 1);
    await put(intent.uploads.docFront, large);
    await put(intent.uploads.selfie, bytes);
    const keys = { docFront: intent.uploads.docFront.key, selfie: intent.uploads.selfie.key };
    const refused = await submit({ verificationId: intent.verificationId, keys });
    expect(refused).toMatchObject({
      status: 400,
      body: { error: 'invalid_body', detail: { reason: 'doc_front_too_large' } },
    });

    const post = async (content: Uint8Array<ArrayBuffer>, type?: string) => {
      const form = new FormData();
      const { url, fields } = intent.uploads.docBack.post;
      for (const [name, value] of Object.entries(fields))
        form.append(name, name === 'Content-Type' && type ? type : String(value));
      form.append('file', new Blob([content]));
      return (await fetch(url, { method: 'POST', body: form })).status;
    };
    expect(await post(large)).toBe(400);
    expect(await post(bytes, 'text/html')).toBe(403);
    expect(await post(bytes)).toBe(204);
  });

  test.each([-1, 101, '92', null])('X-09 livenessScore %j is invalid', async (livenessScore) => {
    const body = await uploaded(acme.keys.pkLive, images);
    const refused = await submit({ ...body, livenessScore });
    expect(refused.status).toBe(400);
    expect(Object.keys(refused.body.detail.fieldErrors)).toEqual(['livenessScore']);
  });

  test('X-10 metadata is an object of at most 16 KB', async () => {
    const body = await uploaded(acme.keys.pkLive, images);
    for (const metadata of ['text', [1], { big: 'x'.repeat(17_000) }]) {
      expect((await submit({ ...body, metadata })).body).toMatchObject({
        error: 'invalid_body',
        detail: { fieldErrors: { metadata: expect.anything() } },
      });
    }
    expect((await submit({ ...body, metadata: { note: 'x'.repeat(16_000) } })).status).toBe(202);
  });

  test('X-12 X-13 K-16 fifty parallel submits: one debit, the same answer', async () => {
    const one = await tenant({ credits: 5 });
    const body = await uploaded(one.keys.pkLive, images);
    const answers = await Promise.all(Array.from({ length: 50 }, () => submit(body, one.keys.pkLive)));
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(202));
    expect(new Set(answers.map((answer: Json) => answer.body.statusUrl)).size).toBe(1);
    expect(await balance(one)).toBe(4);
    const { body: ledger } = await admin('GET', `/v1/admin/tenants/${one.tenantId}/credits`);
    expect(ledger.ledger.map(({ type, amount, balance: after }: Json) => [type, amount, after])).toEqual([
      ['debit', -1, 4],
      ['grant', 5, 5],
    ]);
  });

  test('X-12 S-03 twenty different submits at once leave an exact ledger', async () => {
    const many = await tenant({ credits: 20 });
    const bodies = await Promise.all(Array.from({ length: 20 }, () => uploaded(many.keys.pkLive, images)));
    const answers = await Promise.all(bodies.map((body) => submit(body, many.keys.pkLive)));
    expect(answers.every(({ status }) => status === 202)).toBe(true);
    const { body } = await admin('GET', `/v1/admin/tenants/${many.tenantId}/credits`);
    const balances = body.ledger.filter(({ type }: Json) => type === 'debit').map((row: Json) => row.balance);
    expect(balances.sort((a: number, b: number) => a - b)).toEqual(Array.from({ length: 20 }, (_, at) => at));
  });

  test('X-15 S-16 without credits nothing is dispatched, and a top-up makes the same submit work', async () => {
    const poor = await tenant({ credits: 0 });
    const body = await uploaded(poor.keys.pkLive, images);
    const refused = await submit(body, poor.keys.pkLive);
    expect(refused).toMatchObject({ status: 403, body: { error: 'insufficient_credits' } });
    const state = await api('GET', `/v1/verify/${body.verificationId}`, { key: poor.keys.skLive });
    expect(state.body.status).toBe('created');
    const granted = await admin('POST', `/v1/admin/tenants/${poor.tenantId}/credits`, { amount: 1, reason: 'top-up' });
    expect(granted.body).toEqual({ balance: 1 });
    expect((await submit(body, poor.keys.pkLive)).status).toBe(202);
    expect(await balance(poor)).toBe(0);
  });

  test('X-16 a verification that was never opened is 404', async () => {
    const refused = await submit({ verificationId: 'vf_AG07CDWRRFQV4T05ZXG2', keys: { docFront: 'a', selfie: 'b' } });
    expect(refused).toMatchObject({ status: 404, body: { error: 'verification_not_found' } });
  });
});
