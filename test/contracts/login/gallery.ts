import { beforeAll, inject } from 'vitest';
import { integrator, type Json, type Reply, type TestTenant } from '../../support/client.ts';
import { type Person, portrait, selfie } from '../../support/faces.ts';

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
export const faces = '/v2/face-recognition';

/** Another picture of the same face; of Cleo one of another day. */
export const another = (who: Person): Promise<Buffer> => (who === 'cleo' ? portrait('cleo again') : selfie(who));

/** A tenant of a test file's own, with what an integrator does in its gallery. */
export function gallery() {
  const { api, admin, tenant } = integrator(inject('service'));
  const own: { tenant?: TestTenant } = {};
  const key = (): string => own.tenant?.keys.skLive ?? '';
  beforeAll(async () => {
    own.tenant = await tenant();
  });

  const call = (method: string, path: string, body?: unknown, as = key()): Promise<Reply> =>
    api(method, path, { key: as, ...(body !== undefined && { body }) });

  const collection = async (name = 'People', as = key()): Promise<string> =>
    (await call('POST', `${faces}/collections`, { name }, as)).body.data._id;

  /** Enrols one of the people of `support/faces.ts`. */
  const person = async (who: Person, change: Json = {}, as = key()): Promise<Json> => {
    const body = { name: who, images: [base64(await portrait(who))], ...change };
    const made = await call('POST', `${faces}/persons`, body, as);
    if (made.status !== 200) throw new Error(`Not enrolled: ${made.status} ${made.text}`);
    return made.body.data;
  };

  /** Looks for one of them, by another picture of the same face. */
  const search = async (who: Person, collectionId: string, change: Json = {}, as = key()): Promise<Reply> =>
    call(
      'POST',
      `${faces}/search`,
      { images: [base64(await another(who))], collection_id: collectionId, ...change },
      as,
    );

  return { api, admin, newTenant: tenant, own, call, collection, person, search };
}
