/**
 * Strokes of the characters of OCR-B's kind on a grid 4 wide and 6 high, y downwards: SVG path data. Machines without any font draw
 * documents with them. As there (ISO 1073-2), the zero has straight flanks and the O has none.
 */
const GLYPHS: Readonly<Record<string, string>> = {
  '0': 'M2 0C.8 0 .3 .5 .3 1.7V4.3C.3 5.5 .8 6 2 6S3.7 5.5 3.7 4.3V1.7C3.7 .5 3.2 0 2 0Z',
  '1': 'M.8 1.2L2.2 0V6M.7 6H3.7',
  '2': 'M.2 1.4C.4 .4 1.1 0 2 0 3.2 0 3.8 .7 3.8 1.7 3.8 3.2 1.5 4.2 .2 6H3.9',
  '3': 'M.3 0H3.7L1.9 2.3C3.2 2.3 3.9 3.1 3.9 4.1 3.9 5.3 3 6 1.9 6 1 6 .4 5.6 0 5',
  '4': 'M2.6 0L.1 4.3H4M3 2.8V6',
  '5': 'M3.6 0H.7L.5 2.6C1 2.3 1.5 2.2 2 2.2 3.2 2.2 3.9 3 3.9 4.1 3.9 5.3 3 6 1.9 6 1 6 .4 5.7 0 5.2',
  '6': 'M3 0C1 1.4 .1 2.8 .1 4.1 .1 5.3 .9 6 2 6S3.9 5.3 3.9 4.1 3.1 2.4 2 2.4C1.2 2.4 .5 2.9 .1 3.7',
  '7': 'M.1 0H3.9L1.5 6',
  '8': 'M2 2.8C1 2.8 .4 2.2 .4 1.4S1 0 2 0 3.6 .6 3.6 1.4 3 2.8 2 2.8C.8 2.8 .1 3.5 .1 4.4S.8 6 2 6 3.9 5.3 3.9 4.4 3.2 2.8 2 2.8Z',
  '9': 'M1 6C3 4.6 3.9 3.2 3.9 1.9 3.9 .7 3.1 0 2 0S.1 .7 .1 1.9 .9 3.6 2 3.6C2.8 3.6 3.5 3.1 3.9 2.3',
  A: 'M0 6L2 0 4 6M.7 4.1H3.3',
  B: 'M.3 0V6H2.2C3.3 6 3.9 5.3 3.9 4.4S3.3 2.9 2.2 2.9H.3M2.2 2.9C3.1 2.9 3.6 2.3 3.6 1.5S3.1 0 2.2 0H.3',
  C: 'M3.9 .8C3.4 .3 2.8 0 2.2 0 .9 0 .1 1.2 .1 3S.9 6 2.2 6C2.8 6 3.4 5.7 3.9 5.2',
  D: 'M.3 0V6H1.7C3.1 6 3.9 4.8 3.9 3S3.1 0 1.7 0Z',
  E: 'M3.8 0H.4V6H3.8M.4 2.9H3.2',
  F: 'M3.8 0H.4V6M.4 2.9H3.2',
  G: 'M3.8 .8C3.3 .3 2.8 0 2.2 0 .9 0 .1 1.2 .1 3S.9 6 2.2 6C2.9 6 3.5 5.7 3.9 5.3V3.3H2.3',
  H: 'M.2 0V6M3.8 0V6M.2 2.9H3.8',
  I: 'M.8 0H3.2M2 0V6M.8 6H3.2',
  J: 'M1.2 0H3.4V4.2C3.4 5.4 2.8 6 1.8 6 1.1 6 .5 5.7 .1 5.1',
  K: 'M.3 0V6M3.8 0L.5 3.2M1.5 2.4L3.9 6',
  L: 'M.5 0V6H3.8',
  M: 'M.1 6V0L2 3.2 3.9 0V6',
  N: 'M.2 6V0L3.8 6V0',
  O: 'M2 0C1.1 0 .35 1.3 .35 3S1.1 6 2 6 3.65 4.7 3.65 3 2.9 0 2 0Z',
  P: 'M.3 6V0H2.2C3.3 0 3.9 .7 3.9 1.7S3.3 3.4 2.2 3.4H.3',
  Q: 'M2 0C1.1 0 .35 1.2 .35 2.8S1.1 5.6 2 5.6 3.65 4.4 3.65 2.8 2.9 0 2 0ZM2 3.7L3.8 6',
  R: 'M.3 6V0H2.2C3.3 0 3.9 .7 3.9 1.7S3.3 3.4 2.2 3.4H.3M2 3.4L3.9 6',
  S: 'M3.7 .8C3.3 .3 2.7 0 2 0 .9 0 .3 .7 .3 1.5 .3 3.5 3.8 2.6 3.8 4.5 3.8 5.4 3.1 6 2 6 1.2 6 .5 5.7 .1 5.1',
  T: 'M0 0H4M2 0V6',
  U: 'M.2 0V4C.2 5.3 .9 6 2 6S3.8 5.3 3.8 4V0',
  V: 'M0 0L2 6 4 0',
  W: 'M0 0L.9 6 2 2.4 3.1 6 4 0',
  X: 'M.1 0L3.9 6M3.9 0L.1 6',
  Y: 'M0 0L2 3 4 0M2 3V6',
  Z: 'M.2 0H3.8L.1 6H3.9',
  '<': 'M3.8 1L.3 3.2 3.8 5.4',
  '-': 'M.7 3H3.3',
  '.': 'M1.9 5.8H2.1',
  ',': 'M2.1 5.6L1.5 6.9',
  '/': 'M.3 6.3L3.7 -.3',
};

/** A line of text as SVG. Lengths in the units of the drawing: `pitch` from character to character, `height` of a capital. */
export function drawText(
  text: string,
  x: number,
  y: number,
  pitch: number,
  height: number,
  colour = '#1a1a22',
): string {
  const sx = (pitch * 0.66) / 4;
  const sy = height / 6;
  const strokes = [...text.toUpperCase()].map((character, i) => {
    if (character === ' ') return '';
    const path = GLYPHS[character];
    if (!path) throw new RangeError(`no glyph for ${JSON.stringify(character)}`);
    return `<path transform="translate(${x + i * pitch} ${y}) scale(${sx} ${sy})" d="${path}"/>`;
  });
  return `<g fill="none" stroke="${colour}" stroke-width="${0.78}" stroke-linecap="round" stroke-linejoin="round">${strokes.join('')}</g>`;
}
