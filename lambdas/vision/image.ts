/** Bytes of an upload → an upright sRGB picture, or the reason why not. The only file of the service that imports sharp. */
import sharp, { type Metadata } from 'sharp';
import type { ImageFault } from '../domain/evidence.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { cutShort, type ImageFormat, sniff } from './container.ts';
import type { Picture, Raster } from './picture.ts';

// One thread per image: parallelism comes from workers, and the models own the cores. No cache: libvips would keep
// decoded pictures of people in memory after the job that they belong to.
sharp.concurrency(1);
sharp.cache(false);

/** Pixels of the shorter side: below it there is nothing to measure. */
export const LEAST_SIDE = 32;

export interface ImageLimits {
  /** Formats taken; `image_unsupported_format` for the others. Default: all that can be decoded. */
  readonly formats?: readonly ImageFormat[];
  /** Pixels of the upload, before any is decoded. Default 5e7: a 48-megapixel phone photo passes. */
  readonly maxPixels?: number;
  /** Shorter side of the upload, pixels. Default `LEAST_SIDE`. */
  readonly minSide?: number;
  /**
   * Longer side of the result, pixels; larger uploads are shrunk while they are decoded. Default 4096, which keeps
   * 12-megapixel phone photos as they are and bounds a picture at 50 MB.
   */
  readonly maxSide?: number;
  /**
   * Longer side that is enough, pixels: an upload is decoded at a quarter or an eighth while that keeps it. A JPEG then is never
   * at full size in memory, and costs half as much. At a half nothing is saved: its transform is the slower one.
   */
  readonly enough?: number;
}

/**
 * Decodes the first frame: EXIF orientation applied, ICC profile, CMYK, grey and 16 bits converted to 8-bit sRGB,
 * transparency laid on white, metadata dropped. The format is told by the bytes, never by a declared type.
 */
export async function decodePicture(bytes: Uint8Array, limits: ImageLimits = {}): Promise<Result<Picture, ImageFault>> {
  const { formats, maxPixels = 5e7, minSide = LEAST_SIDE, maxSide = 4096, enough = Number.POSITIVE_INFINITY } = limits;
  if (bytes.length === 0) return fail('image_empty');
  const format = sniff(bytes);
  if (!format || (formats && !formats.includes(format))) return fail('image_unsupported_format');
  try {
    // 'error' also refuses truncated files, which libvips would otherwise pad with grey.
    const image = sharp(bytes, { limitInputPixels: maxPixels, failOn: 'error', pages: 1 });
    const { width, height, autoOrient } = await image.metadata();
    if (width * height > maxPixels) return fail('image_too_many_pixels');
    if (Math.min(width, height) < minSide) return fail('image_too_small');
    const side = Math.max(width, height);
    const shrink = [8, 4].find((times) => side / times >= enough);
    const most = shrink === undefined ? maxSide : Math.ceil(side / shrink);
    const { data, info } = await image
      .autoOrient()
      .resize({ width: most, height: most, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#fff' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) return fail('image_undecodable');
    return ok({
      format,
      width: info.width,
      height: info.height,
      data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      scale: Math.min(1, info.width / autoOrient.width),
    });
  } catch (error) {
    if (error instanceof Error && error.message.includes('pixel limit')) return fail('image_too_many_pixels');
    return fail(cutShort(format, bytes) ? 'image_truncated' : 'image_undecodable');
  }
}

/** @param quality 1..100 */
export async function encodeJpeg({ data, width, height }: Raster, quality: number): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality })
    .toBuffer();
}

/** Bytes of one kind of metadata that are looked at. */
const MOST_METADATA = 2 ** 20;

/** What a picture's file says beside its pixels, as text to be searched: EXIF, XMP, IPTC, and the texts of a PNG. Never throws on an upload. */
export async function metadataText(bytes: Uint8Array): Promise<string> {
  const {
    exif,
    xmp,
    iptc,
    comments = [],
  } = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch((): Partial<Metadata> => ({}));
  const blocks = [exif, xmp, iptc].map((block) => block?.toString('latin1', 0, MOST_METADATA) ?? '');
  return [...blocks, ...comments.map(({ text }) => text.slice(0, MOST_METADATA))].join('\n');
}
