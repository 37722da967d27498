import { type Failure, failure } from '../domain/error.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Tenant } from '../domain/tenant.ts';
import type { Tenants } from '../ports/accounts.ts';
import { acceptSettings } from './manage-tenants.ts';

export interface SetWebhook {
  readonly tenants: Pick<Tenants, 'get' | 'update'>;
  readonly settings: { readonly webhooks: { readonly allowInsecure: boolean } };
}

/** S-04: the one endpoint of the tenant, for the events of every contract; undefined takes it away. */
export async function setWebhook(
  { tenants, settings }: SetWebhook,
  tenantId: string,
  webhookUrl: string | undefined,
): Promise<Result<Tenant, Failure>> {
  const refused = acceptSettings({ ...(webhookUrl !== undefined && { webhookUrl }) }, settings.webhooks);
  if (!refused.ok) {
    const fieldErrors = { url: ['must be https'] };
    return fail(failure('invalid_request', 'Invalid: url.', { detail: { fieldErrors } }));
  }
  const found = await tenants.get(tenantId);
  if (!found) throw new Error('A key without its tenant.');
  const { webhookUrl: _, ...others } = found.settings;
  const next = { ...others, ...(webhookUrl !== undefined && { webhookUrl }) };
  const updated = await tenants.update(tenantId, { settings: next }, true);
  return updated ? ok(updated) : fail(failure('not_found', 'There is no such account.'));
}
