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
