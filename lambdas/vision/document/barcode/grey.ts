/** Grey pictures, pure: the barcode's colours say nothing. */
import { type Homography, reverse } from '../../homography.ts';
import { luma, type Raster } from '../../picture.ts';
import { blur } from './blur.ts';

/** Luma, one byte per pixel. */
export interface Grey {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export const greyOf = (raster: Raster): Grey => ({ width: raster.width, height: raster.height, data: luma(raster) });

/** As a symbol's quiet zone is. */
const WHITE = 255;

/** The part of the picture that the homography maps onto `width` × `height` pixels; bilinear. `outside`: what lies beyond it. */
export function rectified(source: Grey, map: Homography, width: number, height: number, outside = WHITE): Grey {
  const [a, b, c, d, e, f, g, h] = reverse(map);
  const data = new Uint8Array(width * height);
  for (let y = 0, o = 0; y < height; y++) {
    for (let x = 0; x < width; x++, o++) {
      const [px, py] = [x + 0.5, y + 0.5];
      const w = g * px + h * py + 1;
      data[o] = sample(source, (a * px + b * py + c) / w - 0.5, (d * px + e * py + f) / w - 0.5, outside);
    }
  }
  return { width, height, data };
}

/** `u` and `v` count from the centre of the first pixel. */
function sample({ width, height, data }: Grey, u: number, v: number, outside: number): number {
  const x = Math.floor(u);
  const y = Math.floor(v);
  if (!(x >= 0 && y >= 0 && x < width - 1 && y < height - 1)) return outside;
  const i = y * width + x;
  const [p, q] = [u - x, v - y];
  const top = (data[i] as number) * (1 - p) + (data[i + 1] as number) * p;
  const bottom = (data[i + width] as number) * (1 - p) + (data[i + width + 1] as number) * p;
  return top * (1 - q) + bottom * q + 0.5;
}

/** Every pixel further from the mean of its surroundings by `gain`: a blurred symbol's narrow bars show again. */
export function sharpened({ width, height, data }: Grey, reach: number, gain: number): Grey {
  const mean = Float32Array.from(data);
  for (let round = 0; round < 2; round++) blur(mean, width, height, reach);
  const sharp = new Uint8ClampedArray(data.length);
  for (let i = 0; i < sharp.length; i++) {
    const value = data[i] as number;
    sharp[i] = value + gain * (value - (mean[i] as number));
  }
  return { width, height, data: new Uint8Array(sharp.buffer) };
}

/** Turned by half a turn. */
export const onItsHead = ({ width, height, data }: Grey): Grey => ({ width, height, data: data.toReversed() });
