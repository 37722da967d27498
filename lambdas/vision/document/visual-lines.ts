/** The lines of text outside the machine-readable zone. */
import { type Reader, type ReadLine, readLine } from './mrz-read.ts';
import type { ReadCharacter } from './recognise.ts';
import { along, type RotatedRect, upright } from './rotated-rect.ts';

export interface TextBoxes {
  readonly boxes: readonly RotatedRect[];
  /** The MRZ's lines: left out. */
  readonly exclude: readonly RotatedRect[];
}

const MOST_LINES = 60;
/** Below it the recogniser guesses: textures, logos, glare. */
const LEAST_CONFIDENCE = 0.5;
/** Pixels; smaller text is not read right. */
const LEAST_HEIGHT = 6;

/**
 * Reads boxes, the highest first, until the lines or the allowance run out: values are printed larger than their labels, and short
 * lines cost less than long ones of the same area. Returns them from top to bottom, single characters included.
 */
export async function readVisualLines(reader: Reader, { boxes, exclude }: TextBoxes): Promise<ReadLine[]> {
  const outside = boxes.filter((box) => !exclude.some((line) => sameLine(line, box)));
  const fresh = outside
    .map(standing)
    .filter(({ height, angle }) => height >= LEAST_HEIGHT && Math.abs(angle) < 0.7)
    .toSorted((a, b) => b.height - a.height || b.width - a.width);
  const lines: ReadLine[] = [];
  for (const rect of fresh) {
    if (lines.length >= MOST_LINES || reader.allowance.steps <= 0) break;
    lines.push(await readLine(reader, rect));
  }
  return lines
    .filter(({ text, confidence }) => text.length > 0 && confidence >= LEAST_CONFIDENCE)
    .map(spaced)
    .toSorted((a, b) => a.rect.cy - b.rect.cy || a.rect.cx - b.rect.cx);
}

/** A single letter is higher than wide: its box, whose width is its longer side, lies on its side. */
function standing(box: RotatedRect): RotatedRect {
  if (Math.abs(box.angle) <= Math.PI / 4 || box.width > 2 * box.height) return box;
  return { ...box, width: box.height, height: box.width, angle: upright(box.angle - Math.PI / 2) };
}

/** Heights of the line between the middles of two characters: letters of a word stand 0.5 to 0.9 apart, words 1 and more. */
const GAP = 1.15;

/** The text with a space in every wide gap: the recogniser leaves most of them out. */
function spaced(line: ReadLine): ReadLine {
  const { characters, rect } = line;
  if (!characters || characters.length < 2) return line;
  const gap = (a: ReadCharacter, b: ReadCharacter): number => ((b.at - a.at) * rect.width) / rect.height;
  const pitch = gap(characters[0] as ReadCharacter, characters.at(-1) as ReadCharacter) / (characters.length - 1);
  // Titles are set wide all over.
  const wide = Math.max(GAP, 1.5 * pitch);
  const apart = characters.flatMap((character, i) => {
    const before = characters[i - 1];
    if (!before || before.character === ' ' || character.character === ' ' || gap(before, character) < wide)
      return [character];
    return [{ character: ' ', at: (before.at + character.at) / 2, probability: 1 }, character];
  });
  return { ...line, text: apart.map(({ character }) => character).join(''), characters: apart };
}

/** The box lies on the line and within its ends. */
function sameLine(line: RotatedRect, box: RotatedRect): boolean {
  const [a, b] = [along(line, line.angle), along(box, line.angle)];
  return (
    Math.abs(a.v - b.v) < 0.6 * Math.max(line.height, box.height) && Math.abs(a.u - b.u) < (line.width + box.width) / 2
  );
}
