/** Rasters → network inputs, pure. */
import type { Raster } from './picture.ts';
import type { Tensor } from './session.ts';

/** value = (byte − mean) ÷ deviation, per channel in the order given. */
export interface Normalisation {
  readonly order: 'rgb' | 'bgr';
  readonly mean: readonly [number, number, number];
  readonly deviation: readonly [number, number, number];
}

/** 1 × 3 × height × width, planar. */
export function planar(raster: Raster, normalisation: Normalisation): Tensor {
  const data = new Float32Array(raster.width * raster.height * 3);
  fillPlanes(raster, normalisation, data, 0);
  return { data, dims: [1, 3, raster.height, raster.width] };
}

/** Writes the raster's three planes from `start` on. */
export function fillPlanes(
  { width, height, data }: Raster,
  { order, mean, deviation }: Normalisation,
  out: Float32Array,
  start: number,
): void {
  const size = width * height;
  const [first, third] = order === 'rgb' ? [start, start + 2 * size] : [start + 2 * size, start];
  const [r, g, b] = order === 'rgb' ? [0, 1, 2] : [2, 1, 0];
  const scale = (channel: number) => 1 / (deviation[channel] as number);
  const [red, green, blue] = [scale(r), scale(g), scale(b)];
  const [redShift, greenShift, blueShift] = [
    -(mean[r] as number) * red,
    -(mean[g] as number) * green,
    -(mean[b] as number) * blue,
  ];
  const second = start + size;
  for (let i = 0, j = 0; i < size; i++, j += 3) {
    out[first + i] = (data[j] as number) * red + redShift;
    out[second + i] = (data[j + 1] as number) * green + greenShift;
    out[third + i] = (data[j + 2] as number) * blue + blueShift;
  }
}

/** Tensors of one shape, joined along their first dimension. Throws RangeError on none, or on different lengths. */
export function joined(tensors: readonly Tensor[]): Tensor {
  const [first] = tensors;
  if (!first) throw new RangeError('nothing to join');
  if (tensors.length === 1) return first;
  const data = new Float32Array(first.data.length * tensors.length);
  tensors.forEach((tensor, i) => {
    if (tensor.data.length !== first.data.length) throw new RangeError('tensors of one shape are joined');
    data.set(tensor.data, i * first.data.length);
  });
  const [count = 1, ...others] = first.dims;
  return { data, dims: [count * tensors.length, ...others] };
}
