import type { ImageFault } from '../domain/evidence.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Raster } from './picture.ts';

/** Smallest header that says all that is asked of it: BITMAPINFOHEADER. */
const LEAST_HEADER = 40;
const FILE_HEADER = 14;
/** `biCompression`: none; or none, with masks that say where each colour is. */
const [RGB, BITFIELDS] = [0, 3];

/**
 * A Windows bitmap (BITMAPFILEHEADER and BITMAPINFOHEADER of wingdi.h), uncompressed: 8 bits with a palette, 24, or 32 bits whose fourth byte is
 * passed over. sharp's prebuilt libraries have no reader for it; what is compressed is hardly ever met.
 */
export function readBitmap(bytes: Uint8Array, maxPixels: number): Result<Raster, ImageFault> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < FILE_HEADER + LEAST_HEADER) return fail('image_truncated');
  const [pixelsAt, header] = [view.getUint32(10, true), view.getUint32(14, true)];
  const [width, signedHeight] = [view.getInt32(18, true), view.getInt32(22, true)];
  const [bits, compression] = [view.getUint16(28, true), view.getUint32(30, true)];
  // Rows lie from the bottom up, unless the height is negative.
  const height = Math.abs(signedHeight);
  if (header < LEAST_HEADER || width <= 0 || height === 0) return fail('image_undecodable');
  if (width * height > maxPixels) return fail('image_too_many_pixels');
  const plain = compression === RGB && (bits === 8 || bits === 24 || bits === 32);
  if (!plain && !(compression === BITFIELDS && bits === 32 && masksAreUsual(view))) return fail('image_undecodable');
  // Each row begins at a multiple of four bytes.
  const stride = Math.ceil((width * bits) / 32) * 4;
  if (pixelsAt + stride * height > bytes.length) return fail('image_truncated');

  const data = new Uint8Array(width * height * 3);
  const paletteAt = FILE_HEADER + header;
  const step = bits / 8;
  for (let y = 0, to = 0; y < height; y++) {
    const row = pixelsAt + stride * (signedHeight > 0 ? height - 1 - y : y);
    for (let x = 0; x < width; x++) {
      const at = row + x * step;
      const from = bits === 8 ? paletteAt + 4 * (bytes[at] ?? 0) : at;
      data[to++] = bytes[from + 2] ?? 0;
      data[to++] = bytes[from + 1] ?? 0;
      data[to++] = bytes[from] ?? 0;
    }
  }
  return ok({ width, height, data });
}

/** Blue, green, red, as without masks. They follow the first header, or are part of a longer one: at the same place. */
const masksAreUsual = (view: DataView): boolean =>
  view.byteLength >= 66 && [0xff0000, 0xff00, 0xff].every((mask, at) => view.getUint32(54 + 4 * at, true) === mask);
