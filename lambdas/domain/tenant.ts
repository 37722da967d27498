import type { Policy } from './verdict.ts';
import type { Mode } from './verification.ts';

export type Plan = 'standard' | 'professional' | 'enterprise';

/** Defaults of a policy that a tenant may override one by one. */
export interface Thresholds {
  readonly match: number;
  readonly liveness: number;
  readonly search: number;
  readonly approve: number;
  readonly review: number;
}

export interface TenantSettings {
  readonly thresholds?: Partial<Thresholds>;
  readonly webhookUrl?: string;
  readonly allowedOrigins?: readonly string[];
  readonly returnUrls?: readonly string[];
  readonly theme?: Readonly<Record<string, unknown>>;
  readonly retentionDays?: number;
  readonly ageThreshold?: number;
  readonly consentRequired?: boolean;
  readonly requireLiveness?: boolean;
  readonly creditsLowAt?: number;
}

export interface Tenant {
  readonly tenantId: string;
  readonly name: string;
  readonly plan: Plan;
  readonly status: 'active' | 'disabled';
  readonly settings: TenantSettings;
  /** Set when the endpoint answered 410 Gone; a new `webhookUrl` clears it. */
  readonly webhookDisabledAt?: number;
  /** Milliseconds since the epoch, as every time in the domain. */
  readonly createdAt: number;
}

/** A webhook secret, encrypted; `until` is set on the one that was rotated out and still signs. */
export interface SealedSecret {
  readonly sealed: string;
  readonly until?: number;
}

/** A secret that a tenant's tokens are signed with; `kid` names it in their header. The newest signs, all of a list verify. */
export interface SigningSecret {
  readonly kid: string;
  readonly sealed: string;
  readonly createdAt: number;
}

/** During a rotation both verify: relying parties learn the new one while tokens of the old one are still about. */
const activeSigningSecrets = 2;

export const withSigningSecret = (active: readonly SigningSecret[], next: SigningSecret): readonly SigningSecret[] =>
  [next, ...active].slice(0, activeSigningSecrets);

export type KeyType = 'publishable' | 'secret';

/** A row of the key registry. The key itself is never kept. */
export interface KeyRecord {
  readonly keyId: string;
  readonly tenantId: string;
  readonly type: KeyType;
  readonly mode: Mode;
  /** Shown to people: `sk_live_…a1B2`. */
  readonly hint: string;
  /** Browser origins that may use a publishable key; empty: any caller without an `Origin` header alone. */
  readonly origins: readonly string[];
  readonly createdAt: number;
  readonly expiresAt?: number;
  readonly revokedAt?: number;
  readonly lastUsedAt?: number;
}

/** The tenant's policy: its own thresholds over the installation's. */
export function policyOf(settings: TenantSettings, defaults: Thresholds): Policy {
  const { match, liveness, approve, review: wanted } = { ...defaults, ...settings.thresholds };
  // The two can come from different hands and cross: what a person must look at keeps a band of one point at least.
  const review = Math.max(0, Math.min(wanted, Math.floor(approve) - 1));
  return { match, liveness, approve, review, requireLiveness: settings.requireLiveness ?? true };
}

const subdomain = /^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/;

/** Whether a browser on `origin` may use a key: the same origin, or `https://*.example.com` for any subdomain. */
export function originAllowed(allowed: readonly string[], origin: string): boolean {
  const asked = origin.toLowerCase();
  return allowed.some((entry) => {
    const listed = entry.toLowerCase();
    const [scheme, host] = listed.split('://*.');
    if (host === undefined) return listed === asked;
    const [start, end] = [`${scheme}://`, `.${host}`];
    const fits = asked.startsWith(start) && asked.endsWith(end);
    // The star stands for names of hosts: `https://evil.example/.example.com` is an address of another one.
    return fits && subdomain.test(asked.slice(start.length, -end.length));
  });
}

/** Whether people may be sent back to `url`: to an address that is listed, whatever its query, or to any path of a listed site. */
export function redirectAllowed(allowed: readonly string[], url: string): boolean {
  const asked = new URL(url);
  if (asked.username !== '' || asked.password !== '') return false;
  return allowed.some((entry) => {
    const listed = new URL(entry);
    return listed.origin === asked.origin && (listed.pathname === '/' || listed.pathname === asked.pathname);
  });
}
