import type { Prompt } from '../../../../lambdas/domain/challenge.ts';

/** What is asked for at which moment of the video. */
export interface Cue {
  readonly show: Prompt | 'straight' | 'done';
  /** From the beginning of the video, ms. */
  readonly fromMs: number;
  readonly untilMs: number;
}

/** The neutral face that everything is compared with, ms. */
const STRAIGHT_MS = 1400;
const DONE_MS = 500;
/** A video of less is no motion, one of more is only a larger file, ms. */
const [SHORTEST_MS, LONGEST_MS] = [5000, 8000];
const [QUICKEST_MS, SLOWEST_MS] = [1400, 2600];

/** The cues of a video of 5 to 8 s: first straight ahead, then one prompt after the other, each with the same time. */
export function cuesOf(prompts: readonly Prompt[]): readonly Cue[] {
  const rest = Math.max(1, prompts.length);
  const fair = (6500 - STRAIGHT_MS - DONE_MS) / rest;
  const each = Math.min(SLOWEST_MS, Math.max(QUICKEST_MS, fair), (LONGEST_MS - STRAIGHT_MS - DONE_MS) / rest);
  const straight = Math.max(STRAIGHT_MS, SHORTEST_MS - DONE_MS - each * prompts.length);
  const shown = [
    { show: 'straight', ms: straight },
    ...prompts.map((show) => ({ show, ms: each })),
    { show: 'done', ms: DONE_MS },
  ] as const;
  let at = 0;
  return shown.map(({ show, ms }) => {
    const fromMs = Math.round(at);
    at += ms;
    return { show, fromMs, untilMs: Math.round(at) };
  });
}

export const cueAt = (cues: readonly Cue[], ms: number): Cue | undefined =>
  cues.find(({ fromMs, untilMs }) => ms >= fromMs && ms < untilMs);
