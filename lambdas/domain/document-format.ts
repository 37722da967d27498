export type DocumentFormat = 'image/jpeg' | 'image/png' | 'application/pdf';

/** The first bytes of every JPEG (ITU-T T.81, B.1.1), PNG (RFC 2083, 12.12) and PDF (ISO 32000-1, 7.5.2). */
const beginnings: readonly (readonly [DocumentFormat, readonly number[]])[] = [
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['application/pdf', [0x25, 0x50, 0x44, 0x46, 0x2d]],
];

/** What a file is by its first bytes; undefined for everything else, whatever it is declared to be. */
export const documentFormat = (bytes: Uint8Array): DocumentFormat | undefined =>
  beginnings.find(([, beginning]) => beginning.every((byte, at) => bytes[at] === byte))?.[0];
