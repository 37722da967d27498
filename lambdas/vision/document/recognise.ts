/** A line of pixels → text. The one generic recogniser so far is PP-OCRv4's. */
import { brightest, type Raster, warp } from '../picture.ts';
import { type ModelSession, onlyInput } from '../session.ts';
import type { Stopwatch } from '../stopwatch.ts';
import { type Normalisation, planar } from '../tensor.ts';
import { onto, type RotatedRect } from './rotated-rect.ts';

export interface RecognisedLine {
  /** All that was read, spaces included, in the recogniser's own alphabet. */
  readonly text: string;
  /** Mean probability of the characters, 0..1; 0 for no text. */
  readonly confidence: number;
  /** The characters of `text`, one for one; absent where the recogniser does not tell where they stand. */
  readonly characters?: readonly ReadCharacter[];
  /** What the network looked at one after the other: the cost of the reading. */
  readonly steps: number;
}

export interface ReadCharacter {
  readonly character: string;
  /** Its middle, 0..1 of the line's width, within about a fifth of the line's height. */
  readonly at: number;
  /** 0..1 */
  readonly probability: number;
}

/** How a rectangle is sampled. */
export interface Sampling {
  /** Characters that the line holds, where that is known: they are given an even width that the network reads well. */
  readonly characters?: number;
  /** Darkest ink stretched to black and paper to white, colours and guilloche dropped. */
  readonly ink?: boolean;
}

export interface LineRecogniser<Line extends RecognisedLine = RecognisedLine> {
  recognise(raster: Raster, rect: RotatedRect, sampling: Sampling, watch: Stopwatch): Promise<Line>;
}

const INPUT: Normalisation = { order: 'bgr', mean: [127.5, 127.5, 127.5], deviation: [127.5, 127.5, 127.5] };
const HEIGHT = 48;
/**
 * Below 22 pixels a character most lines are misread; above it the short lines of cards, whose characters are set wide, gain most:
 * of one card in eight spoilt photos 1 was read at 22, 7 at 50. Passports lose again beyond 30.
 */
const pixelsPerCharacter = (characters: number): number => (characters <= 30 ? 50 : characters <= 36 ? 36 : 30);
const WIDEST = 2400;
/** A line so long for its height that it fills more is one of an MRZ, its shape lost in the detection: 44 characters at 30 pixels. */
const WIDEST_BY_SHAPE = 1320;

/** What the network's classes mean, by PP-OCR's dictionary, one character per line: class 0 is the blank, the last one a space. */
export const classesOf = (dictionary: string): readonly string[] => [
  '',
  ...dictionary.replaceAll('\r', '').replace(/\n$/, '').split('\n'),
  ' ',
];

/** `dictionary`: that of the model. */
export function createPpOcrRecogniser(session: ModelSession, dictionary: string): LineRecogniser {
  const characters = classesOf(dictionary);
  return {
    async recognise(raster, rect, sampling, watch) {
      const width = lineWidth(rect, sampling);
      const crop = await watch.time('recognise', () => {
        const sampled = warp(raster, onto(rect, width, HEIGHT), width, HEIGHT, 'edge');
        return planar(sampling.ink ? inked(sampled) : sampled, INPUT);
      });
      const output = (await session.run({ [onlyInput(session)]: crop }, watch))[session.outputs[0] as string];
      const [, steps, classes] = output?.dims ?? [];
      if (!output || steps === undefined || classes !== characters.length)
        throw new Error(`model ${session.id}: ${classes} classes for a dictionary of ${characters.length}`);
      return watch.time('recognise', () => greedy(output.data, steps, characters));
    },
  };
}

function lineWidth(rect: RotatedRect, { characters }: Sampling): number {
  const natural = characters
    ? characters * pixelsPerCharacter(characters)
    : Math.min(WIDEST_BY_SHAPE, (rect.width / rect.height) * HEIGHT);
  return Math.min(WIDEST, Math.max(HEIGHT, Math.ceil(natural / 8) * 8));
}

function greedy(data: Float32Array, steps: number, alphabet: readonly string[]): RecognisedLine {
  const classes = alphabet.length;
  const read: ReadCharacter[] = [];
  let last = 0;
  for (let t = 0; t < steps; t++) {
    const row = t * classes;
    // More than half is the most: mostly the blank, or the same character again.
    let best = (data[row] as number) > 0.5 ? 0 : last;
    if ((data[row + best] as number) <= 0.5) {
      for (let c = 0; c < classes; c++) if ((data[row + c] as number) > (data[row + best] as number)) best = c;
    }
    if (best > 0 && best !== last)
      read.push({
        character: alphabet[best] as string,
        at: (t + 0.5) / steps,
        probability: data[row + best] as number,
      });
    last = best;
  }
  const sum = read.reduce((total, { probability }) => total + probability, 0);
  const seen = ({ character }: ReadCharacter): boolean => character.trim() !== '';
  const characters = read.slice(Math.max(0, read.findIndex(seen)), read.findLastIndex(seen) + 1);
  return {
    text: characters.map(({ character }) => character).join(''),
    confidence: read.length > 0 ? sum / read.length : 0,
    characters,
    steps,
  };
}

/** Grey by the brightest channel, so that coloured guilloche vanishes, stretched between its 2nd and 55th percentile. */
export function inked(raster: Raster): Raster {
  const { width, height } = raster;
  const size = width * height;
  const grey = brightest(raster);
  const histogram = new Uint32Array(256);
  for (const value of grey) histogram[value] = (histogram[value] as number) + 1;
  const percentile = (share: number): number => {
    let seen = 0;
    for (let value = 0; value < 256; value++) {
      seen += histogram[value] as number;
      if (seen > size * share) return value;
    }
    return 255;
  };
  const low = percentile(0.02);
  const range = Math.max(20, percentile(0.55) - low);
  const stretched = Uint8ClampedArray.from({ length: 256 }, (_, value) => Math.floor(((value - low) / range) * 255));
  const out = new Uint8Array(size * 3);
  for (let i = 0, j = 0; i < size; i++, j += 3) {
    out[j] = out[j + 1] = out[j + 2] = stretched[grey[i] as number] as number;
  }
  return { width, height, data: out };
}
