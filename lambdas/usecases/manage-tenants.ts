import { formatKey, keyHint } from '../domain/api-key.ts';
import { type Failure, failure } from '../domain/error.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { KeyRecord, KeyType, Plan, Tenant, TenantSettings } from '../domain/tenant.ts';
import type { Mode } from '../domain/verification.ts';
import type { Credits, Keys, TenantRegistry, Tenants } from '../ports/accounts.ts';
import type { Clock, Digest, Random } from '../ports/system.ts';
import type { Secrets } from '../ports/trust.ts';
import { newWebhookSecret } from './manage-deliveries.ts';
import { newKid, newSigningSecret } from './manage-signing-secrets.ts';

export interface ManageTenants {
  readonly clock: Clock;
  readonly random: Random;
  readonly digest: Digest;
  readonly tenants: Tenants;
  readonly registry: TenantRegistry;
  readonly keys: Keys;
  readonly credits: Credits;
  readonly secrets: Secrets;
}

export interface NewTenant {
  readonly tenant: Tenant;
  readonly balance: number;
  /** Shown this once; only their hashes are kept. */
  readonly keys: { readonly pkLive: string; readonly skLive: string; readonly pkTest: string; readonly skTest: string };
  readonly signingSecret: string;
  readonly webhookSecret: string;
}

export async function createTenant(
  deps: ManageTenants,
  request: { readonly name: string; readonly plan: Plan; readonly credits: number; readonly settings: TenantSettings },
): Promise<NewTenant> {
  const { clock, random, registry, secrets } = deps;
  const tenantId = `tn_${random.base62(16)}`;
  const tenant: Tenant = {
    tenantId,
    name: request.name,
    plan: request.plan,
    status: 'active',
    settings: request.settings,
    createdAt: clock.now(),
  };
  const origins = request.settings.allowedOrigins ?? [];
  const make = (type: KeyType, mode: Mode) => newKey(deps, { tenantId, type, mode, origins });
  const pkLive = make('publishable', 'live');
  const skLive = make('secret', 'live');
  const pkTest = make('publishable', 'test');
  const skTest = make('secret', 'test');
  const webhookSecret = newWebhookSecret(random);
  const signingSecret = newSigningSecret(random);
  const [webhook, signing] = await Promise.all([
    secrets.seal(tenantId, webhookSecret),
    secrets.seal(tenantId, signingSecret),
  ]);
  await registry.create({
    tenant,
    webhookSecret: { sealed: webhook },
    signingSecret: { kid: newKid(random), sealed: signing, createdAt: tenant.createdAt },
    keys: [pkLive, skLive, pkTest, skTest].map(({ record }) => record),
    balance: request.credits,
  });
  return {
    tenant,
    balance: request.credits,
    keys: { pkLive: pkLive.key, skLive: skLive.key, pkTest: pkTest.key, skTest: skTest.key },
    signingSecret,
    webhookSecret,
  };
}

const noTenant = failure('not_found', 'There is no such tenant.');

export async function readTenant(
  { tenants, credits }: Pick<ManageTenants, 'tenants' | 'credits'>,
  tenantId: string,
): Promise<Result<{ readonly tenant: Tenant; readonly balance: number }, Failure>> {
  const tenant = await tenants.get(tenantId);
  return tenant ? ok({ tenant, balance: await credits.balance(tenantId) }) : fail(noTenant);
}

/** Settings that this installation takes: webhooks go out encrypted, except where a local run allows otherwise. */
export function acceptSettings<Settings extends { readonly webhookUrl?: string | null }>(
  settings: Settings,
  { allowInsecure }: { readonly allowInsecure: boolean },
): Result<Settings, Failure> {
  if (!settings.webhookUrl || allowInsecure || settings.webhookUrl.startsWith('https:')) return ok(settings);
  const fieldErrors = { 'settings.webhookUrl': ['must be https'] };
  return fail(failure('invalid_request', 'Invalid: settings.webhookUrl.', { detail: { fieldErrors } }));
}

/** Settings are merged one by one; `null` takes one back to its default. */
export async function updateTenant(
  deps: Pick<ManageTenants, 'tenants' | 'credits'>,
  tenantId: string,
  change: {
    readonly name?: string;
    readonly plan?: Plan;
    readonly status?: Tenant['status'];
    readonly settings?: { readonly [K in keyof TenantSettings]?: TenantSettings[K] | null };
  },
): Promise<Result<{ readonly tenant: Tenant; readonly balance: number }, Failure>> {
  const found = await deps.tenants.get(tenantId);
  if (!found) return fail(noTenant);
  const { settings, ...rest } = change;
  const merged = Object.entries({ ...found.settings, ...settings }).filter(([, value]) => value !== null);
  const update = { ...rest, ...(settings && { settings: Object.fromEntries(merged) as TenantSettings }) };
  const tenant = await deps.tenants.update(tenantId, update, settings?.webhookUrl !== undefined);
  return tenant ? readTenant(deps, tenantId) : fail(noTenant);
}

export async function createKey(
  deps: ManageTenants,
  tenantId: string,
  request: {
    readonly type: KeyType;
    readonly mode: Mode;
    readonly origins?: readonly string[];
    readonly expiresAt?: number;
  },
): Promise<Result<{ readonly keyId: string; readonly key: string }, Failure>> {
  const tenant = await deps.tenants.get(tenantId);
  if (!tenant) return fail(noTenant);
  const { key, record } = newKey(deps, {
    ...request,
    tenantId,
    origins: request.origins ?? tenant.settings.allowedOrigins ?? [],
  });
  await deps.keys.put(record);
  return ok({ keyId: record.keyId, key });
}

function newKey(
  { clock, random, digest }: Pick<ManageTenants, 'clock' | 'random' | 'digest'>,
  request: Pick<KeyRecord, 'tenantId' | 'type' | 'mode' | 'origins'> & { readonly expiresAt?: number },
): { readonly key: string; readonly record: KeyRecord & { readonly hash: string } } {
  const key = formatKey(request.type, request.mode, random.base62(32));
  const record = {
    ...request,
    keyId: `key_${random.base62(16)}`,
    hint: keyHint(key),
    hash: digest.sha256(key),
    createdAt: clock.now(),
  };
  return { key, record };
}
