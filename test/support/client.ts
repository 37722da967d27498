import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { failuresOf, specOf } from '../../lambdas/handlers/openapi.ts';
import { contractOfBody } from '../../lambdas/http/find-route.ts';
import { pathsOf, type Route, routes } from '../../lambdas/http/routes.ts';

/** JSON as a test looks at it. */
// biome-ignore lint/suspicious/noExplicitAny: a test reaches into answers of many shapes, and asserts what it finds.
export type Json = any;

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
  readonly text: string;
}

export interface CallOptions {
  readonly key?: string;
  /** Sent as JSON; a string or bytes go as they are. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One HTTP call, whatever comes of it. */
export async function call(base: string, method: string, path: string, options: CallOptions = {}): Promise<Reply> {
  const { key, body, headers = {} } = options;
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(base + path, {
    method,
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: raw ? (body as string | Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
  });
  const text = await response.text();
  let parsed: Json;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  return { status: response.status, headers: response.headers, body: parsed, text };
}

const served = (routes as readonly Route[]).flatMap((route) =>
  pathsOf(route).map((path) => ({ route, pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`) })),
);

/** C-09: what the service answers is what its description says, field for field. */
function checkDescribed(method: string, path: string, asked: unknown, { status, headers, body }: Reply): void {
  const bare = path.split('?')[0] ?? '';
  const matches = served.filter(({ route, pattern }) => route.method === method && pattern.test(bare));
  // K-02: whose id it is, where contracts share a path.
  const byId = matches.find(({ route }) => bare.includes(`/${route.idPrefix}`));
  // K-01: or whose body.
  const byBody = matches.find(({ route }) => route.sharedPath && route.contract === contractOfBody(asked));
  const match = byId ?? byBody ?? matches[0];
  // RFC 9457, where it was asked for or nobody knows whose call it is, has the platform's statuses.
  const asProblem = headers.get('content-type') === 'application/problem+json' && match?.route.contract !== 'platform';
  if (!match || asProblem) return;
  const { reply: first, accepted } = specOf(match.route);
  const reply = accepted?.status === status ? accepted : first;
  if (status !== reply.status && failuresOf(match.route)[status] === undefined)
    throw new Error(
      `${method} ${bare} answers ${status}, which its description does not have: ${JSON.stringify(body)}`,
    );
  if (!reply.schema || status !== reply.status) return;
  const parsed = reply.schema.safeParse(body);
  if (!parsed.success) throw new Error(`${method} ${bare} answers against its description: ${parsed.error.message}`);
  if (!isDeepStrictEqual(parsed.data, body))
    throw new Error(`${method} ${bare} answers fields that it does not describe.`);
}

export interface TestTenant {
  readonly tenantId: string;
  readonly keys: { readonly pkLive: string; readonly skLive: string; readonly pkTest: string; readonly skTest: string };
  readonly webhookSecret: string;
  readonly signingSecret: string;
  readonly balance: number;
}

export interface ServiceAddress {
  readonly url: string;
  readonly adminKey: string;
}

/** What an integrator does, against one service. */
export function integrator({ url, adminKey }: ServiceAddress) {
  const api = async (method: string, path: string, options?: CallOptions): Promise<Reply> => {
    const reply = await call(url, method, path, options);
    checkDescribed(method, path, options?.body, reply);
    return reply;
  };
  const admin = (method: string, path: string, body?: unknown) =>
    api(method, path, { key: adminKey, ...(body !== undefined && { body }) });

  const tenant = async (request: Readonly<Record<string, unknown>> = {}): Promise<TestTenant> => {
    const created = await admin('POST', '/v1/admin/tenants', {
      name: 'Test',
      plan: 'enterprise',
      credits: 100,
      ...request,
    });
    if (created.status !== 201) throw new Error(`No tenant: ${created.status} ${created.text}`);
    return created.body as TestTenant;
  };

  const init = async (
    key: string,
    body: unknown = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Json> => {
    const opened = await api('POST', '/v1/verify/init', { key, body, headers });
    if (opened.status !== 200) throw new Error(`No intent: ${opened.status} ${opened.text}`);
    return opened.body;
  };

  const put = async (upload: Json, bytes: Uint8Array): Promise<void> => {
    const stored = await fetch(upload.url, {
      method: upload.method,
      headers: upload.headers,
      body: bytes as Uint8Array<ArrayBuffer>,
    });
    if (!stored.ok) throw new Error(`Not stored: ${stored.status} ${await stored.text()}`);
  };

  /** Opens an intent and uploads to it; answers the body that submits it. */
  const uploaded = async (
    key: string,
    images: { readonly docFront: Uint8Array; readonly selfie: Uint8Array },
    claims: unknown = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Json> => {
    const intent = await init(key, claims, headers);
    await Promise.all([put(intent.uploads.docFront, images.docFront), put(intent.uploads.selfie, images.selfie)]);
    const keys = { docFront: intent.uploads.docFront.key, selfie: intent.uploads.selfie.key };
    return { verificationId: intent.verificationId, keys };
  };

  const verdict = async (secretKey: string, verificationId: string, timeoutMs = 60_000): Promise<Json> => {
    for (let waited = 0; waited < timeoutMs; waited += 100) {
      const polled = await api('GET', `/v1/verify/${verificationId}`, { key: secretKey });
      if (polled.body?.status === 'completed') return polled.body;
      await wait(100);
    }
    throw new Error(`No verdict on ${verificationId} in ${timeoutMs} ms.`);
  };

  return { url, api, admin, tenant, init, put, uploaded, verdict };
}
