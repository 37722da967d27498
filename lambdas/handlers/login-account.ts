import { systemDigest } from '../adapters/system.ts';
import { loginOperations } from '../contracts/login/operations.ts';
import { failure } from '../domain/error.ts';
import { fail, ok } from '../domain/result.ts';
import type { Tenant } from '../domain/tenant.ts';
import { endpoint } from '../http/endpoint.ts';
import type { Credits } from '../ports/accounts.ts';
import { clientIdOf } from '../usecases/login-records.ts';
import { type SetWebhook, setWebhook } from '../usecases/set-webhook.ts';

/** The tenant's endpoint and balance, as the login contract shows them. */
export function loginAccount(deps: SetWebhook & { readonly credits: Pick<Credits, 'balance'> }) {
  const clientOf = (tenantId: string) => clientIdOf(systemDigest, tenantId);
  const endpoints = (tenant: Tenant | undefined) => {
    const url = tenant?.settings.webhookUrl;
    if (!tenant || url === undefined) return [];
    const _id = systemDigest.sha256(`webhook:${tenant.tenantId}`).slice(0, 24);
    return [{ _id, client: clientOf(tenant.tenantId), url, active: tenant.webhookDisabledAt === undefined }];
  };
  return {
    setLoginWebhook: endpoint(loginOperations.setLoginWebhook, async ({ caller, body }) => {
      const set = await setWebhook(deps, caller.tenantId, body.url);
      return set.ok ? ok({ status: 200, body: { data: endpoints(set.value)[0] } }) : set;
    }),
    listLoginWebhooks: endpoint(loginOperations.listLoginWebhooks, async ({ caller }) =>
      ok({ status: 200, body: { data: endpoints(await deps.tenants.get(caller.tenantId)) } }),
    ),
    removeLoginWebhook: endpoint(loginOperations.removeLoginWebhook, async ({ caller }) => {
      const removed = await setWebhook(deps, caller.tenantId, undefined);
      return removed.ok ? ok({ status: 200, body: { data: { deleted: true } } }) : removed;
    }),
    removeLoginWebhookById: endpoint(loginOperations.removeLoginWebhookById, async ({ caller, params }) => {
      const [found] = endpoints(await deps.tenants.get(caller.tenantId));
      if (found?._id !== params.id) return fail(failure('not_found', 'There is no such endpoint.'));
      const removed = await setWebhook(deps, caller.tenantId, undefined);
      return removed.ok ? ok({ status: 200, body: { data: { _id: params.id, deleted: true } } }) : removed;
    }),
    readLoginCredits: endpoint(loginOperations.readLoginCredits, async ({ caller: { tenantId } }) => {
      const credits = await deps.credits.balance(tenantId);
      return ok({ status: 200, body: { data: { client: clientOf(tenantId), credits } } });
    }),
  };
}
