/** An upload made ready for an engine that looks at pictures elsewhere: JPEG of bounded size, and crops of faces. */
import type { Box, ImageFault } from '../domain/evidence.ts';
import { ok, type Result } from '../domain/result.ts';
import { fingerprintOfBox } from './face/fingerprint.ts';
import { decodePicture, encodeJpeg } from './image.ts';
import { type Picture, type Raster, warp } from './picture.ts';

export interface PictureLimits {
  /** Longer side of the JPEG, pixels. */
  readonly maxSide: number;
  /** Shorter side of the upload and of crops, pixels. */
  readonly minSide: number;
  readonly maxBytes: number;
}

export interface OpenPicture {
  /** Of the upright upload, pixels. */
  readonly width: number;
  readonly height: number;
  readonly jpeg: Uint8Array;
  /** The face in this box (pixels of the upright upload) with what is around it, as JPEG, and its perceptual hash. */
  cut(box: Box): Promise<{ readonly crop: Uint8Array; readonly fingerprint: string }>;
}

/** Of the box's width and height, on each side: a face alone is found worse than a head. */
const MARGIN = 0.5;
/** Longer side of a crop, pixels: a face of half of it has all that is compared. */
const CROP_SIDE = 640;

export async function openPicture(
  image: Uint8Array,
  { maxSide, minSide, maxBytes }: PictureLimits,
): Promise<Result<OpenPicture, ImageFault>> {
  const decoded = await decodePicture(image, { maxSide, minSide });
  if (!decoded.ok) return decoded;
  const { width, height, scale } = decoded.value;
  return ok({
    width: width / scale,
    height: height / scale,
    jpeg: await bounded(decoded.value, maxBytes),
    async cut(box) {
      const within = { x: box.x * scale, y: box.y * scale, width: box.width * scale, height: box.height * scale };
      const crop = await encodeJpeg(cropOf(decoded.value, within, minSide), 92);
      return { crop, fingerprint: fingerprintOfBox(decoded.value, within) };
    },
  });
}

/** The best quality that fits. */
async function bounded(picture: Picture, maxBytes: number): Promise<Uint8Array> {
  for (const quality of [92, 80, 60, 30]) {
    const jpeg = await encodeJpeg(picture, quality);
    if (jpeg.length <= maxBytes) return jpeg;
  }
  throw new RangeError(`${picture.width} × ${picture.height} pixels do not fit ${maxBytes} bytes.`);
}

function cropOf(picture: Picture, { x, y, width, height }: Box, minSide: number): Raster {
  const left = Math.max(0, x - width * MARGIN);
  const top = Math.max(0, y - height * MARGIN);
  const across = Math.min(picture.width, x + width * (1 + MARGIN)) - left;
  const down = Math.min(picture.height, y + height * (1 + MARGIN)) - top;
  const scale = Math.max(Math.min(1, CROP_SIDE / Math.max(across, down)), minSide / Math.min(across, down));
  const to = [scale, 0, -left * scale, 0, scale, -top * scale] as const;
  return warp(picture, to, Math.round(across * scale), Math.round(down * scale), 'edge');
}
