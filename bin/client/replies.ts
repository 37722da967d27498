/** What the operations that the CLI calls answer with; the contracts' own types, so that `tsc` sees a change of theirs. */
import type * as z from 'zod';
import type {
  toDeadLetter,
  toKey,
  toLedgerEntry,
  toNewTenant,
  toTenant,
  toVerification,
} from '../../lambdas/contracts/platform/replies.ts';
import type { VerificationReply } from '../../lambdas/contracts/step-up/schemas.ts';
import type {
  creditsReply,
  deliveriesReply,
  deliveryReply,
  replayReply,
  secretReply,
} from '../../lambdas/contracts/submission/account.ts';
import type { InitReply, StatusReply, SubmitReply } from '../../lambdas/contracts/submission/schemas.ts';

type Page<Name extends string, Item> = { readonly [N in Name]: readonly Item[] } & { readonly cursor?: string };

export type Tenant = ReturnType<typeof toTenant>;
export type Delivery = z.infer<typeof deliveryReply>;

interface Readiness {
  readonly status: 'ready' | 'not_ready';
  readonly checks: Readonly<Record<string, string>>;
  readonly modelSet: string;
  readonly models: Readonly<Record<string, string>>;
  readonly missing: Readonly<Record<string, string>>;
}

export interface Replies {
  readonly createTenant: ReturnType<typeof toNewTenant>;
  readonly listTenants: Page<'tenants', Tenant>;
  readonly readTenant: Tenant;
  readonly updateTenant: Tenant;
  readonly grantCredits: { readonly balance: number };
  readonly readLedger: Page<'ledger', ReturnType<typeof toLedgerEntry>> & { readonly balance: number };
  readonly listVerifications: Page<'verifications', ReturnType<typeof toVerification>>;
  readonly createKey: { readonly keyId: string; readonly key: string };
  readonly listKeys: Page<'keys', ReturnType<typeof toKey>>;
  readonly revokeKey: { readonly keyId: string; readonly revoked: true };
  readonly listDeadLetters: Page<'deadLetters', ReturnType<typeof toDeadLetter>>;
  readonly redriveDeadLetter: { readonly id: string; readonly redriven: true };
  readonly ready: Readiness;
  readonly initVerification: InitReply;
  readonly submitVerification: SubmitReply;
  readonly readVerification: StatusReply;
  readonly readStepUp: VerificationReply;
  readonly readCredits: z.infer<typeof creditsReply>;
  readonly listDeliveries: z.infer<typeof deliveriesReply>;
  readonly readDelivery: Delivery;
  readonly replayDelivery: Delivery;
  readonly replayDeliveries: z.infer<typeof replayReply>;
  readonly rotateWebhookSecret: z.infer<typeof secretReply>;
}
