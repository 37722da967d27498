/** The lines of text outside the machine-readable zone. */
import { type Reader, type ReadLine, readLine } from './mrz-read.ts';
import { along, type RotatedRect } from './rotated-rect.ts';

export interface TextBoxes {
  readonly boxes: readonly RotatedRect[];
  /** Rows that were read already, in the same raster. */
  readonly read: readonly ReadLine[];
  /** The MRZ's lines: left out. */
  readonly exclude: readonly RotatedRect[];
}

const MOST_LINES = 40;
/** Below it the recogniser guesses: textures, logos, glare. */
const LEAST_CONFIDENCE = 0.5;
/** Pixels; smaller text is not read right. */
const LEAST_HEIGHT = 6;

/** Reads boxes, the largest area first, until the lines or the allowance run out; returns them from top to bottom. */
export async function readVisualLines(reader: Reader, { boxes, read, exclude }: TextBoxes): Promise<ReadLine[]> {
  const known = read.filter(({ rect }) => !exclude.some((line) => sameLine(line, rect)));
  const fresh = boxes
    .filter(({ height, angle }) => height >= LEAST_HEIGHT && Math.abs(angle) < 0.7)
    .filter((box) => ![...exclude, ...known.map(({ rect }) => rect)].some((line) => sameLine(line, box)))
    .toSorted((a, b) => b.width * b.height - a.width * a.height);
  const lines = [...known];
  for (const rect of fresh) {
    if (lines.length >= MOST_LINES || reader.allowance.steps <= 0) break;
    lines.push(await readLine(reader, rect));
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
