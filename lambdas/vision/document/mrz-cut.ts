/** Lines of which the detector lost an end, pure. */
import { MRZ_LAYOUTS } from '../../domain/mrz-layout.ts';
import { type RotatedRect, shifted } from './rotated-rect.ts';

/** Fewer characters are too little to go by. */
const LEAST_LEFT = 20;
/** Pitches that an end which was lost is given beyond its characters. */
const MARGIN = 0.5;

export interface Extension {
  readonly at: readonly RotatedRect[];
  readonly characters: number;
}

/**
 * Over a busy background the detector may lose characters at one end or a little at both: as many as a format's lines have more than were
 * read. `read`: characters of the longest line.
 */
export function extensions(rects: readonly RotatedRect[], read: number): Extension[] {
  const layouts = Object.values(MRZ_LAYOUTS).filter(({ lines }) => lines === rects.length);
  const widths = [...new Set(layouts.map(({ width }) => width))].toSorted((a, b) => b - a);
  return widths
    .filter((characters) => read >= LEAST_LEFT && read <= characters + 1)
    .flatMap((characters) => {
      const pitch = (rects[0]?.width ?? 0) / (Math.min(read, characters) + MARGIN);
      return endsLost(characters - read).map(([left, right]) => ({
        characters,
        at: rects.map((rect) =>
          shifted({ ...rect, width: rect.width + (left + right) * pitch }, ((right - left) * pitch) / 2, 0),
        ),
      }));
    });
}

/** Pitches to add at the left and right end: all at one, or half at each; one at each where nothing is missing. */
const endsLost = (missing: number): (readonly [left: number, right: number])[] =>
  missing > 0
    ? [
        [0, missing + MARGIN],
        [missing + MARGIN, 0],
        [missing / 2 + MARGIN, missing / 2 + MARGIN],
      ]
    : [[1, 1]];
