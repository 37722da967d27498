import { toUsageReply, toWebhookReply } from '../contracts/document/account.ts';
import { documentOperations } from '../contracts/document/operations.ts';
import { utcMonth } from '../domain/age.ts';
import { ok } from '../domain/result.ts';
import { endpoint } from '../http/endpoint.ts';
import type { Credits } from '../ports/accounts.ts';
import type { Clock } from '../ports/system.ts';
import type { DocumentVerifications } from '../ports/verifications.ts';
import { type CheckWebhookUrl, checkWebhookUrl } from '../usecases/check-webhook-url.ts';
import { type RotateWebhookSecret, rotateWebhookSecret } from '../usecases/manage-deliveries.ts';
import { type SetWebhook, setWebhook } from '../usecases/set-webhook.ts';

export type DocumentAccount = CheckWebhookUrl &
  SetWebhook &
  RotateWebhookSecret & {
    readonly clock: Clock;
    readonly credits: Pick<Credits, 'balance'>;
    readonly documents: Pick<DocumentVerifications, 'charged'>;
  };

/** M-63, M-64: the tenant's endpoint and its quota, as the document contract shows them. */
export function documentAccount(deps: DocumentAccount) {
  const { clock, credits, documents, tenants } = deps;
  return {
    readUsage: endpoint(documentOperations.readUsage, async ({ caller: { tenantId } }) => {
      const month = utcMonth(clock.now());
      const [used, balance] = await Promise.all([documents.charged(tenantId, month), credits.balance(tenantId)]);
      return ok({ status: 200, body: toUsageReply(month, used, balance) });
    }),
    readWebhook: endpoint(documentOperations.readWebhook, async ({ caller }) => {
      const tenant = await tenants.get(caller.tenantId);
      if (!tenant) throw new Error('A key without its tenant.');
      return ok({ status: 200, body: toWebhookReply(tenant) });
    }),
    setWebhook: endpoint(documentOperations.setWebhook, async ({ caller, body }) => {
      const address = await checkWebhookUrl(deps, body.url);
      if (!address.ok) return address;
      const set = await setWebhook(deps, caller.tenantId, body.url);
      if (!set.ok) return set;
      const made = body.rotate_secret ? await rotateWebhookSecret(deps, caller.tenantId) : undefined;
      return ok({ status: 200, body: toWebhookReply(set.value, made) });
    }),
    removeWebhook: endpoint(documentOperations.removeWebhook, async ({ caller }) => {
      const removed = await setWebhook(deps, caller.tenantId, undefined);
      return removed.ok ? ok({ status: 200, body: toWebhookReply(removed.value) }) : removed;
    }),
  };
}
