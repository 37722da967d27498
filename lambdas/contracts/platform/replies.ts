import type { LedgerEntry } from '../../domain/credits.ts';
import type { KeyRecord, Tenant } from '../../domain/tenant.ts';
import type { Verification } from '../../domain/verification.ts';
import { iso } from '../timestamp.ts';

export const toTenant = (tenant: Tenant, balance?: number) => ({
  tenantId: tenant.tenantId,
  name: tenant.name,
  plan: tenant.plan,
  status: tenant.status,
  ...(balance !== undefined && { balance }),
  settings: tenant.settings,
  webhookDisabledAt: tenant.webhookDisabledAt === undefined ? null : iso(tenant.webhookDisabledAt),
  createdAt: iso(tenant.createdAt),
});

export const toNewTenant = (created: {
  readonly tenant: Tenant;
  readonly balance: number;
  readonly keys: Readonly<Record<'pkLive' | 'skLive' | 'pkTest' | 'skTest', string>>;
  readonly signingSecret: string;
  readonly webhookSecret: string;
}) => {
  const { tenant, balance, keys, signingSecret, webhookSecret } = created;
  return { ...toTenant(tenant, balance), keys, signingSecret, webhookSecret };
};

export const toKey = ({ createdAt, expiresAt, revokedAt, lastUsedAt, ...key }: KeyRecord) => ({
  ...key,
  createdAt: iso(createdAt),
  expiresAt: expiresAt === undefined ? null : iso(expiresAt),
  revokedAt: revokedAt === undefined ? null : iso(revokedAt),
  lastUsedAt: lastUsedAt === undefined ? null : iso(lastUsedAt),
});

export const toSigningSecret = ({ kid, createdAt }: { readonly kid: string; readonly createdAt: number }) => ({
  kid,
  createdAt: iso(createdAt),
});

export const toLedgerEntry = ({ createdAt, ...entry }: LedgerEntry) => ({ ...entry, createdAt: iso(createdAt) });

/** Ids, state and times: an operator's list shows nothing of the applicant. */
export const toVerification = ({
  id,
  contract,
  state,
  createdAt,
  submittedAt,
  concludedAt,
  outcome,
  failure,
}: Verification) => ({
  verificationId: id,
  contract,
  state,
  confidence: outcome?.confidence ?? null,
  flags: outcome?.flags ?? [],
  failure: failure ?? null,
  createdAt: iso(createdAt),
  submittedAt: submittedAt === undefined ? null : iso(submittedAt),
  completedAt: concludedAt === undefined ? null : iso(concludedAt),
});

export const toDeadLetter = (letter: {
  readonly id: string;
  readonly queue: string;
  readonly receivedAt: number;
  readonly body: string;
}) => ({
  ...letter,
  receivedAt: iso(letter.receivedAt),
});
