import type { Box, DocumentReading, Face } from './evidence.ts';

/** Fewer lines of print do not say where a document is. */
const LEAST_LINES = 3;
/**
 * Shares of the print's width and height. Portraits on documents lie within it or beside it, by 0.3 of 60 at most; the face of somebody who
 * holds their document up is further away, and larger.
 */
const mostAside = 0.5;

/** Whether the face that was measured is none on the document, as far as its print tells where that is. */
export function liesBeside({ lines }: DocumentReading, { box }: Face): boolean {
  if (lines.length < LEAST_LINES) return false;
  const boxes = lines.map((line) => line.box);
  const across = away(box.x + box.width / 2, boxes, ({ x, width }) => [x, x + width]);
  const down = away(box.y + box.height / 2, boxes, ({ y, height }) => [y, y + height]);
  return Math.max(across, down) > mostAside;
}

/** How far a place is from all of the boxes together, as a share of their length. */
function away(place: number, boxes: readonly Box[], edges: (box: Box) => readonly [number, number]): number {
  const from = Math.min(...boxes.map((box) => edges(box)[0]));
  const to = Math.max(...boxes.map((box) => edges(box)[1]));
  return Math.max(from - place, place - to, 0) / Math.max(1, to - from);
}
