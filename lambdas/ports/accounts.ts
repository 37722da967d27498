/** Tenants, their keys, their credits, and how often they may call. */
import type { LedgerEntry } from '../domain/credits.ts';
import type { Allowance, Bucket } from '../domain/rate-limit.ts';
import type { Result } from '../domain/result.ts';
import type { KeyRecord, SealedSecret, SigningSecret, Tenant } from '../domain/tenant.ts';
import type { Page } from './verifications.ts';

export interface Tenants {
  get(tenantId: string): Promise<Tenant | undefined>;
  /** Undefined where there is no such tenant. `enableWebhook` forgets that the endpoint answered 410. */
  update(
    tenantId: string,
    change: Partial<Pick<Tenant, 'name' | 'plan' | 'status' | 'settings'>>,
    enableWebhook?: boolean,
  ): Promise<Tenant | undefined>;
  disableWebhook(tenantId: string, at: number): Promise<void>;
  list(cursor?: string): Promise<Page<Tenant>>;
  /** Newest first. */
  webhookSecrets(tenantId: string): Promise<readonly SealedSecret[]>;
  rotateWebhookSecret(tenantId: string, secret: SealedSecret, oldUntil: number): Promise<void>;
  /** Newest first; empty where there is no such tenant. */
  signingSecrets(tenantId: string): Promise<readonly SigningSecret[]>;
  /** False where they are no longer as `before`. */
  setSigningSecrets(
    tenantId: string,
    before: readonly SigningSecret[],
    after: readonly SigningSecret[],
  ): Promise<boolean>;
  /** The sealed key of the tenant's face templates; `proposed` becomes it where there is none yet. */
  templateKey(tenantId: string, proposed: () => Promise<string>): Promise<string>;
}

export interface TenantRegistry {
  /** All or nothing. The opening balance is a ledger row where it is not 0. */
  create(all: {
    readonly tenant: Tenant;
    readonly webhookSecret: SealedSecret;
    readonly signingSecret: SigningSecret;
    readonly keys: readonly (KeyRecord & { readonly hash: string })[];
    readonly balance: number;
  }): Promise<void>;
}

export interface Keys {
  put(key: KeyRecord & { readonly hash: string }): Promise<void>;
  byHash(hash: string): Promise<KeyRecord | undefined>;
  list(tenantId: string): Promise<readonly KeyRecord[]>;
  /** False where there is no such key. */
  revoke(keyId: string, at: number): Promise<boolean>;
  touch(hash: string, at: number): Promise<void>;
}

export interface Credits {
  balance(tenantId: string): Promise<number>;
  /** Adds `amount` (may be negative down to a balance of 0) and writes the ledger; `short` leaves both as they were. */
  grant(tenantId: string, entry: Omit<LedgerEntry, 'balance'>): Promise<Result<LedgerEntry, 'short'>>;
  /** Newest first. */
  ledger(tenantId: string, cursor?: string): Promise<Page<LedgerEntry>>;
}

export interface RateLimits {
  /** Takes one token from the bucket `name` of a tenant. */
  take(tenantId: string, name: string, bucket: Bucket, now: number): Promise<Allowance>;
}

export interface StoredReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Idempotency {
  /** Undefined: the key is ours to work on. Else what came of it before. */
  begin(
    scope: string,
    key: string,
    bodyHash: string,
    now: number,
    ttlSeconds: number,
  ): Promise<undefined | 'in_flight' | 'other_body' | StoredReply>;
  complete(scope: string, key: string, reply: StoredReply): Promise<void>;
  /** The attempt failed: the key is free again. */
  release(scope: string, key: string): Promise<void>;
}
