import { inject } from 'vitest';
import { integrator, type Json, type Reply, type TestTenant } from '../../support/client.ts';
import { type Person, portrait, selfie } from '../../support/faces.ts';

const { api, admin, tenant } = integrator(inject('service'));

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** Nobody enrolled twice under one id: what a test sends stays known for that user. */
let drawn = 0;
export const newUser = (): string => `user-${++drawn}`;

export interface Headers {
  readonly [name: string]: string;
}

/**
 * A tenant and what its server does. Passive liveness is off unless a test is about it: the optional models may be absent, and the
 * photos are no selfies.
 */
export async function stepUp(request: Readonly<Record<string, unknown>> = {}) {
  const own: TestTenant = await tenant({
    ...request,
    settings: { thresholds: { liveness: 0 }, creditsLowAt: 0, ...(request.settings as object | undefined) },
  });
  return client(own, own.keys.skLive);
}

export function client(own: TestTenant, key: string) {
  const post = (path: string, body: unknown, headers: Headers = {}): Promise<Reply> =>
    api('POST', path, { key, body, headers });
  const enroll = (user: string, frames: readonly Uint8Array[], headers?: Headers): Promise<Reply> =>
    post('/v1/enroll', { user_id: user, frames: frames.map(base64) }, headers);
  const verify = (
    user: string,
    frames: readonly Uint8Array[],
    more: Readonly<Record<string, unknown>> = {},
    headers?: Headers,
  ): Promise<Reply> =>
    post('/v1/verify', { user_id: user, action: 'wire', frames: frames.map(base64), ...more }, headers);

  return {
    tenant: own,
    key,
    api: (method: string, path: string, body?: unknown): Promise<Reply> =>
      api(method, path, { key, ...(body !== undefined && { body }) }),
    post,
    enroll,
    verify,
    /** A new user with the face of `person`. */
    async enrolled(person: Person = 'cleo'): Promise<string> {
      const user = newUser();
      const reply = await enroll(user, [await portrait(person)]);
      if (reply.status !== 200) throw new Error(`Not enrolled: ${reply.status} ${reply.text}`);
      return user;
    },
    /** Another photo of the same person: what they send when it is them. */
    genuine: (): Promise<Buffer> => selfie('cleo again'),
    stranger: (): Promise<Buffer> => selfie('dora'),
    ledger: async (): Promise<Json[]> => (await admin('GET', `/v1/admin/tenants/${own.tenantId}/credits`)).body.ledger,
    records: async (mode = 'live'): Promise<Json[]> =>
      (await admin('GET', `/v1/admin/tenants/${own.tenantId}/verifications?mode=${mode}`)).body.verifications,
  };
}

export type StepUpClient = ReturnType<typeof client>;
