import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, inject, test } from 'vitest';
import { specimen } from '../../bin/specimen/specimen.ts';
import { integrator } from '../support/client.ts';
import { portrait, selfie } from '../support/faces.ts';
import { logFaults } from '../support/log-faults.ts';
import { startReceiver } from '../support/webhook-receiver.ts';

const service = inject('service');
const { api, admin, tenant, uploaded, verdict } = integrator(service);
/** Up to its last complete line: others write while this reads. */
const log = (): string => {
  const written = readFileSync(service.logFile, 'utf8');
  return written.slice(0, written.lastIndexOf('\n'));
};

describe('the log', () => {
  test('a planted fault of each kind is found', () => {
    const key = `sk_live_${'a1B2'.repeat(8)}`;
    const blob = Buffer.alloc(120, 7).toString('base64').replaceAll('/', 'a');
    expect(logFaults('{"a":1}\n')).toEqual([]);
    for (const bad of [
      'no JSON',
      JSON.stringify({ key }),
      JSON.stringify({ secret: 'whsec_abcdefghijklmnop' }),
      JSON.stringify({ headers: { authorization: `Bearer ${'x'.repeat(20)}` } }),
      JSON.stringify({ body: blob }),
      JSON.stringify({ url: 'http://127.0.0.1/?X-Amz-Signature=00ff' }),
    ])
      expect(logFaults(bad), bad).toHaveLength(1);
    expect(logFaults('{"name":"Anna"}', { 'a name': 'Anna' })).toHaveLength(1);
  });

  test('S-10 DESIGN §6 holds ids, codes and durations; no key, name, metadata, address or image of anybody', async () => {
    const marks = {
      'a tenant name': 'Obergurgl Holdings',
      'an applicant’s name': 'Zebedee Quillfeather',
      'a name on a document': 'QUILLFEATHER',
      'a user reference': 'user-ref-7f3a9',
      metadata: 'meta-secret-51c0',
      'a query': 'query-secret-8d21',
      'a header': 'header-secret-0b44',
      'a path of a webhook': 'hook-secret-93aa',
    };
    await using receiver = await startReceiver((nth) => (nth === 0 ? 500 : 200));
    const webhookUrl = `${receiver.url}?${marks['a path of a webhook']}`;
    const acme = await tenant({ name: marks['a tenant name'], settings: { webhookUrl } });
    const { pkLive, skLive, ...testKeys } = acme.keys;
    const docFront = await specimen({
      portrait: await portrait('ana'),
      fields: { surname: marks['a name on a document'] },
    });
    const body = await uploaded(
      pkLive,
      { docFront, selfie: await selfie('ana') },
      { userRef: marks['a user reference'], submittedFullName: marks['an applicant’s name'], documentType: 'passport' },
    );
    const metadata = { note: marks.metadata };
    await api('POST', '/v1/verify/submit', { key: pkLive, body: { ...body, metadata } });
    await verdict(skLive, body.verificationId);
    await receiver.wait(2);

    const asked = { document_type: 'passport', document_data: docFront.toString('base64'), metadata };
    const more = { verification_type: 'full_verification', webhook_url: webhookUrl };
    for (const one of [{ ...asked, ...more }, asked, { ...asked, document_data: marks.metadata }])
      await api('POST', '/v1/verify', { key: skLive, body: one });
    await receiver.wait(3);

    const { body: rotated } = await api('POST', '/v1/webhooks/secret/rotate', { key: skLive });
    const { body: made } = await admin('POST', `/v1/admin/tenants/${acme.tenantId}/keys`, {
      type: 'secret',
      mode: 'live',
    });
    const headers = {
      'x-request-id': 'a-callers-own-id',
      'x-forwarded-for': marks['a header'],
      cookie: marks['a header'],
    };
    // Faults, whose words are made where the input is at hand.
    await api('POST', '/v1/verify/submit', { key: pkLive, headers, body: `{"metadata": "${marks.metadata}` });
    await api('POST', '/v1/verify/submit', {
      key: pkLive,
      body: { ...body, [marks.metadata]: 1, keys: marks.metadata },
    });
    await api('GET', `/v1/verify/${body.verificationId}?${marks['a query']}=1`, { key: skLive, headers });
    await api('GET', `/v1/nothing/${marks['a query']}`, { key: `${skLive}x` });
    await api('DELETE', `/v1/subjects/${marks['a user reference']}`, { key: skLive });
    await wait(300);

    const secrets = {
      ...marks,
      ...Object.fromEntries(Object.entries(testKeys).map(([name, key]) => [name, key.slice(8)])),
      'a publishable key': pkLive.slice(8),
      'a secret key': skLive.slice(8),
      'a made key': made.key.slice(8),
      'a webhook secret': acme.webhookSecret.slice(6),
      'a rotated webhook secret': rotated.webhookSecret.slice(6),
      'the admin key': service.adminKey,
    };
    const written = log();
    // Everything that the other tests have made the service write by now is in it too.
    expect(logFaults(written, secrets)).toEqual([]);
    expect(written).toContain('a-callers-own-id');
    expect(written).toContain(body.verificationId);
  });
});
