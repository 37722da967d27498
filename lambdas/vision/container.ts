/** What the first and last bytes of a file say: its image format, and whether its end is missing. Pure. */
import type { Picture } from './picture.ts';

export type ImageFormat = Exclude<Picture['format'], 'pdf'>;

/**
 * The image format by magic bytes. Undefined for everything else, SVG, PDF and HEIC included: an SVG can reach for
 * other files, and the HEVC inside HEIC is not in sharp's prebuilt libraries.
 */
export function sniff(bytes: Uint8Array): ImageFormat | undefined {
  if (starts(bytes, 0, '\xff\xd8\xff')) return 'jpeg';
  if (starts(bytes, 0, '\x89PNG\r\n\x1a\n')) return 'png';
  if (starts(bytes, 0, 'GIF87a') || starts(bytes, 0, 'GIF89a')) return 'gif';
  if (starts(bytes, 0, 'RIFF') && starts(bytes, 8, 'WEBP')) return 'webp';
  if (starts(bytes, 0, 'II*\0') || starts(bytes, 0, 'MM\0*')) return 'tiff';
  if (starts(bytes, 4, 'ftypavif') || starts(bytes, 4, 'ftypavis')) return 'avif';
  return undefined;
}

/**
 * True if the container says that bytes are missing at its end. Asked only of files that did not decode: it tells
 * "the upload broke off" (send it again) from "this is no picture".
 */
export function cutShort(format: ImageFormat, bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { length } = bytes;
  switch (format) {
    case 'jpeg':
      return !holds(bytes, '\xff\xd9', length - 1024);
    case 'png':
      return !holds(bytes, 'IEND', length - 1024);
    case 'gif':
      return !holds(bytes, ';', length - 16);
    case 'webp':
      return view.getUint32(4, true) + 8 > length;
    case 'tiff':
      return directoryEnd(view, bytes[0] === 0x49) > length;
    case 'avif':
      return boxesEnd(view) > length;
  }
}

/** End of the last top-level ISO base media box (ISO/IEC 14496-12, 4.2) according to the boxes' own sizes. */
export function boxesEnd(view: DataView): number {
  let at = 0;
  while (at + 8 <= view.byteLength) {
    const short = view.getUint32(at);
    const size = short === 1 && at + 16 <= view.byteLength ? Number(view.getBigUint64(at + 8)) : short;
    if (size < 8) break; // 0: to the end of the file
    at += size;
  }
  return at;
}

/** Bytes that the first TIFF directory and the values it points to reach up to (TIFF 6.0, section 2). */
function directoryEnd(view: DataView, littleEndian: boolean): number {
  if (view.byteLength < 8) return 8;
  const start = view.getUint32(4, littleEndian);
  if (start + 2 > view.byteLength) return start + 2;
  const entries = view.getUint16(start, littleEndian);
  let end = start + 2 + entries * 12 + 4;
  if (end > view.byteLength) return end;
  for (let at = start + 2; at < start + 2 + entries * 12; at += 12) {
    const size = (TIFF_TYPE_BYTES[view.getUint16(at + 2, littleEndian)] ?? 0) * view.getUint32(at + 4, littleEndian);
    if (size > 4) end = Math.max(end, view.getUint32(at + 8, littleEndian) + size);
  }
  return end;
}

// Types 1 to 12: BYTE, ASCII, SHORT, LONG, RATIONAL, SBYTE, UNDEFINED, SSHORT, SLONG, SRATIONAL, FLOAT, DOUBLE.
const TIFF_TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];

function starts(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

function holds(bytes: Uint8Array, text: string, from: number): boolean {
  for (let i = Math.max(0, from); i <= bytes.length - text.length; i++) if (starts(bytes, i, text)) return true;
  return false;
}
