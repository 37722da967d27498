/**
 * A face's perceptual hash: 256 bits that survive another encoding, size, brightness or crop of the same picture, because they are
 * the signs of the low frequencies of the face as the mesh lays it upright.
 */
import type { Box } from '../../domain/evidence.ts';
import { similarity } from '../affine.ts';
import { luma, type Raster, warp } from '../picture.ts';
import { type Mesh, pick } from './mesh.ts';
import { DLIB_MESH_POINTS, DLIB_SIDE, DLIB_TEMPLATE } from './templates.ts';

const SIDE = 64;
/** Frequencies kept in each direction: the constant one, which is the brightness, is left out. */
const FREQUENCIES = 16;

/** 64 hex digits. */
export function fingerprintOf(picture: Raster, mesh: Mesh): string {
  const [a, b, c, d, e, f] = similarity(pick(mesh, DLIB_MESH_POINTS), DLIB_TEMPLATE);
  const scale = SIDE / DLIB_SIDE;
  return hash(warp(picture, [a * scale, b * scale, c * scale, d * scale, e * scale, f * scale], SIDE, SIDE, 'edge'));
}

/** The same where only a box of the face is known: not laid upright, so that it moves with the box. */
export function fingerprintOfBox(picture: Raster, { x, y, width, height }: Box): string {
  const [across, down] = [SIDE / width, SIDE / height];
  return hash(warp(picture, [across, 0, -x * across, 0, down, -y * down], SIDE, SIDE, 'edge'));
}

function hash(view: Raster): string {
  const bits = lowFrequencies(luma(view)).map((amplitude) => (amplitude > 0 ? 1 : 0));
  return Array.from({ length: bits.length / 4 }, (_, i) =>
    Number.parseInt(bits.slice(i * 4, i * 4 + 4).join(''), 2).toString(16),
  ).join('');
}

/** Cosine transform of the square, rows 0–15 by columns 1–16, row by row. Plain loops: a reading has no millisecond for it. */
function lowFrequencies(pixels: Uint8Array): number[] {
  const across = new Float64Array(FREQUENCIES * SIDE);
  for (let k = 0; k < FREQUENCIES; k++)
    for (let y = 0; y < SIDE; y++) {
      let sum = 0;
      for (let x = 0; x < SIDE; x++) sum += (pixels[y * SIDE + x] as number) * (WAVES[(k + 1) * SIDE + x] as number);
      across[k * SIDE + y] = sum;
    }
  const found: number[] = [];
  for (let j = 0; j < FREQUENCIES; j++)
    for (let k = 0; k < FREQUENCIES; k++) {
      let sum = 0;
      for (let y = 0; y < SIDE; y++) sum += (across[k * SIDE + y] as number) * (WAVES[j * SIDE + y] as number);
      found.push(sum);
    }
  return found;
}

/** Cosines of 0–16 half turns over the square, one after the other. */
const WAVES = Float64Array.from({ length: (FREQUENCIES + 1) * SIDE }, (_, i) =>
  Math.cos((Math.PI * Math.floor(i / SIDE) * ((i % SIDE) + 0.5)) / SIDE),
);
