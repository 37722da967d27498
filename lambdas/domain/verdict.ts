import type { Measure } from './evidence.ts';
import type { Flag } from './flags.ts';
import { isCritical, needsPerson } from './flags.ts';

/** A tenant's rules. `match` and `liveness` are 0..1; `approve` and `review` cut the confidence, 0..100. */
export interface Policy {
  readonly match: number;
  readonly liveness: number;
  readonly approve: number;
  readonly review: number;
  /** False: liveness that cannot be judged does not hold a verification back; every verdict then says so. */
  readonly requireLiveness: boolean;
}

/**
 * One thing that was looked at, in words that a person understands. An unavailable signal has no score and is never passed.
 * `ceiling` is the highest confidence (0..1) that a verification can have with this signal as it is.
 */
export interface Signal {
  readonly name: string;
  /** 0..1, higher is better; absent: unavailable, and `reason` says why. */
  readonly score?: number;
  readonly threshold: number;
  readonly passed: boolean;
  readonly reason: string;
  readonly ceiling: number;
  readonly flags: readonly Flag[];
}

type Decision = 'approved' | 'review' | 'rejected';

export interface Verdict {
  readonly decision: Decision;
  /** 0..100, two decimals at most: the ceiling of the weakest signal, or of the flags. */
  readonly confidence: number;
  readonly signals: readonly Signal[];
  readonly flags: readonly Flag[];
}

/** The highest confidence under which a person still has to look. */
export const reviewCeiling = (policy: Policy): number => Math.max(0, policy.approve - 1) / 100;

/** A signal from a measure; the caller says in words what each outcome means and how far the score limits the confidence. */
export function signal(
  name: string,
  measure: Measure,
  rule: {
    readonly threshold: number;
    readonly passes: string;
    readonly fails: string;
    /** Ceiling of an available score; default: no limit when passed, a person must look when not. */
    readonly ceiling?: (score: number) => number;
    /** Ceiling when nothing could be measured; default: a person must look. */
    readonly ceilingUnavailable?: number;
    readonly failFlags?: readonly Flag[];
    readonly unavailableFlags?: readonly Flag[];
  },
  policy: Policy,
): Signal {
  const { threshold } = rule;
  if ('unavailable' in measure) {
    const ceiling = rule.ceilingUnavailable ?? reviewCeiling(policy);
    return { name, threshold, passed: false, reason: measure.unavailable, ceiling, flags: rule.unavailableFlags ?? [] };
  }
  const score = measure.value;
  const passed = score >= threshold;
  const ceiling = rule.ceiling ? rule.ceiling(score) : passed ? 1 : reviewCeiling(policy);
  const flags = passed ? [] : (rule.failFlags ?? []);
  return { name, score, threshold, passed, reason: passed ? rule.passes : rule.fails, ceiling, flags };
}

/**
 * The only place where scores become a decision. A verification is as sure as its weakest signal; a flag that a person must look
 * at keeps it from approval, and a critical one rejects whatever the confidence.
 */
export function decide(signals: readonly Signal[], extraFlags: readonly Flag[], policy: Policy): Verdict {
  const flags = [...new Set([...signals.flatMap((one) => one.flags), ...extraFlags])];
  const most = signals.length === 0 ? 0 : flags.some(needsPerson) ? reviewCeiling(policy) : 1;
  const ceiling = Math.min(most, ...signals.map((one) => one.ceiling));
  const confidence = Math.round(ceiling * 10_000) / 100;
  const banded: Decision =
    confidence >= policy.approve ? 'approved' : confidence >= policy.review ? 'review' : 'rejected';
  return { decision: flags.some(isCritical) ? 'rejected' : banded, confidence, signals, flags };
}
