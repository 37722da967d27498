/** Lines of a photographed page as they stand on the page itself: without the photo's slant, pure. */
import type { VisualLine } from '../../domain/visual-zone/printed-lines.ts';
import type { ReadLine } from './mrz-read.ts';
import { along } from './rotated-rect.ts';

/** Boxes along and across the direction that most of the text runs in; pixels of the raster, about another origin. */
export function levelled(
  lines: readonly Pick<ReadLine, 'text' | 'confidence' | 'rect' | 'characters'>[],
): VisualLine[] {
  const angle = slant(lines.map(({ rect }) => rect));
  return lines.map(({ text, confidence, rect, characters }) => {
    const { u, v } = along(rect, angle);
    const { width, height } = rect;
    // One for each UTF-16 unit, as texts are indexed.
    const sure = characters?.flatMap(({ character, probability }) =>
      Array.from(character.split(''), () => probability),
    );
    return { text, confidence, box: { x: u - width / 2, y: v - height / 2, width, height }, ...(sure && { sure }) };
  });
}

/** Median over the lines' length: short boxes have no angle of their own worth the name. */
function slant(rects: readonly { readonly width: number; readonly height: number; readonly angle: number }[]): number {
  const long = rects.filter(({ width, height }) => width > 3 * height).toSorted((a, b) => a.angle - b.angle);
  const half = long.reduce((sum, { width }) => sum + width, 0) / 2;
  let passed = 0;
  for (const { width, angle } of long) {
    passed += width;
    if (passed >= half) return angle;
  }
  return 0;
}
