/** Formats of photos that only FFmpeg knows here, by their first bytes. Pure. */

/** The first box's brand, of HEIF files whose pictures are HEVC (ISO/IEC 23008-12, annex B), and of any (`mif1`). */
const HEIC_BRANDS = ['heic', 'heix', 'heim', 'heis', 'mif1', 'msf1'];

const textAt = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, to));

export const isHeic = (bytes: Uint8Array): boolean =>
  textAt(bytes, 4, 8) === 'ftyp' && HEIC_BRANDS.includes(textAt(bytes, 8, 12));

/** BITMAPFILEHEADER, with a header of a size that there is behind it. */
export const isBmp = (bytes: Uint8Array): boolean =>
  textAt(bytes, 0, 2) === 'BM' && bytes.length > 54 && [12, 40, 52, 56, 64, 108, 124].includes(bytes[14] ?? 0);
