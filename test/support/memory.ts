import { isDeepStrictEqual } from 'node:util';
import { systemDigest } from '../../lambdas/adapters/system.ts';
import type { LedgerEntry } from '../../lambdas/domain/credits.ts';
import { allowance, latestTat, tokenMs } from '../../lambdas/domain/rate-limit.ts';
import { fail, ok, type Result } from '../../lambdas/domain/result.ts';
import type { KeyRecord, SealedSecret, SigningSecret, Tenant } from '../../lambdas/domain/tenant.ts';
import type {
  Credits,
  Idempotency,
  Keys,
  RateLimits,
  StoredReply,
  TenantRegistry,
  Tenants,
} from '../../lambdas/ports/accounts.ts';
import type { Clock, Random } from '../../lambdas/ports/system.ts';
import type { Page } from '../../lambdas/ports/verifications.ts';

/** In-memory fulfilments of the ports that keep what tenants, keys and credits are; `memory-records.ts` has the others. */
export interface MovableClock extends Clock {
  readonly move: (ms: number) => void;
}

export const movableClock = (start = 1_800_000_000_000): MovableClock => {
  let at = start;
  return {
    now: () => at,
    move: (ms) => {
      at += ms;
    },
  };
};

/** Draws that never repeat, the same in every run. */
export const countedRandom = (): Random => {
  let drawn = 0;
  const draw = (length: number) => String(++drawn).padStart(length, '0');
  return { base62: draw, hex: draw, unit: () => 0.5 };
};

const pageSize = 50;

/** One page of a list that is newest first. */
export function pageOf<T>(items: readonly T[], cursor?: string): Page<T> {
  const from = Number(cursor ?? 0);
  const next = from + pageSize;
  return { items: items.slice(from, next), ...(next < items.length && { cursor: String(next) }) };
}

export interface MemoryCredits extends Credits {
  /** Moves the balance and writes its row, once per id; what a transaction of the database does. */
  readonly post: (tenantId: string, entry: Omit<LedgerEntry, 'balance'>) => Result<LedgerEntry, 'short'>;
}

export function memoryCredits(): MemoryCredits {
  const ledgers = new Map<string, LedgerEntry[]>();
  const ledgerOf = (tenantId: string): LedgerEntry[] => ledgers.get(tenantId) ?? [];
  const balanceOf = (tenantId: string): number => ledgerOf(tenantId)[0]?.balance ?? 0;
  const post: MemoryCredits['post'] = (tenantId, entry) => {
    if (ledgerOf(tenantId).some(({ id }) => id === entry.id)) throw new Error(`A second movement ${entry.id}.`);
    const balance = balanceOf(tenantId) + entry.amount;
    if (balance < 0) return fail('short');
    const row = { ...entry, balance };
    ledgers.set(tenantId, [row, ...ledgerOf(tenantId)]);
    return ok(row);
  };
  return {
    post,
    balance: async (tenantId) => balanceOf(tenantId),
    grant: async (tenantId, entry) => post(tenantId, entry),
    ledger: async (tenantId, cursor) => pageOf(ledgerOf(tenantId), cursor),
  };
}

export interface MemoryTenants extends Tenants, TenantRegistry {
  /** A tenant with default settings, or changed ones; one webhook secret `whsec_…` and one signing secret sealed for it. */
  readonly add: (change?: Partial<Tenant>) => Tenant;
}

export function memoryTenants(
  keys: MemoryKeys = memoryKeys(),
  credits: MemoryCredits = memoryCredits(),
): MemoryTenants {
  const tenants = new Map<string, Tenant>();
  const secrets = new Map<string, readonly SealedSecret[]>();
  const signing = new Map<string, readonly SigningSecret[]>();
  const templateKeys = new Map<string, string>();
  const put = (tenant: Tenant, secret: SealedSecret, first: SigningSecret): void => {
    tenants.set(tenant.tenantId, structuredClone(tenant));
    secrets.set(tenant.tenantId, [secret]);
    signing.set(tenant.tenantId, [first]);
  };
  return {
    add(change = {}) {
      const tenantId = change.tenantId ?? 'tn_AAAAAAAAAAAAAAAA';
      const tenant: Tenant = {
        tenantId,
        name: 'Acme',
        plan: 'standard',
        status: 'active',
        settings: {},
        createdAt: 1_700_000_000_000,
        ...change,
      };
      const first = { kid: 'sgk_1', sealed: `${tenantId}:sgn_of-${tenantId}`, createdAt: tenant.createdAt };
      put(tenant, { sealed: `${tenantId}:whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw` }, first);
      return tenant;
    },
    async create({ tenant, webhookSecret, signingSecret, keys: first, balance }) {
      if (tenants.has(tenant.tenantId)) throw new Error('A tenant id was drawn twice.');
      for (const key of first) await keys.put(key);
      put(tenant, webhookSecret, signingSecret);
      const entry = { type: 'grant', amount: balance, reason: 'opening balance', createdAt: tenant.createdAt } as const;
      if (balance > 0) credits.post(tenant.tenantId, { id: 'grant_opening', ...entry });
    },
    get: async (tenantId) => structuredClone(tenants.get(tenantId)),
    async update(tenantId, change, enableWebhook = false) {
      const found = tenants.get(tenantId);
      if (!found) return undefined;
      const { webhookDisabledAt, ...rest } = found;
      const kept = enableWebhook || webhookDisabledAt === undefined ? {} : { webhookDisabledAt };
      tenants.set(tenantId, { ...rest, ...kept, ...structuredClone(change) });
      return structuredClone(tenants.get(tenantId));
    },
    async disableWebhook(tenantId, at) {
      const found = tenants.get(tenantId);
      if (found) tenants.set(tenantId, { ...found, webhookDisabledAt: at });
    },
    list: async (cursor) =>
      pageOf(
        [...tenants.values()].sort((a, b) => b.createdAt - a.createdAt),
        cursor,
      ),
    webhookSecrets: async (tenantId) => secrets.get(tenantId) ?? [],
    async rotateWebhookSecret(tenantId, secret, until) {
      const old = (secrets.get(tenantId) ?? []).slice(0, 1).map((one) => ({ ...one, until }));
      secrets.set(tenantId, [secret, ...old]);
    },
    signingSecrets: async (tenantId) => signing.get(tenantId) ?? [],
    async setSigningSecrets(tenantId, before, after) {
      if (!isDeepStrictEqual(signing.get(tenantId), before)) return false;
      signing.set(tenantId, after);
      return true;
    },
    async templateKey(tenantId, proposed) {
      if (!tenants.has(tenantId)) throw new Error('A template key for a tenant that is not there.');
      const key = templateKeys.get(tenantId) ?? (await proposed());
      templateKeys.set(tenantId, templateKeys.get(tenantId) ?? key);
      return templateKeys.get(tenantId) ?? key;
    },
  };
}

export type MemoryKeys = Keys;

export function memoryKeys(): MemoryKeys {
  const byHash = new Map<string, KeyRecord>();
  const stamp = (hash: string, change: Partial<KeyRecord>): void => {
    const found = byHash.get(hash);
    if (!found) throw new Error('There is no such key.');
    byHash.set(hash, { ...found, ...change });
  };
  return {
    async put({ hash, ...record }) {
      if (byHash.has(hash)) throw new Error('A key was drawn twice.');
      byHash.set(hash, record);
    },
    byHash: async (hash) => structuredClone(byHash.get(hash)),
    list: async (tenantId) =>
      [...byHash.values()].filter((key) => key.tenantId === tenantId).sort((a, b) => b.createdAt - a.createdAt),
    async revoke(keyId, at) {
      const hash = [...byHash].find(([, key]) => key.keyId === keyId)?.[0];
      if (hash) stamp(hash, { revokedAt: at });
      return hash !== undefined;
    },
    touch: async (hash, at) => stamp(hash, { lastUsedAt: at }),
  };
}

/** The domain's rule, one call at a time. */
export function memoryRateLimits(): RateLimits {
  const tats = new Map<string, number>();
  return {
    async take(tenantId, name, bucket, now) {
      const key = `${tenantId}#${name}`;
      const before = Math.max(tats.get(key) ?? 0, now);
      if (before > latestTat(bucket, now)) return allowance(bucket, before, now, false);
      tats.set(key, before + tokenMs(bucket));
      return allowance(bucket, before + tokenMs(bucket), now, true);
    },
  };
}

export function memoryIdempotency(): Idempotency {
  const entries = new Map<string, { bodyHash: string; lockedUntil: number; until: number; reply?: StoredReply }>();
  return {
    async begin(scope, key, bodyHash, now, ttlSeconds) {
      const at = `${scope}#${key}`;
      const found = entries.get(at);
      const dead = found && !found.reply && found.lockedUntil < now && found.bodyHash === bodyHash;
      if (found && found.until > now && !dead) {
        if (found.bodyHash !== bodyHash) return 'other_body';
        return found.reply ?? 'in_flight';
      }
      entries.set(at, { bodyHash, lockedUntil: now + 35_000, until: now + ttlSeconds * 1000 });
      return undefined;
    },
    async complete(scope, key, reply) {
      const found = entries.get(`${scope}#${key}`);
      if (found) found.reply = reply;
    },
    async release(scope, key) {
      entries.delete(`${scope}#${key}`);
    },
  };
}

/** Sealed for a tenant: another one's cannot be opened. */
export const memorySecrets = {
  seal: async (tenantId: string, plain: string) => `${tenantId}:${plain}`,
  open: async (tenantId: string, sealed: string) => {
    if (!sealed.startsWith(`${tenantId}:`)) throw new Error('Sealed for another tenant.');
    return sealed.slice(tenantId.length + 1);
  },
};

export const digest = systemDigest;
