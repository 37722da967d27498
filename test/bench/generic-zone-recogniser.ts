/** The generic recogniser as a reader of machine-readable zones: what ours is held against. */
import { MRZ_CHARACTERS } from '../../lambdas/domain/mrz-layout.ts';
import { type LineScores, STEP } from '../../lambdas/vision/document/decode.ts';
import type { ZoneRecogniser } from '../../lambdas/vision/document/mrz-recogniser.ts';
import { classesOf, createPpOcrRecogniser } from '../../lambdas/vision/document/recognise.ts';
import type { ModelSession, Tensor } from '../../lambdas/vision/session.ts';

/** The probability that counts as none: what a network calls impossible must stay payable. */
const FLOOR = 1e-6;

/** What else the generic dictionary calls the filler; lower case is folded too. */
const FILLERS = '＜〈《く«‹⟨≤∠﹤';

/** As `createPpOcrRecogniser`, each line also over the 37 characters of a zone. */
export function createGenericZoneRecogniser(session: ModelSession, dictionary: string): ZoneRecogniser {
  let said: Tensor | undefined;
  const overheard: ModelSession = {
    ...session,
    async run(feeds, watch) {
      const outputs = await session.run(feeds, watch);
      said = outputs[session.outputs[0] as string];
      return outputs;
    },
  };
  const generic = createPpOcrRecogniser(overheard, dictionary);
  const folds = foldsOf(classesOf(dictionary));
  return {
    async recognise(...line) {
      const read = await generic.recognise(...line);
      return { ...read, scores: folded(said as Tensor, folds) };
    },
  };
}

/** Pairs of (class, character of a zone). */
function foldsOf(classes: readonly string[]): readonly (readonly [number, number])[] {
  return classes.flatMap((character, index) => {
    if (character === '' || character === ' ') return [];
    const folded = FILLERS.includes(character) ? '<' : /^[a-z]$/.test(character) ? character.toUpperCase() : character;
    const target = folded.length === 1 ? MRZ_CHARACTERS.indexOf(folded) : -1;
    return target < 0 ? [] : [[index, target] as const];
  });
}

function folded({ data, dims }: Tensor, folds: readonly (readonly [number, number])[]): LineScores {
  const [, steps = 0, classes = 0] = dims;
  const logs = new Float32Array(steps * STEP);
  for (let t = 0; t < steps; t++) {
    const row = t * STEP;
    for (const [from, to] of folds) logs[row + to] = (logs[row + to] as number) + (data[t * classes + from] as number);
    logs[row + STEP - 1] = data[t * classes] as number;
  }
  for (let i = 0; i < logs.length; i++) logs[i] = Math.log(Math.max(logs[i] as number, FLOOR));
  return { steps, logs };
}
