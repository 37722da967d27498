import { inject } from 'vitest';
import { integrator, type Json, type Reply, type TestTenant } from '../../support/client.ts';
import { type Person, selfie } from '../../support/faces.ts';
import { another, base64, faces } from './gallery.ts';

const { api, admin, tenant } = integrator(inject('service'));

/** A flow with a collection of people in it, and what an integrator and a person do with it. */
export interface Stage {
  readonly tenant: TestTenant;
  readonly key: string;
  readonly project: string;
  readonly flow: string;
  readonly collection: string;
  /** Ids by name. */
  readonly persons: Readonly<Record<string, string>>;
}

export interface StageOptions {
  readonly mode?: 'live' | 'test';
  readonly people?: readonly Person[];
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly credits?: number;
  readonly flow?: Readonly<Record<string, unknown>>;
}

const made = (reply: Reply): Json => {
  if (reply.status !== 200) throw new Error(`${reply.status} ${reply.text}`);
  return reply.body.data;
};

/**
 * A tenant with a project, an active flow and a collection. Liveness is off unless a test is about it: the optional models may be
 * absent, and the photos are no selfies.
 */
export async function stage(options: StageOptions = {}): Promise<Stage> {
  const { mode = 'live', people = ['ana', 'bea'], settings = {}, credits = 20, flow = {} } = options;
  const own = await tenant({ credits, settings: { creditsLowAt: 0, ...settings } });
  const key = mode === 'live' ? own.keys.skLive : own.keys.skTest;
  const post = async (path: string, body: unknown) => made(await api('POST', path, { key, body }));
  const collection = (await post(`${faces}/collections`, { name: 'People' }))._id;
  const project = (await post('/v2/projects', { name: 'Shop' }))._id;
  const fields = { project, type: 'login', status: 'active', name: 'Login', livenessMinScore: 0 };
  const made_ = await post('/v2/project-flows', { ...fields, assignedCollection: collection, ...flow });
  const persons: Record<string, string> = {};
  for (const name of people) {
    const images = [base64(await selfie(name))];
    persons[name] = (await post(`${faces}/persons`, { name, images, collections: [collection] }))._id;
  }
  return { tenant: own, key, project, flow: made_._id, collection, persons };
}

/** Opens a session; answers its data, or the whole reply where a test looks at a refusal. */
export const open = (on: Stage, more: Readonly<Record<string, unknown>> = {}): Promise<Reply> =>
  api('POST', '/v2/biometric-validations', {
    key: on.key,
    body: { project: on.project, projectFlow: on.flow, identifier: 'ana@example.com', type: 'login', ...more },
  });

export const opened = async (on: Stage, more: Readonly<Record<string, unknown>> = {}): Promise<Json> =>
  made(await open(on, more));

/** Sends a picture for a session; `who` is a person, or bytes as they are. */
export const send = async (
  token: string,
  who: Person | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> =>
  api('POST', '/v2/biometric-validations/validate', {
    key: token,
    body: { image: base64(typeof who === 'string' ? await another(who) : who) },
    headers,
  });

export const read = async (on: Stage, path: string): Promise<Json> => made(await api('GET', path, { key: on.key }));

/** Movements of the balance, newest first, without the opening one. */
export const ledger = async ({ tenant: { tenantId } }: Stage): Promise<Json[]> =>
  (await admin('GET', `/v1/admin/tenants/${tenantId}/credits`)).body.ledger.filter(
    ({ id }: Json) => id !== 'grant_opening',
  );

export const client = { api, admin, tenant };
