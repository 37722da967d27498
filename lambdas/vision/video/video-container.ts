/** What a file says about itself before anything reads it. Pure. */
import { boxesEnd } from '../container.ts';

/** EBML's header (RFC 8794, 11.2.4), which begins Matroska and WebM. */
const EBML = 0x1a45dfa3;
/** Matroska's one element beside it (RFC 9559, 5.1). */
const SEGMENT = 0x18538067;
/** Types of the first box of a film (ISO/IEC 14496-12; QuickTime has no `ftyp`). */
const FIRST_BOXES = ['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip', 'pnot'];

/** Whether a film is said to be longer than the file is; undefined for what is no film of a kind that is taken. */
export function cutShortVideo(bytes: Uint8Array): boolean | undefined {
  if (bytes.length < 12) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) === EBML) return segmentEnd(view) > bytes.length;
  const first = String.fromCharCode(...bytes.subarray(4, 8));
  return FIRST_BOXES.includes(first) ? boxesEnd(view) > bytes.length : undefined;
}

/** Where the first segment ends; 0 where the file leaves it open, as one does that was recorded live. */
function segmentEnd(view: DataView): number {
  const header = sizeAt(view, 4);
  const at = header ? header.end + header.size : view.byteLength;
  if (at + 12 > view.byteLength || view.getUint32(at) !== SEGMENT) return 0;
  const segment = sizeAt(view, at + 4);
  return segment ? segment.end + segment.size : 0;
}

/** A number whose leading zeros say how many bytes it has (RFC 8794, 4); undefined: all ones, which is "unknown". */
function sizeAt(view: DataView, at: number): { readonly size: number; readonly end: number } | undefined {
  const length = Math.clz32(view.getUint8(at)) - 23;
  if (length > 8 || at + length > view.byteLength) return undefined;
  let size = view.getUint8(at) & (0xff >> length);
  for (let i = 1; i < length; i++) size = size * 256 + view.getUint8(at + i);
  return size >= 2 ** (7 * length) - 1 ? undefined : { size, end: at + length };
}
