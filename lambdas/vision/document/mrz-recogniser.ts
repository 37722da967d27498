/**
 * A line of pixels → scores over the characters of a machine-readable zone, by the network of `models/train`: 38 classes and one
 * typeface, so a twentieth of the generic recogniser's cost.
 */
import { warp } from '../picture.ts';
import { type ModelSession, onlyInput } from '../session.ts';
import { type Normalisation, planar } from '../tensor.ts';
import { type LineScores, likeliest, STEP } from './decode.ts';
import { inked, type LineRecogniser, type RecognisedLine, type Sampling } from './recognise.ts';
import { onto } from './rotated-rect.ts';

/** Bytes as they are: the network scales them itself. */
const INPUT: Normalisation = { order: 'rgb', mean: [0, 0, 0], deviation: [1, 1, 1] };
const HEIGHT = 32;
/** Pixels of the network's input per step of its output. */
const COLUMNS_PER_STEP = 4;

/** The logarithm that counts as impossible: what a network calls impossible must stay payable. */
const FLOOR = Math.log(1e-6);

/** A line of a zone, for the decoder. */
export interface ScoredLine extends RecognisedLine {
  /** Over the 37 characters of a zone. */
  readonly scores: LineScores;
}

export type ZoneRecogniser = LineRecogniser<ScoredLine>;

/** Lines of one width a run: joined lines cost more each, for they leave the processor's cache. */
export function createMrzRecogniser(session: ModelSession): ZoneRecogniser {
  return {
    async recognise(raster, rect, sampling, watch) {
      const width = widthFor(sampling);
      const crop = await watch.time('recognise', () => {
        const sampled = warp(raster, onto(rect, width, HEIGHT), width, HEIGHT, 'edge');
        return planar(sampling.ink ? inked(sampled) : sampled, INPUT);
      });
      const output = (await session.run({ [onlyInput(session)]: crop }, watch))[session.outputs[0] as string];
      const [, steps, classes] = output?.dims ?? [];
      if (!output || steps !== width / COLUMNS_PER_STEP || classes !== STEP)
        throw new Error(`model ${session.id}: ${output?.dims} for a line of ${width} pixels`);
      const scores = { steps, logs: output.data.map((log) => Math.max(log, FLOOR)) };
      return watch.time('recognise', () => ({ ...likeliest(scores), steps, scores }));
    },
  };
}

/** The network was trained on 14 to 25 pixels a character, margins included. Without knowing the length: 44 at 16, 30 at 23. */
const widthFor = ({ characters = 44 }: Sampling): number => (characters <= 30 ? 576 : characters <= 36 ? 640 : 704);
