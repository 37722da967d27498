import { inject } from 'vitest';
import { type CallOptions, call, integrator, type Json, type Reply, type TestTenant } from '../../support/client.ts';

const service = inject('service');
const { api } = integrator(service);

/** Not an image: its verdict is a quick "rejected". */
export const junk = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);

/** What a page of the service's own sends besides. */
export const ownPage = { origin: service.url };

export const login = (key: string, name = 'Ana', headers: Readonly<Record<string, string>> = ownPage): Promise<Reply> =>
  api('POST', '/console/api/session', { body: { key, name }, headers });

export const cookieOf = ({ headers }: Reply): string => (headers.get('set-cookie') ?? '').split(';')[0] ?? '';

/** Somebody at the console with a session of a key. */
export async function person(key: string, name = 'Ana') {
  const opened = await login(key, name);
  if (opened.status !== 200) throw new Error(`Not logged in: ${opened.status} ${opened.text}`);
  const cookie = cookieOf(opened);
  const at = (method: string, path: string, options: CallOptions = {}) =>
    api(method, `/console/api${path}`, { ...options, headers: { ...ownPage, cookie, ...options.headers } });
  return {
    cookie,
    get: (path: string) => at('GET', path),
    put: (path: string, body: unknown) => at('PUT', path, { body }),
    post: (path: string, body: unknown = {}, headers: Readonly<Record<string, string>> = {}) =>
      at('POST', path, { body, headers }),
    /** Ids of a list, page by page. */
    ids: async (path: string): Promise<string[]> => {
      const { body } = await at('GET', path);
      return body.items.map(({ id }: Json) => id);
    },
  };
}

/** The list index follows its table: until something is in it. */
export async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (let tries = 0; tries < 300; tries++) {
    const found = await look();
    if (found) return found;
    await new Promise((wake) => setTimeout(wake, 50));
  }
  throw new Error('It never came to be.');
}

/** Sends a verification through to its verdict. */
export const verified = async (
  of: TestTenant,
  images: { readonly docFront: Uint8Array; readonly selfie: Uint8Array } = { docFront: junk, selfie: junk },
  claims: unknown = {},
  more: object = {},
): Promise<Json> => {
  const { uploaded, verdict } = integrator(service);
  const body = await uploaded(of.keys.pkLive, images, claims);
  const accepted = await api('POST', '/v1/verify/submit', { key: of.keys.pkLive, body: { ...body, ...more } });
  if (accepted.status !== 202) throw new Error(`Not accepted: ${accepted.text}`);
  return verdict(of.keys.skLive, body.verificationId);
};

export const raw = (method: string, path: string, options: CallOptions = {}) =>
  call(service.url, method, path, options);
