import type { ImageFault } from './evidence.ts';

/** Of an upload: it … */
export const faultWords: Readonly<Record<ImageFault, string>> = {
  image_empty: 'is empty or was never uploaded',
  image_unsupported_format:
    'is no image of a format that is taken (JPEG, PNG, WebP, AVIF, TIFF, GIF; documents also as PDF, on the hosted page also as HEIC and BMP)',
  image_truncated: 'is cut short: the upload broke off',
  image_too_many_pixels: 'has more pixels than are taken',
  image_too_small: 'is too small to see anything in it',
  image_undecodable: 'is damaged and cannot be decoded',
  pdf_encrypted: 'is a PDF that is locked by a password',
  pdf_no_pages: 'is a PDF without a page',
  pdf_too_complex: 'is a PDF that takes too long, or too much memory, to draw',
};

/** Why an upload could not be looked at, as a sentence. */
export const faultReason = (what: 'selfie' | 'document image' | 'frame', fault: ImageFault): string =>
  `The ${what} ${faultWords[fault]}.`;
