import { setTimeout as wait } from 'node:timers/promises';
import { inject } from 'vitest';
import { specimen } from '../../../bin/specimen/specimen.ts';
import { integrator, type Json, type Reply, type ServiceAddress, type TestTenant } from '../../support/client.ts';
import { portrait } from '../../support/faces.ts';

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** A PNG by its first bytes and no picture: enough where nobody looks, in test mode. */
export const anyDocument = base64(Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(80)]));

/** Of Anna Maria Eriksson, born 1974-08-12, with a portrait. */
export const passport = async (): Promise<string> => base64(await specimen({ portrait: await portrait('ana') }));

/** As the text's examples have it, in lower case. */
export const requestId = /^req_[0-9a-f]{16}$/;

type Headers = Readonly<Record<string, string>>;

/** A tenant and what its server does. */
export async function document(
  request: Readonly<Record<string, unknown>> = {},
  service: ServiceAddress = inject('service'),
) {
  const { api, admin, tenant } = integrator(service);
  const own: TestTenant = await tenant({ settings: { creditsLowAt: 0 }, ...request });
  const { skLive, skTest } = own.keys;
  const verify = (body: unknown, headers: Headers = {}, key = skLive, path = '/v1/verify'): Promise<Reply> =>
    api('POST', path, { key, body, headers });
  const get = (path: string, key = skLive): Promise<Reply> => api('GET', path, { key });
  return {
    tenant: own,
    api,
    admin,
    verify,
    get,
    post: (path: string, body: unknown, key = skLive): Promise<Reply> => api('POST', path, { key, body }),
    /** In test mode, by a test key. */
    sandbox: (more: Readonly<Record<string, unknown>> = {}, headers: Headers = {}): Promise<Reply> =>
      verify({ document_type: 'passport', document_data: anyDocument, ...more }, headers, skTest),
    ledger: async (): Promise<Json[]> => (await admin('GET', `/v1/admin/tenants/${own.tenantId}/credits`)).body.ledger,
    records: async (mode = 'live'): Promise<Json[]> =>
      (await admin('GET', `/v1/admin/tenants/${own.tenantId}/verifications?mode=${mode}`)).body.verifications,
    usage: async (): Promise<Json> => (await get('/v1/usage')).body.quota,
    /** Waits for its end. */
    async ended(id: string, key = skLive, timeoutMs = 60_000): Promise<Json> {
      for (let waited = 0; waited < timeoutMs; waited += 100) {
        const { body } = await get(`/v1/status/${id}`, key);
        if (body.status !== 'processing') return body;
        await wait(100);
      }
      throw new Error(`${id} did not end in ${timeoutMs} ms.`);
    },
  };
}

export type DocumentClient = Awaited<ReturnType<typeof document>>;
