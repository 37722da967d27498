/** Uploads as nobody should send them, and ones that only look odd. Made here: no file of anybody's is needed. */
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const body = Buffer.concat([bytes(type), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** A PNG of one bit a pixel, of whatever size its header claims, around `pixels` (deflated). */
function png(width: number, height: number, pixels: Uint8Array): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const chunks = [pngChunk('IHDR', header), pngChunk('IDAT', pixels), pngChunk('IEND', new Uint8Array())];
  return Buffer.concat([bytes('\x89PNG\r\n\x1a\n'), ...chunks]);
}

/** Claims 60,000 × 60,000 pixels and holds none. */
export const hugeHeader = (): Uint8Array => png(60_000, 60_000, deflateSync(new Uint8Array(10)));

/** 30,000 × 30,000 pixels in about 110 KB: a true PNG, 2.7 GB as RGB. */
export const bomb = (): Uint8Array => png(30_000, 30_000, deflateSync(new Uint8Array(30_000 * (30_000 / 8 + 1))));

/** 7,000 × 7,000 pixels: as many as are taken, 147 MB as RGB, in a few KB. */
export const largestTaken = (): Uint8Array => png(7000, 7000, deflateSync(new Uint8Array(7000 * (7000 / 8 + 1))));

export const truncated = (image: Uint8Array): Uint8Array => image.subarray(0, Math.floor(image.length * 0.6));

export const foreign: Readonly<Record<string, Uint8Array>> = {
  text: bytes('This is no image.\n'),
  svg: bytes('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd" width="99" height="99"/></svg>'),
  pdf: bytes('%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n'),
  zip: bytes(`PK\x05\x06${'\0'.repeat(18)}`),
};

/** The same JPEG with comments before its picture (ITU-T T.81, B.2.4.5), until it has so many bytes. */
export function padded(jpeg: Uint8Array, length: number): Uint8Array {
  const comment = Buffer.alloc(65_535, 0x20);
  comment.set([0xff, 0xfe, 0xff, 0xfd]); // The marker, and how long the rest is, itself included.
  const comments = Array<Uint8Array>(Math.ceil((length - jpeg.length) / comment.length)).fill(comment);
  return Buffer.concat([jpeg.subarray(0, 2), ...comments, jpeg.subarray(2)]);
}

/** Every byte is a surprise after a JPEG's first ones. */
export const damaged = (image: Uint8Array): Uint8Array => {
  const copy = Uint8Array.from(image);
  for (let at = 200; at < copy.length - 2; at += 7) copy[at] = (copy[at] ?? 0) ^ 0x5a;
  return copy;
};

export const onePixel = (): Promise<Buffer> =>
  sharp({ create: { width: 1, height: 1, channels: 3, background: '#888' } })
    .png()
    .toBuffer();

/** A smooth picture of nothing. */
export const nothing = (): Promise<Buffer> =>
  sharp({ create: { width: 600, height: 800, channels: 3, background: '#7a8fa6' } })
    .jpeg()
    .toBuffer();

/** Two faces side by side, of a photo that a package of ours brings. */
export const twoPeople = (): Promise<Buffer> =>
  sharp(join(import.meta.dirname, '../../node_modules/@vladmandic/face-api/demo/sample6.jpg'))
    .extract({ left: 600, top: 180, width: 1180, height: 560 })
    .jpeg({ quality: 90 })
    .toBuffer();

async function twoFrames(image: Uint8Array): Promise<Sharp> {
  const { data, info } = await sharp(image).resize(480).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const dark = Buffer.alloc(data.length, 8);
  return sharp(Buffer.concat([data, dark]), { raw: { width, height: height * 2, channels, pageHeight: height } });
}

/** The same picture in clothes that cameras and programs really use. */
export const odd: Readonly<Record<string, (image: Uint8Array) => Promise<Buffer>>> = {
  'PNG as image/jpeg': (image) => sharp(image).png().toBuffer(),
  CMYK: (image) => sharp(image).toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer(),
  '16-bit PNG': (image) => sharp(image).toColourspace('rgb16').png().toBuffer(),
  grey: (image) => sharp(image).greyscale().jpeg({ quality: 92 }).toBuffer(),
  'progressive JPEG': (image) => sharp(image).jpeg({ progressive: true, quality: 92 }).toBuffer(),
  'turned, with EXIF orientation 6': (image) =>
    sharp(image).rotate(-90).withMetadata({ orientation: 6 }).jpeg({ quality: 92 }).toBuffer(),
  'animated GIF': async (image) => (await twoFrames(image)).gif().toBuffer(),
  'animated WebP': async (image) => (await twoFrames(image)).webp({ quality: 90 }).toBuffer(),
};
