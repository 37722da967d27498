/** How fit a face is for matching, from what an engine measured on it. */
import type { FaceQualityReason } from './evidence.ts';

/** One aspect: `value` is useless at `bad`, spoils the match below `limit`, and does no harm from `good` on. `bad` < `limit` < `good`. */
export interface Aspect {
  readonly reason: FaceQualityReason;
  readonly value: number;
  readonly bad: number;
  readonly limit: number;
  readonly good: number;
}

export interface FaceQuality {
  /** 0..1: the worst of its aspects; 1 where none does harm. */
  readonly quality: number;
  /** Each once. */
  readonly reasons: readonly FaceQualityReason[];
}

export const judgeAspects = (aspects: readonly Aspect[]): FaceQuality => ({
  quality: Math.min(1, ...aspects.map(grade)),
  reasons: [...new Set(aspects.filter(({ value, limit }) => value < limit).map(({ reason }) => reason))],
});

/** 0 at `bad`, 0.5 at `limit`, 1 from `good`; straight between. */
function grade({ value, bad, limit, good }: Aspect): number {
  const share = value < limit ? ((value - bad) / (limit - bad)) * 0.5 : 0.5 + ((value - limit) / (good - limit)) * 0.5;
  return Math.min(1, Math.max(0, share));
}
