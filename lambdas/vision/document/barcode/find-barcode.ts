/** The PDF417 symbol of a licence or ID card, wherever and however it lies in a picture. */
import { parseAamva } from '../../../domain/aamva.ts';
import type { BarcodeReading } from '../../../domain/evidence.ts';
import { distance, type Point } from '../../affine.ts';
import { bestHomography, type Homography, project, reverse } from '../../homography.ts';
import type { Raster } from '../../picture.ts';
import { type QuarterTurns, turnsFor } from '../orient.ts';
import { type Grey, greyOf, onItsHead, rectified, sharpened } from './grey.ts';
import { grownQuad, type Quad } from './quad.ts';
import { stripedQuads } from './stripes.ts';
import type { DecodedSymbol, DecodeSymbol } from './zxing.ts';

export interface FoundBarcode {
  readonly reading: BarcodeReading;
  /** In the picture, from the symbol's own upper left on around it. */
  readonly corners: Quad;
}

/** Longer side at which a symbol is decoded, pixels: three to a module. Smaller ones are enlarged, larger ones shrunk. */
const LEAST_WIDTH = 700;
const MOST_WIDTH = 1600;

interface Attempt {
  /** Around the striped region, which ends a little inside or outside the symbol. */
  readonly grow: number;
  /** Bars that a blurred picture washes together. */
  readonly sharpen: boolean;
}

/** In turn: the first reads most symbols, the second most blurred ones. A fixed number, so that no picture takes long. */
const ATTEMPTS: readonly Attempt[] = [
  { grow: 1.03, sharpen: false },
  { grow: 1.03, sharpen: true },
  { grow: 1.12, sharpen: false },
  { grow: 1.15, sharpen: true },
];
/** Of `sharpened`, at the widths above. */
const SHARPEN = { reach: 2, gain: 8 } as const;

/** `undefined` where there is none, none that can be decoded, or one that is no licence's. */
export async function findBarcode(decode: DecodeSymbol, picture: Raster): Promise<FoundBarcode | undefined> {
  const quads = stripedQuads(picture);
  if (quads.length === 0) return undefined;
  const grey = greyOf(picture);
  for (const quad of quads) {
    const found = await decodeQuad(decode, grey, quad);
    if (!found) continue;
    const parsed = parseAamva(textOf(found.bytes));
    if (parsed.ok) return { reading: parsed.value, corners: found.corners };
  }
  return undefined;
}

async function decodeQuad(decode: DecodeSymbol, grey: Grey, quad: Quad): Promise<DecodedSymbol | undefined> {
  for (const { grow, sharpen } of ATTEMPTS) {
    const { map, width, height } = lying(grownQuad(quad, grow));
    const plane = rectified(grey, map, width, height);
    const clear = sharpen ? sharpened(plane, SHARPEN.reach, SHARPEN.gain) : plane;
    const upright = await decode(clear);
    const found = upright ?? (await decode(onItsHead(clear)));
    if (!found) continue;
    const back = reverse(map);
    const corners = found.corners.map(([x, y]) => project(back, upright ? [x, y] : [width - x, height - y]));
    return { ...found, corners: corners as unknown as Quad };
  }
  return undefined;
}

/** The map of the quadrilateral onto a rectangle that lies on its longer side. */
function lying([a, b, c, d]: Quad): { map: Homography; width: number; height: number } {
  const [across, down] = [(distance(a, b) + distance(c, d)) / 2, (distance(b, c) + distance(d, a)) / 2];
  const level = across >= down;
  const [long, short] = level ? [across, down] : [down, across];
  const scale = Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, long)) / long;
  const [width, height] = [Math.round(long * scale), Math.max(1, Math.round(short * scale))];
  const target: Point[] = [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
  ];
  return { map: bestHomography(level ? [a, b, c, d] : [b, c, d, a], target), width, height };
}

/** Clockwise quarter turns that set the symbol upright. */
export const turnsUpright = ({ corners: [[ax, ay], [bx, by]] }: FoundBarcode): QuarterTurns =>
  turnsFor(Math.atan2(by - ay, bx - ax));

/** UTF-8 where it is that, as some Canadian cards are, else ISO 8859-1, as the standard says. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}
