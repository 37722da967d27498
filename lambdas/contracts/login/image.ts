import * as z from 'zod';
import { readBase64 } from '../base64.ts';

/** The first bytes of every JPEG (ITU-T T.81, B.1.1) and of every PNG (RFC 2083, 12.12). */
const beginnings = [
  [0xff, 0xd8, 0xff],
  [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
] as const;

const beginsAs = (bytes: Uint8Array, beginning: readonly number[]): boolean =>
  beginning.every((byte, at) => bytes[at] === byte);

export const imageType = (bytes: Uint8Array): 'image/jpeg' | 'image/png' =>
  beginsAs(bytes, beginnings[0]) ? 'image/jpeg' : 'image/png';

/** V-03: a picture of a face in base64, bare or as a data URI → its bytes. */
export const image = z
  .string()
  .transform((value, context): Uint8Array => {
    const fault = (message: string): never => {
      context.issues.push({ code: 'custom', message, input: '' });
      return z.NEVER;
    };
    if (value === '') return fault('is required');
    const { type, bytes } = readBase64(value);
    if (type !== undefined && !/^image\/(jpe?g|png);base64$/i.test(type))
      return fault('must be data:image/jpeg;base64,… or data:image/png;base64,…');
    if (!bytes) return fault('is not valid base64');
    return beginnings.some((beginning) => beginsAs(bytes, beginning)) ? bytes : fault('is no JPEG and no PNG');
  })
  .meta({ description: 'JPEG or PNG in base64, bare or as a data URI.' });
