/**
 * Half-size levels of pictures, pure. Their pixels are words, 0x00BBGGRR: two channels are added, or multiplied by a weight, in one
 * operation, in lanes of sixteen bits. Nearly all that the networks see is sampled from these.
 */

export interface Words {
  readonly width: number;
  readonly height: number;
  readonly words: Int32Array;
}

interface Bytes {
  readonly width: number;
  readonly height: number;
  /** RGB, interleaved. */
  readonly data: Uint8Array;
}

const RED_BLUE = 0x00ff00ff;
/** Half of what a sum of four is divided by, in both lanes. */
const ROUND = 0x00020002;

const size = (source: { readonly width: number; readonly height: number }) => ({
  width: (source.width + 1) >> 1,
  height: (source.height + 1) >> 1,
});

/** Means of each four pixels. A last odd row or column is averaged with itself. */
export function halveBytes(source: Bytes): Words {
  const { width, height, data } = source;
  const half = size(source);
  const words = new Int32Array(half.width * half.height);
  // Four pixels are three words; so only rows of whole words begin at one.
  const whole = width % 4 === 0 && data.byteOffset % 4 === 0;
  const packed = whole ? new Int32Array(data.buffer, data.byteOffset, data.length >> 2) : undefined;
  for (let y = 0; y < half.height; y++) {
    const from = y * 2 * width * 3;
    const below = y * 2 + 1 < height ? width * 3 : 0;
    if (packed) halveRowOfWords(packed, from >> 2, below >> 2, words, y * half.width, half.width);
    else halveRowOfBytes(data, from, below, width, words, y * half.width);
  }
  return { ...half, words };
}

function halveRowOfBytes(data: Uint8Array, from: number, below: number, width: number, out: Int32Array, to: number) {
  const at = (i: number) => data[i] as number;
  for (let x = 0, o = to, i = from; x < width; x += 2, o++, i += 6) {
    const right = x + 1 < width ? 3 : 0;
    const mean = (k: number) => (at(k) + at(k + right) + at(k + below) + at(k + below + right) + 2) >> 2;
    out[o] = mean(i) | (mean(i + 1) << 8) | (mean(i + 2) << 16);
  }
}

/** The same, four bytes at a time, in half of the time: this loop sees every pixel of the upload. */
function halveRowOfWords(words: Int32Array, from: number, below: number, out: Int32Array, to: number, count: number) {
  for (let o = to, i = from; o < to + count; o += 2, i += 3) {
    const j = (i + below) | 0;
    const a = words[i] as number;
    const b = words[i + 1] as number;
    const c = words[i + 2] as number;
    const d = words[j] as number;
    const e = words[j + 1] as number;
    const f = words[j + 2] as number;
    // Sums of two rows; the digits are pixels.
    const redBlue0 = ((a & RED_BLUE) + (d & RED_BLUE)) | 0;
    const green0Red1 = (((a >>> 8) & RED_BLUE) + ((d >>> 8) & RED_BLUE)) | 0;
    const green1Red2 = ((b & RED_BLUE) + (e & RED_BLUE)) | 0;
    const blue1Green2 = (((b >>> 8) & RED_BLUE) + ((e >>> 8) & RED_BLUE)) | 0;
    const blue2Green3 = ((c & RED_BLUE) + (f & RED_BLUE)) | 0;
    const red3Blue3 = (((c >>> 8) & RED_BLUE) + ((f >>> 8) & RED_BLUE)) | 0;
    const redBlue = (redBlue0 + ((green0Red1 >>> 16) | (blue1Green2 << 16)) + ROUND) | 0;
    const nextRedBlue = (((green1Red2 >>> 16) | (blue2Green3 << 16)) + red3Blue3 + ROUND) | 0;
    const green = ((green0Red1 & 0xffff) + (green1Red2 & 0xffff) + 2) >> 2;
    const nextGreen = ((blue1Green2 >>> 16) + (blue2Green3 >>> 16) + 2) >> 2;
    out[o] = ((redBlue >>> 2) & RED_BLUE) | (green << 8);
    out[o + 1] = ((nextRedBlue >>> 2) & RED_BLUE) | (nextGreen << 8);
  }
}

/** As `halveBytes`, of a level that is halved already. */
export function halveWords(source: Words): Words {
  const { width, height, words } = source;
  const half = size(source);
  const out = new Int32Array(half.width * half.height);
  for (let y = 0, o = 0; y < half.height; y++) {
    const below = y * 2 + 1 < height ? width : 0;
    for (let x = 0, i = y * 2 * width; x < width; x += 2, o++, i += 2) {
      const right = x + 1 < width ? 1 : 0;
      const a = words[i] as number;
      const b = words[i + right] as number;
      const c = words[i + below] as number;
      const d = words[i + below + right] as number;
      const redBlue = ((a & RED_BLUE) + (b & RED_BLUE) + (c & RED_BLUE) + (d & RED_BLUE) + ROUND) | 0;
      const green = (((a >> 8) & 255) + ((b >> 8) & 255) + ((c >> 8) & 255) + ((d >> 8) & 255) + 2) >> 2;
      out[o] = ((redBlue >>> 2) & RED_BLUE) | (green << 8);
    }
  }
  return { ...half, words: out };
}

/**
 * Bilinear samples along a line, all of whose neighbours lie in the level, as bytes from `from` to before `to`: places in 1/65,536 and
 * weights in 1/256 of a pixel.
 */
export function blendWords(
  { width, words }: Words,
  u: number,
  v: number,
  du: number,
  dv: number,
  out: Uint8Array,
  from: number,
  to: number,
): void {
  const across = Math.round(du * 65536) | 0;
  const down = Math.round(dv * 65536) | 0;
  let x = Math.round(u * 65536) | 0;
  let y = Math.round(v * 65536) | 0;
  for (let o = from; o < to; o += 3) {
    const fx = (x >> 8) & 255;
    const fy = (y >> 8) & 255;
    const w11 = (Math.imul(fx, fy) + 128) >> 8;
    const w10 = (fx - w11) | 0;
    const w01 = (fy - w11) | 0;
    const w00 = (256 - fx - w01) | 0;
    const i = (Math.imul(y >> 16, width) + (x >> 16)) | 0;
    const j = (i + width) | 0;
    const a = words[i] as number;
    const b = words[i + 1] as number;
    const c = words[j] as number;
    const d = words[j + 1] as number;
    const redBlue =
      (Math.imul(a & RED_BLUE, w00) +
        Math.imul(b & RED_BLUE, w10) +
        Math.imul(c & RED_BLUE, w01) +
        Math.imul(d & RED_BLUE, w11) +
        0x00800080) |
      0;
    const green =
      (Math.imul((a >> 8) & 255, w00) +
        Math.imul((b >> 8) & 255, w10) +
        Math.imul((c >> 8) & 255, w01) +
        Math.imul((d >> 8) & 255, w11) +
        128) >>
      8;
    out[o] = (redBlue >>> 8) & 255;
    out[o + 1] = green;
    out[o + 2] = redBlue >>> 24;
    x = (x + across) | 0;
    y = (y + down) | 0;
  }
}
