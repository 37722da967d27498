/** A person at the console: the name that they gave, and the key that they logged in with. */
export interface Reviewer {
  readonly keyId: string;
  /** Shown to people: `sk_live_…a1B2`. */
  readonly keyHint: string;
  readonly name: string;
}

/** A verification that somebody looks at: nobody else decides it until then, ms since the epoch. */
export interface ReviewClaim {
  readonly by: Reviewer;
  readonly until: number;
}

export type ReviewDecision = 'approved' | 'rejected';

/** What a person decided; what the machine had come to stays beside it, in the outcome. */
export interface Review {
  readonly decision: ReviewDecision;
  readonly reason: string;
  readonly by: Reviewer;
  readonly at: number;
}
