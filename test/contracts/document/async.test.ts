import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { specimen } from '../../../bin/specimen/specimen.ts';
import type { Json, Reply } from '../../support/client.ts';
import { nothing } from '../../support/hostile-images.ts';
import { type Service, startService } from '../../support/service.ts';
import { type Received, type Receiver, startReceiver } from '../../support/webhook-receiver.ts';
import { anyDocument, base64, type DocumentClient, document, passport, requestId } from './document.ts';

const hmac = (secret: string, text: string): string => createHmac('sha256', secret).update(text).digest('hex');
const of = (id: string) => (call: Received) => call.body.request_id === id;

describe('document, results by webhook', () => {
  let acme: DocumentClient;
  let receiver: Receiver;
  let accepted: Reply;
  let call: Received;

  beforeAll(async () => {
    // Each answer fails once: what is told is told again.
    receiver = await startReceiver((_, { headers }) => {
      const told = receiver.received.filter((one) => one.headers['webhook-id'] === headers['webhook-id']);
      return told.length > 1 ? 200 : 500;
    });
    acme = await document();
    accepted = await acme.verify({
      ...{ document_type: 'passport', document_data: await passport(), verification_type: 'full_verification' },
      ...{ webhook_url: receiver.url, metadata: { b: 1, a: { c: null } } },
    });
    [call] = (await receiver.wait(1, of(accepted.body.request_id), 60_000)) as [Received];
  });
  afterAll(async () => {
    await receiver[Symbol.asyncDispose]();
  });

  test('M-10 M-30 a call with webhook_url is answered with 202 at once', () => {
    expect(accepted.status).toBe(202);
    const { request_id, estimated_time_seconds, ...rest } = accepted.body;
    expect(request_id).toMatch(requestId);
    expect(estimated_time_seconds).toBeGreaterThan(0);
    expect(rest).toEqual({
      ...{ status: 'processing', webhook_url: receiver.url },
      status_url: expect.stringMatching(new RegExp(`/v1/status/${request_id}$`)),
    });
  });

  test('M-60 the result is sent there, as it is read, in the fields of the text', async () => {
    const read = await acme.ended(accepted.body.request_id);
    const { signals, fraud_signals, authenticity, ...told } = read;
    const { timestamp, ...body } = call.body;
    expect(body).toEqual({ event: 'verification.completed', ...told });
    expect(body).toMatchObject({ status: 'verified', document_type: 'passport', metadata: { b: 1, a: { c: null } } });
    expect(body.extraction_data.last_name.value).toBe('ERIKSSON');
    expect(Math.abs(Date.parse(timestamp) - Date.now())).toBeLessThan(120_000);
    for (const shown of [signals, fraud_signals, authenticity]) expect(shown).toBeDefined();
  });

  test('M-60 C-30 it is signed in the style of the text, and as Standard Webhooks has it', () => {
    const { webhookSecret } = acme.tenant;
    const headers = call.headers as Record<string, string>;
    expect(headers['x-webhook-event']).toBe('verification.completed');
    expect(headers['x-webhook-signature']).toBe(hmac(webhookSecret, call.raw));
    expect(new Webhook(webhookSecret).verify(call.raw, headers)).toEqual(call.body);
    expect(() => new Webhook(webhookSecret).verify(`${call.raw} `, headers)).toThrow();
  });

  test('M-61 C-30 a receiver that failed is told again, under one id, and the log of deliveries says so', async () => {
    const calls = await receiver.wait(2, of(accepted.body.request_id));
    expect(new Set(calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(calls.map(({ raw }) => raw)).size).toBe(1);
    const log = () => acme.get(`/v1/webhooks/deliveries?verificationId=${accepted.body.request_id}`);
    await expect.poll(async () => (await log()).body.deliveries[0]?.status, { timeout: 10_000 }).toBe('delivered');
    expect((await log()).body.deliveries).toMatchObject([
      { url: receiver.url, event: 'verification.completed', attempts: [{ status: 500 }, { status: 200 }] },
    ]);
  });

  test('M-12 S-16 one credit when it is taken in; none in the end for one that cannot be judged', async () => {
    const debits = (await acme.ledger()).filter(({ type }: Json) => type === 'debit');
    expect(debits).toMatchObject([{ amount: -1, verificationId: accepted.body.request_id }]);
    const poor = { document_type: 'passport', document_data: base64(await nothing()), webhook_url: receiver.url };
    const { body } = await acme.verify({ ...poor, metadata: { mine: true } });
    expect(await acme.usage()).toMatchObject({ used: 2 });
    expect(await acme.ended(body.request_id)).toMatchObject({ status: 'error', error: { code: 'DOCUMENT_NOT_FOUND' } });
    const [refund] = await acme.ledger();
    expect(refund).toMatchObject({ type: 'refund', amount: 1, verificationId: body.request_id });
    expect(await acme.usage()).toMatchObject({ used: 1, remaining: 99 });
    const [told] = (await receiver.wait(1, of(body.request_id))) as [Received];
    expect(told.body).toMatchObject({
      ...{ event: 'verification.completed', status: 'error', metadata: { mine: true }, verified_age: null },
      error: { code: 'DOCUMENT_NOT_FOUND' },
    });
  });

  test('M-55 M-52 in test mode the result is sent as well, signed and marked', async () => {
    const { status, body } = await acme.sandbox({ document_type: 'national_id', webhook_url: receiver.url });
    expect(status).toBe(202);
    expect(body.test_mode).toBe(true);
    const [told] = (await receiver.wait(1, of(body.request_id))) as [Received];
    expect(told.body).toMatchObject({ status: 'rejected', reason: 'document_expired', test_mode: true });
    expect(told.headers['x-webhook-signature']).toBe(hmac(acme.tenant.webhookSecret, told.raw));
    expect(
      (await acme.sandbox({ webhook_url: receiver.url, metadata: { test_scenario: 'poor_quality' } })).status,
    ).toBe(202);
  });

  test('C-07 repeated with its Idempotency-Key it is accepted once', async () => {
    const body = { document_type: 'passport', document_data: anyDocument, webhook_url: receiver.url, test_mode: true };
    const [first, again] = [
      await acme.verify(body, { 'idempotency-key': 'once' }),
      await acme.verify(body, { 'idempotency-key': 'once' }),
    ];
    expect(again.text).toBe(first.text);
    await acme.ended(first.body.request_id);
    expect(
      (await acme.records()).filter(({ verificationId }: Json) => verificationId === first.body.request_id),
    ).toHaveLength(1);
  });

  test('M-06 M-13 what can be told at once is told at once', async () => {
    const refused = await acme.verify({ document_type: 'passport', document_data: 'AAAA', webhook_url: receiver.url });
    expect(refused).toMatchObject({ status: 400, body: { error: { code: 'DOCUMENT_INVALID_FORMAT' } } });
  });
});

describe('document, as a deployed service takes it', () => {
  let service: Service;
  let acme: DocumentClient;

  beforeAll(async () => {
    service = await startService({
      set: { 'webhooks.allowInsecure': 'false', 'document.acceptSpecimens': 'false', 'document.syncMs': '1' },
    });
    acme = await document({}, service);
  });
  afterAll(() => service?.remove());

  test.each([
    ['http', 'http://hooks.example/a', 'not_https'],
    ['another scheme', 'ftp://hooks.example/a', 'malformed'],
    ['no address', 'hooks', 'malformed'],
    ['a file', 'file:///etc/passwd', 'malformed'],
    ['loopback', 'https://127.0.0.1/a', 'address'],
    ['loopback, written otherwise', 'https://2130706433/a', 'address'],
    ['loopback in IPv6', 'https://[::1]/a', 'address'],
    ['loopback in IPv6 as IPv4', 'https://[::ffff:127.0.0.1]/a', 'address'],
    ['link-local: the metadata service', 'https://169.254.169.254/latest/meta-data', 'address'],
    ['a private address', 'https://10.0.0.7/a', 'address'],
    ['a name of this machine', 'https://localhost/a', 'address'],
    ['a user in it', 'https://user:pass@hooks.example/a', 'credentials'],
  ])('M-10 M-11 C-31 webhook_url with %s is WEBHOOK_URL_INVALID, and free', async (_, webhook_url, reason) => {
    const reply = await acme.verify({ document_type: 'passport', document_data: anyDocument, webhook_url });
    expect(reply).toMatchObject({
      status: 400,
      body: { error: { code: 'WEBHOOK_URL_INVALID', details: { reason } } },
    });
    expect((await acme.post('/v1/webhooks', { url: webhook_url })).body.error.code).toBe('WEBHOOK_URL_INVALID');
    expect(await acme.usage()).toMatchObject({ used: 0 });
  });

  test('M-10 an HTTPS address of the public internet is taken', async () => {
    const webhook_url = 'https://your-app.com/webhooks/verification';
    const reply = await acme.sandbox({ webhook_url });
    expect(reply).toMatchObject({ status: 202, body: { webhook_url } });
  });

  test('M-34 looking that takes too long goes on as work: 202 with where to ask; M-29 a specimen is none there', async () => {
    const { status, body } = await acme.verify({ document_type: 'passport', document_data: base64(await specimen()) });
    expect(status).toBe(202);
    expect(body).toMatchObject({ status: 'processing' });
    expect(body).not.toHaveProperty('webhook_url');
    expect(body.status_url).toBe(`${service.url}/v1/status/${body.request_id}`);
    const read = await acme.ended(body.request_id);
    expect(read).toMatchObject({ status: 'rejected', reason: 'document_specimen' });
    expect((await acme.ledger()).filter(({ type }: Json) => type === 'debit')).toHaveLength(1);
  });
});
