/** `ftyp` brands of pictures (ISO/IEC 23008-12); all others of that box are videos. */
const pictureBrands: Readonly<Record<string, string>> = {
  heic: 'image/heic',
  heix: 'image/heic',
  hevc: 'image/heic',
  mif1: 'image/heif',
  msf1: 'image/heif',
  avif: 'image/avif',
};

const signatures: readonly (readonly [type: string, bytes: string, at?: number])[] = [
  ['image/jpeg', '\xff\xd8\xff'],
  ['image/png', '\x89PNG\r\n\x1a\n'],
  ['image/gif', 'GIF8'],
  ['image/webp', 'WEBP', 8],
  ['image/tiff', 'II*\0'],
  ['image/tiff', 'MM\0*'],
  ['image/bmp', 'BM'],
  ['video/x-msvideo', 'AVI ', 8],
  ['video/webm', '\x1a\x45\xdf\xa3'],
  ['video/ogg', 'OggS'],
  ['video/mpeg', '\0\0\x01\xba'],
];

/**
 * What a photo or a video is, by its first bytes; never anything that a browser would run. Who wants to look at it is told so, since what an
 * uploader declares is not to be believed.
 */
export function mediaTypeOf(bytes: Uint8Array): string {
  const head = String.fromCharCode(...bytes.subarray(0, 16));
  if (head.slice(4, 8) === 'ftyp') {
    const brand = head.slice(8, 12);
    const video = brand === 'qt  ' ? 'video/quicktime' : brand.startsWith('3g') ? 'video/3gpp' : 'video/mp4';
    return pictureBrands[brand] ?? video;
  }
  return signatures.find(([, mark, at = 0]) => head.startsWith(mark, at))?.[0] ?? 'application/octet-stream';
}
