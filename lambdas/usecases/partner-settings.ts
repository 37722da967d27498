import type { Caller } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Tenant, TenantSettings } from '../domain/tenant.ts';
import type { Credits, Tenants } from '../ports/accounts.ts';
import { type CheckWebhookUrl, checkWebhookUrl } from './check-webhook-url.ts';
import { updateTenant } from './manage-tenants.ts';

export interface PartnerSettings extends CheckWebhookUrl {
  readonly tenants: Tenants;
  readonly credits: Credits;
  readonly settings: CheckWebhookUrl['settings'] & { readonly hosted: { readonly retentionSeconds: number } };
}

export type PartnerChange = { readonly [K in keyof TenantSettings]?: TenantSettings[K] | null };

export async function readPartner({ tenants }: Pick<PartnerSettings, 'tenants'>, caller: Caller): Promise<Tenant> {
  const tenant = await tenants.get(caller.tenantId);
  if (!tenant) throw new Error('A key without its tenant.');
  return tenant;
}

/** P-52. The same checks as wherever an address for results is named; nobody keeps files for longer than the installation does. */
export async function setPartnerSettings(
  deps: PartnerSettings,
  caller: Caller,
  change: PartnerChange,
): Promise<Result<Tenant, Failure>> {
  const { settings } = deps;
  const { webhookUrl, retentionDays } = change;
  if (webhookUrl) {
    const address = await checkWebhookUrl(deps, webhookUrl);
    if (!address.ok) return address;
  }
  const mostDays = Math.max(1, Math.floor(settings.hosted.retentionSeconds / 86_400));
  if (retentionDays && retentionDays > mostDays) {
    const fieldErrors = { retention_days: [`must be at most ${mostDays}`] };
    return fail(failure('invalid_request', 'Invalid: retention_days.', { detail: { fieldErrors } }));
  }
  const updated = await updateTenant(deps, caller.tenantId, { settings: change });
  return updated.ok ? ok(updated.value.tenant) : updated;
}
