import { MRZ_CHARACTERS } from '../../lambdas/domain/mrz-layout.ts';
import { type LineScores, STEP } from '../../lambdas/vision/document/decode.ts';

/** A second thought of the recogniser: the character at that position is `instead`, that many nats less likely. */
export interface Doubt {
  readonly at: number;
  readonly instead: string;
  readonly nats: number;
}

/** Scores as a recogniser gives them for clear print: every character near certain in one step out of `pace`, blanks between. */
export function lineScores(text: string, pace = 3, doubts: readonly Doubt[] = []): LineScores {
  const steps = text.length * pace;
  const logs = new Float32Array(steps * STEP).fill(Math.log(1e-6));
  for (let t = 0; t < steps; t++) {
    const position = Math.floor(t / pace);
    const inked = t % pace === pace - 1;
    logs[t * STEP + (inked ? MRZ_CHARACTERS.indexOf(text.charAt(position)) : STEP - 1)] = Math.log(0.96);
    if (!inked) continue;
    for (const { at, instead, nats } of doubts)
      if (at === position) logs[t * STEP + MRZ_CHARACTERS.indexOf(instead)] = Math.log(0.96) - nats;
  }
  return { steps, logs };
}
