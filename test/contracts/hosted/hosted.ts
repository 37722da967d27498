import { inject } from 'vitest';
import { integrator, type Json, type Reply, type ServiceAddress, type TestTenant } from '../../support/client.ts';

type Headers = Readonly<Record<string, string>>;

/** As the contract names a check. */
export const checkId = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export interface Answer extends Reply {
  readonly location: string | null;
  readonly cookie: string | undefined;
}

/** What a browser does with an address: it goes nowhere by itself, and its cookies are told. */
export async function browse(url: string, headers: Headers = {}): Promise<Answer> {
  const response = await fetch(url, { redirect: 'manual', headers: { accept: 'text/html,*/*;q=0.8', ...headers } });
  const text = await response.text();
  const [cookie] = response.headers.getSetCookie();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: text.startsWith('{') ? JSON.parse(text) : undefined,
    location: response.headers.get('location'),
    cookie: cookie?.split(';')[0],
  };
}

/** A tenant, its server, and the people that it sends to the page. */
export async function hosted(
  request: Readonly<Record<string, unknown>> = {},
  service: ServiceAddress = inject('service'),
) {
  const { url, api, admin, tenant } = integrator(service);
  const settings = { creditsLowAt: 0, returnUrls: ['https://shop.example/done'], ...(request.settings as object) };
  const own: TestTenant = await tenant({ ...request, settings });
  const { skLive } = own.keys;

  const openSession = async (asked: Readonly<Record<string, unknown>> = {}, key = skLive): Promise<Json> => {
    const opened = await api('POST', '/verif/sessions', { key, body: { user_identifier: 'user_1', ...asked } });
    if (opened.status !== 201) throw new Error(`No session: ${opened.status} ${opened.text}`);
    return opened.body;
  };

  return {
    url,
    tenant: own,
    api,
    admin,
    openSession,
    page: (query: Readonly<Record<string, string>>, headers: Headers = {}): Promise<Answer> =>
      browse(`${url}/verif/?${new URLSearchParams(query)}`, headers),
    /** A call within a session. */
    within: ({ check_id, session_token }: Json, method: string, path: string, body?: unknown): Promise<Reply> =>
      api(method, `/verif/sessions/${check_id}${path}`, { key: session_token, ...(body !== undefined && { body }) }),
    get: (path: string, key = skLive): Promise<Reply> => api('GET', path, { key }),
    ledger: async (): Promise<Json[]> => (await admin('GET', `/v1/admin/tenants/${own.tenantId}/credits`)).body.ledger,
    records: async (mode = 'live'): Promise<Json[]> =>
      (await admin('GET', `/v1/admin/tenants/${own.tenantId}/verifications?mode=${mode}`)).body.verifications,
  };
}

export type HostedClient = Awaited<ReturnType<typeof hosted>>;
