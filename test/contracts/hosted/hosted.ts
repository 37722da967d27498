import { inject } from 'vitest';
import type { Prompt } from '../../../lambdas/domain/challenge.ts';
import { integrator, type Json, type Reply, type ServiceAddress, type TestTenant } from '../../support/client.ts';

type Headers = Readonly<Record<string, string>>;

/** As the contract names a check. */
export const checkId = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export interface Answer extends Reply {
  readonly location: string | null;
  readonly cookie: string | undefined;
  /** Until the answer was there. */
  readonly ms: number;
}

/** What a browser does with an address: it goes nowhere by itself, and its cookies are told. */
export async function browse(url: string, headers: Headers = {}): Promise<Answer> {
  return answerOf(
    Date.now(),
    await fetch(url, { redirect: 'manual', headers: { accept: 'text/html,*/*;q=0.8', ...headers } }),
  );
}

async function answerOf(from: number, response: Response): Promise<Answer> {
  const text = await response.text();
  const [cookie] = response.headers.getSetCookie();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: text.startsWith('{') ? JSON.parse(text) : undefined,
    ms: Date.now() - from,
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

  const within = ({ check_id, session_token }: Json, method: string, path: string, body?: unknown): Promise<Reply> =>
    api(method, `/verif/sessions/${check_id}${path}`, { key: session_token, ...(body !== undefined && { body }) });

  return {
    url,
    tenant: own,
    api,
    admin,
    openSession,
    page: (query: Readonly<Record<string, string>>, headers: Headers = {}): Promise<Answer> =>
      browse(`${url}/verif/?${new URLSearchParams(query)}`, headers),
    /** A session whose challenge a drawn head can follow: it cannot smile. */
    async openFollowable(asked: Readonly<Record<string, unknown>> = {}) {
      for (;;) {
        const session = await openSession(asked);
        const prompts: readonly { readonly prompt: Prompt }[] = (await within(session, 'GET', '')).body.challenge;
        const challenge = prompts.map(({ prompt }) => prompt);
        if (!challenge.includes('smile')) return { session, challenge };
      }
    },
    async consent(session: Json): Promise<void> {
      const { version } = (await within(session, 'GET', '')).body.consent;
      await within(session, 'POST', '/consent', { version, lang: 'en' });
    },
    /** P-20: a form as a browser or a library sends it. */
    async submit(
      fields: Readonly<Record<string, string>>,
      files: Readonly<Record<string, Uint8Array>> = {},
      headers: Headers = {},
    ): Promise<Answer> {
      const form = new FormData();
      // Files before fields: the order is free.
      for (const [name, bytes] of Object.entries(files))
        form.append(name, new Blob([bytes as Uint8Array<ArrayBuffer>]), name);
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      return answerOf(Date.now(), await fetch(`${url}/verif/submit`, { method: 'POST', body: form, headers }));
    },
    /** A call within a session. */
    within,
    /** What the page's browser does with a file. */
    async upload(session: Json, kind: string, bytes: Uint8Array, content_type: string): Promise<void> {
      const opened = await within(session, 'POST', '/uploads', { kind, content_type, size: bytes.length });
      const form = new FormData();
      for (const [name, value] of Object.entries<string>(opened.body.fields)) form.append(name, value);
      form.append('file', new Blob([bytes as Uint8Array<ArrayBuffer>]));
      const stored = await fetch(opened.body.url, { method: 'POST', body: form });
      if (!stored.ok) throw new Error(`Not stored: ${stored.status} ${await stored.text()}`);
    },
    get: (path: string, key = skLive): Promise<Reply> => api('GET', path, { key }),
    ledger: async (): Promise<Json[]> => (await admin('GET', `/v1/admin/tenants/${own.tenantId}/credits`)).body.ledger,
    records: async (mode = 'live'): Promise<Json[]> =>
      (await admin('GET', `/v1/admin/tenants/${own.tenantId}/verifications?mode=${mode}`)).body.verifications,
  };
}

export type HostedClient = Awaited<ReturnType<typeof hosted>>;
