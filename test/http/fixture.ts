import { deliveriesQuery } from '../../lambdas/contracts/submission/account.ts';
import { toErrorReply } from '../../lambdas/contracts/submission/errors.ts';
import { initBody, submitBody } from '../../lambdas/contracts/submission/schemas.ts';
import { formatKey } from '../../lambdas/domain/api-key.ts';
import { ok } from '../../lambdas/domain/result.ts';
import type { KeyRecord, Tenant } from '../../lambdas/domain/tenant.ts';
import { type Endpoint, endpoint } from '../../lambdas/http/endpoint.ts';
import { createPipeline } from '../../lambdas/http/pipeline.ts';
import type { Operation } from '../../lambdas/http/routes.ts';
import { settingsSchema } from '../../lambdas/settings.ts';
import { authenticate } from '../../lambdas/usecases/authenticate.ts';
import { type Answered, answerOf, apiEvent, type EventOptions } from '../support/api-event.ts';
import {
  countedRandom,
  digest,
  memoryIdempotency,
  memoryKeys,
  memoryRateLimits,
  memoryTenants,
  movableClock,
} from '../support/memory.ts';

interface LogLine {
  readonly level: 'info' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export const adminKey = 'admin_0123456789';

/** A pipeline over memory, with a tenant and a live and a test key of each type; `endpoints` replace what echoes by default. */
export async function startPipeline(
  endpoints: Partial<Record<Operation, Endpoint>> = {},
  set: Parameters<typeof settingsSchema.parse>[0] = {},
) {
  const clock = movableClock();
  const random = countedRandom();
  const keys = memoryKeys();
  const tenants = memoryTenants(keys);
  const settings = settingsSchema.parse({ adminKeySha256: digest.sha256(adminKey), ...(set as object) });
  const lines: LogLine[] = [];
  const calls: unknown[] = [];

  const addKey = async (type: KeyRecord['type'], mode: KeyRecord['mode'], change: Partial<KeyRecord> = {}) => {
    const key = formatKey(type, mode, random.base62(32));
    const record = {
      keyId: `key_${random.base62(4)}`,
      tenantId: 'tn_AAAAAAAAAAAAAAAA',
      type,
      mode,
      hint: '',
      origins: [],
    };
    await keys.put({ ...record, createdAt: 0, ...change, hash: digest.sha256(key) });
    return key;
  };
  tenants.add();
  const [pk, sk, pkTest] = await Promise.all([
    addKey('publishable', 'live', { origins: ['https://shop.example'] }),
    addKey('secret', 'live'),
    addKey('publishable', 'test'),
  ]);

  const echo = (spec: { readonly body?: typeof initBody | typeof submitBody }) =>
    endpoint({ summary: '', ...spec }, async (call) => {
      calls.push(call);
      return ok({
        status: 200,
        body: { params: call.params, query: call.query ?? null, body: call.body ?? null, baseUrl: call.baseUrl },
      });
    });
  const handler = createPipeline(
    {
      clock,
      random,
      settings,
      log: {
        info: (message, fields) => lines.push({ level: 'info', message, fields }),
        error: (message, fields) => lines.push({ level: 'error', message, fields }),
      },
      errors: { submission: toErrorReply },
      tenantAccess: {
        clock,
        idempotency: memoryIdempotency(),
        ttlSeconds: settings.idempotencyTtlSeconds,
        rateLimits: memoryRateLimits(),
        identify: (authorization, origin) => authenticate({ clock, digest, keys, tenants }, authorization, origin),
      },
    },
    {
      initVerification: echo({ body: initBody }),
      submitVerification: echo({ body: submitBody }),
      readVerification: echo({}),
      readCredits: echo({}),
      replayDelivery: echo({}),
      listDeliveries: endpoint({ summary: '', query: deliveriesQuery }, async ({ query }) =>
        ok({ status: 200, body: query }),
      ),
      listTenants: echo({}),
      health: echo({}),
      ...endpoints,
    },
  );

  const call = (
    method: string,
    path: string,
    options: EventOptions & { readonly key?: string } = {},
  ): Promise<Answered> => {
    const { key, ...rest } = options;
    const headers = { ...(key !== undefined && { authorization: `Bearer ${key}` }), ...rest.headers };
    return answerOf(handler, apiEvent(method, path, { ...rest, headers }));
  };
  const changeTenant = (change: Partial<Pick<Tenant, 'plan' | 'status'>>) =>
    tenants.update('tn_AAAAAAAAAAAAAAAA', change);
  return { call, clock, lines, calls, addKey, changeTenant, pk, sk, pkTest };
}
