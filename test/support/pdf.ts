/** PDFs written by hand: what a test needs of ISO 32000-1, and nothing that a program for PDFs would do. */
import { deflateSync } from 'node:zlib';

interface PdfImage {
  readonly width: number;
  readonly height: number;
  readonly jpeg: Uint8Array;
}

/** One page: an image over all of it, drawing instructions, or nothing. */
export interface PdfPage {
  readonly image?: PdfImage;
  readonly content?: string | Uint8Array;
  /** Of the content stream. */
  readonly filter?: string;
  /** `[left bottom right top]`, points. Default A4. */
  readonly mediaBox?: readonly [number, number, number, number];
  /** More entries of the page's dictionary. */
  readonly more?: string;
}

export interface PdfOptions {
  /** More entries of the document's catalogue. */
  readonly catalogue?: string;
  /** More entries of the trailer. */
  readonly trailer?: string;
  /** More objects, numbered from `FIRST_MORE`. */
  readonly objects?: readonly (string | Uint8Array)[];
}

/** Number of the first of `PdfOptions.objects`. */
export const FIRST_MORE = 3;
const A4 = [0, 0, 595, 842] as const;

/** The file: catalogue, page tree, `objects`, then each page with its content and image. */
export function pdf(
  pages: readonly PdfPage[],
  { catalogue = '', trailer = '', objects = [] }: PdfOptions = {},
): Buffer {
  const bodies: (string | Uint8Array)[] = ['', '', ...objects];
  const add = (body: string | Uint8Array): string => `${bodies.push(body)} 0 R`;
  const kids = pages.map(({ image, content, filter, mediaBox = A4, more = '' }) => {
    const [left, bottom, right, top] = mediaBox;
    const picture = image && add(imageObject(image));
    const instructions =
      content ?? (picture ? `q ${right - left} 0 0 ${top - bottom} ${left} ${bottom} cm /I Do Q` : '');
    const contents = add(streamObject(instructions, filter ? `/Filter ${filter}` : ''));
    const resources = picture ? `/XObject <</I ${picture}>>` : '';
    return add(
      `<</Type /Page /Parent 2 0 R /MediaBox [${mediaBox.join(' ')}] /Resources <<${resources}>> /Contents ${contents} ${more}>>`,
    );
  });
  bodies[0] = `<</Type /Catalog /Pages 2 0 R ${catalogue}>>`;
  bodies[1] = `<</Type /Pages /Count ${kids.length} /Kids [${kids.join(' ')}]>>`;
  return file(bodies, trailer);
}

export const streamObject = (data: string | Uint8Array, entries = ''): Buffer => {
  const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data;
  return Buffer.concat([
    Buffer.from(`<</Length ${bytes.length} ${entries}>>\nstream\n`),
    bytes,
    Buffer.from('\nendstream'),
  ]);
};

const imageObject = ({ width, height, jpeg }: PdfImage): Buffer =>
  streamObject(
    jpeg,
    `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode`,
  );

function file(bodies: readonly (string | Uint8Array)[], trailer: string): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1')];
  let length = (parts[0] as Buffer).length;
  const offsets = bodies.map((body, i) => {
    const at = length;
    const part = Buffer.concat([Buffer.from(`${i + 1} 0 obj\n`), Buffer.from(body), Buffer.from('\nendobj\n')]);
    parts.push(part);
    length += part.length;
    return `${String(at).padStart(10, '0')} 00000 n \n`;
  });
  const size = bodies.length + 1;
  parts.push(
    Buffer.from(
      `xref\n0 ${size}\n0000000000 65535 f \n${offsets.join('')}trailer\n<</Size ${size} /Root 1 0 R ${trailer}>>\nstartxref\n${length}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}

/** A password that nobody knows: entries as ISO 32000-1, 7.6.3 has them, of random bytes. */
export const lockedPdf = (): Buffer =>
  pdf([{}], {
    objects: [`<</Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O <${'5a'.repeat(32)}> /U <${'a5'.repeat(32)}>>>`],
    trailer: `/Encrypt ${FIRST_MORE} 0 R /ID [<${'01'.repeat(16)}> <${'01'.repeat(16)}>]`,
  });

/** An image of so many pixels each way, all of one grey, in a few kilobytes: deflated twice. */
export function imageBomb(side: number): Buffer {
  const zeros = deflateSync(deflateSync(Buffer.alloc(side * side)));
  const image = streamObject(
    zeros,
    `/Type /XObject /Subtype /Image /Width ${side} /Height ${side} /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter [/FlateDecode /FlateDecode]`,
  );
  return pdf([{ content: 'q 595 0 0 842 0 0 cm /I Do Q', more: `/Resources <</XObject <</I ${FIRST_MORE} 0 R>>>>` }], {
    objects: [image],
  });
}
