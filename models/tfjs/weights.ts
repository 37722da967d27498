import * as z from 'zod';

/** Values in the row-major order of `shape`; scalars have the shape `[]`. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

const weightEntry = z.object({
  name: z.string(),
  shape: z.array(z.int().nonnegative()),
  dtype: z.enum(['float32', 'int32']),
  quantization: z
    .union([
      z.object({ dtype: z.literal('float16') }),
      z.object({ dtype: z.enum(['uint8', 'uint16']), scale: z.number(), min: z.number() }),
    ])
    .optional(),
});

/** One group of a TFJS weights manifest: the files hold the weights one after another, in the listed order. */
export const weightGroup = z.object({ paths: z.array(z.string()), weights: z.array(weightEntry) });

type WeightEntry = z.infer<typeof weightEntry>;

const BYTES = { float32: 4, int32: 4, float16: 2, uint8: 1, uint16: 2 } as const;

/**
 * Decodes the weights of one group. float16 is stored as raw halves; uint8 and uint16 stand for `value × scale + min`
 * (tfjs-core, io_utils.ts, decodeWeights).
 * @throws Error when the file is shorter or longer than its manifest says
 */
export function decodeWeights(entries: readonly WeightEntry[], file: Uint8Array): Map<string, Tensor> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const tensors = new Map<string, Tensor>();
  let offset = 0;
  for (const entry of entries) {
    const count = entry.shape.reduce((product, size) => product * size, 1);
    const end = offset + count * BYTES[entry.quantization?.dtype ?? entry.dtype];
    if (end > file.byteLength) throw new Error(`the weight file ends inside ${entry.name}`);
    tensors.set(entry.name, { shape: entry.shape, values: decodeTensor(entry, count, view, offset) });
    offset = end;
  }
  if (offset !== file.byteLength) throw new Error(`${file.byteLength - offset} bytes after the last weight`);
  return tensors;
}

function decodeTensor(entry: WeightEntry, count: number, view: DataView, offset: number): Float32Array | Int32Array {
  const stored = entry.quantization;
  if (stored === undefined) {
    return entry.dtype === 'int32'
      ? Int32Array.from({ length: count }, (_, index) => view.getInt32(offset + index * 4, true))
      : Float32Array.from({ length: count }, (_, index) => view.getFloat32(offset + index * 4, true));
  }
  if (entry.dtype !== 'float32') throw new Error(`${entry.name}: only float32 weights are known to be quantised`);
  if (stored.dtype === 'float16') {
    return Float32Array.from({ length: count }, (_, index) => halfToNumber(view.getUint16(offset + index * 2, true)));
  }
  const read = (index: number) =>
    stored.dtype === 'uint8' ? view.getUint8(offset + index) : view.getUint16(offset + index * 2, true);
  return Float32Array.from({ length: count }, (_, index) => read(index) * stored.scale + stored.min);
}

/** IEEE 754 binary16 → number. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
