/** The lines of text outside the machine-readable zone. */
import type { Raster } from '../picture.ts';
import type { Stopwatch } from '../stopwatch.ts';
import type { ReadLine } from './mrz-read.ts';
import type { LineRecogniser } from './recognise.ts';
import { along, type RotatedRect } from './rotated-rect.ts';

export interface VisualLines {
  readonly recogniser: LineRecogniser;
  readonly raster: Raster;
  readonly boxes: readonly RotatedRect[];
  /** Rows that were read already, in the same raster. */
  readonly read: readonly ReadLine[];
  /** The MRZ's lines: left out. */
  readonly exclude: readonly RotatedRect[];
  /** Milliseconds. */
  readonly budget: number;
  readonly watch: Stopwatch;
}

const MOST_LINES = 40;
/** Below it the recogniser guesses: textures, logos, glare. */
const LEAST_CONFIDENCE = 0.5;
/** Pixels; smaller text is not read right. */
const LEAST_HEIGHT = 6;

/** Reads boxes, the largest area first, until the lines or the time run out; returns them from top to bottom. */
export async function readVisualLines(input: VisualLines): Promise<ReadLine[]> {
  const { recogniser, raster, boxes, read, exclude, budget, watch } = input;
  const deadline = performance.now() + budget;
  const known = read.filter(({ rect }) => !exclude.some((line) => sameLine(line, rect)));
  const fresh = boxes
    .filter(({ height, angle }) => height >= LEAST_HEIGHT && Math.abs(angle) < 0.7)
    .filter((box) => ![...exclude, ...known.map(({ rect }) => rect)].some((line) => sameLine(line, box)))
    .toSorted((a, b) => b.width * b.height - a.width * a.height);
  const lines = [...known];
  for (const rect of fresh) {
    if (lines.length >= MOST_LINES || performance.now() > deadline) break;
    lines.push({ ...(await recogniser.recognise(raster, rect, {}, watch)), rect });
  }
  return lines
    .filter(({ text, confidence }) => text.length > 1 && confidence >= LEAST_CONFIDENCE)
    .toSorted((a, b) => a.rect.cy - b.rect.cy || a.rect.cx - b.rect.cx);
}

/** The box lies on the line and within its ends. */
function sameLine(line: RotatedRect, box: RotatedRect): boolean {
  const [a, b] = [along(line, line.angle), along(box, line.angle)];
  return (
    Math.abs(a.v - b.v) < 0.6 * Math.max(line.height, box.height) && Math.abs(a.u - b.u) < (line.width + box.width) / 2
  );
}
