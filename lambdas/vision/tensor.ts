/** Rasters → network inputs, pure. */
import type { Raster } from './picture.ts';
import type { Tensor } from './session.ts';

/** value = (byte − mean) / deviation, per channel in the order given. */
export interface Normalisation {
  readonly order: 'rgb' | 'bgr';
  readonly mean: readonly [number, number, number];
  readonly deviation: readonly [number, number, number];
}

/** 1 × 3 × height × width, planar. */
export function planar({ width, height, data }: Raster, { order, mean, deviation }: Normalisation): Tensor {
  const size = width * height;
  const out = new Float32Array(size * 3);
  for (let k = 0; k < 3; k++) {
    const channel = order === 'rgb' ? k : 2 - k;
    const scale = 1 / (deviation[k] as number);
    const shift = -(mean[k] as number) * scale;
    const plane = k * size;
    for (let i = 0, j = channel; i < size; i++, j += 3) out[plane + i] = (data[j] as number) * scale + shift;
  }
  return { data: out, dims: [1, 3, height, width] };
}
