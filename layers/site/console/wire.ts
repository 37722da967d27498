import type { LedgerEntry as Movement } from '../../../lambdas/domain/credits.ts';
import type { Mode, State, Verification } from '../../../lambdas/domain/verification.ts';

/** What the console's calls answer, as `lambdas/contracts/console/schemas.ts` describes it. Times are ISO 8601. */
export type Contract = Verification['contract'];
export type { State };

export interface Session {
  readonly account: string;
  readonly tenantId: string;
  readonly mode: Mode;
  readonly keyHint: string;
  readonly name: string;
}

export interface Claim {
  readonly name: string;
  readonly keyHint: string;
  readonly mine: boolean;
  readonly until: string;
}

export interface Row {
  readonly id: string;
  readonly contract: Contract;
  readonly state: State;
  readonly userRef: string | null;
  readonly confidence: number | null;
  readonly flags: readonly string[];
  readonly createdAt: string;
  readonly submittedAt: string | null;
  readonly completedAt: string | null;
  readonly claim: Claim | null;
  readonly reviewed: boolean;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly cursor?: string;
}

export interface Signal {
  readonly name: string;
  readonly score: number | null;
  readonly threshold: number;
  readonly result: 'passed' | 'failed' | 'unavailable';
  readonly reason: string;
  readonly flags: readonly string[];
}

export interface Media {
  readonly slot: string;
  readonly kind: 'image' | 'video';
  readonly url: string | null;
}

export interface Delivery {
  readonly deliveryId: string;
  readonly contract: string;
  /** What it is about: a verification, but for a login's. */
  readonly verificationId: string;
  readonly event: string;
  readonly url: string;
  readonly status: 'pending' | 'delivered' | 'failed';
  readonly createdAt: string;
  readonly nextAttemptAt?: string;
  readonly attempts: readonly {
    readonly at: string;
    readonly durationMs: number;
    readonly status?: number;
    readonly error?: string;
  }[];
}

export interface Moment {
  readonly at: string;
  readonly what: 'created' | 'submitted' | 'concluded' | 'failed' | 'ended' | 'reviewed' | 'attempt';
  readonly detail?: string;
  readonly ok?: boolean;
}

export interface Detail extends Row {
  readonly mode: Mode;
  readonly decision: 'approved' | 'review' | 'rejected' | null;
  readonly failure: string | null;
  readonly claims: Readonly<Record<string, string>>;
  readonly facts: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly signals: readonly Signal[];
  readonly scores: Readonly<Record<string, number>>;
  readonly policy: Readonly<Record<string, number | boolean>> | null;
  readonly policyHash: string | null;
  readonly models: Readonly<Record<string, string>>;
  readonly stages: Readonly<Record<string, number>>;
  readonly media: readonly Media[];
  readonly timeline: readonly Moment[];
  readonly deliveries: readonly Delivery[];
  readonly review: {
    readonly decision: 'approved' | 'rejected';
    readonly reason: string;
    readonly name: string;
    readonly keyHint: string;
    readonly at: string;
  } | null;
  readonly reviewable: boolean;
}

export type LedgerEntry = Omit<Movement, 'createdAt'> & { readonly createdAt: string };

export interface Credits extends Page<LedgerEntry> {
  readonly balance: number;
}

export interface Settings {
  readonly account: string;
  readonly tenantId: string;
  readonly plan: string;
  readonly webhookUrl: string | null;
  readonly webhookDisabledAt: string | null;
  readonly allowedOrigins: readonly string[];
  readonly returnUrls: readonly string[];
  readonly retentionDays: number;
  readonly thresholds: Readonly<Record<string, number>>;
  readonly requireLiveness: boolean;
  readonly consentRequired: boolean;
  readonly theme: Readonly<Record<string, unknown>> | null;
}
