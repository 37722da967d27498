/** One side of a document, uploaded as a picture or as a PDF → what can be read on it, and the picture it was read on. */
import { editorNamed } from '../../domain/editing-programs.ts';
import type { DocumentReading, ImageFault } from '../../domain/evidence.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import type { Vision } from '../../ports/vision.ts';
import { decodePicture, LEAST_SIDE, metadataText } from '../image.ts';
import type { Picture } from '../picture.ts';
import { startStopwatch, sumStages } from '../stopwatch.ts';
import type { DocumentEngine, ReadingEffort } from './engine.ts';
import { isPdf, openPdf, type Pdf } from './pdf.ts';

export interface SeenDocument {
  readonly picture: Picture;
  /** With the decoding, or the drawing, as a stage like any other. */
  readonly document: DocumentReading;
}

export interface DocumentLook {
  readonly effort?: ReadingEffort;
  /** Shorter side that is not too small, pixels. Default `LEAST_SIDE`, as of pictures: a page may be a mere line. */
  readonly leastSide?: number;
}

/** What the port's `readDocument` asks for: a face is compared and printed fields with it, else the zone is enough. */
export const lookFor = ({ portrait, leastSide }: Parameters<Vision['readDocument']>[1]): DocumentLook => ({
  effort: portrait ? 'whole' : 'zone',
  leastSide,
});

/** Pages that are looked at, however many there are: a cover sheet, and the two sides of a card. */
const MOST_PAGES = 3;

export async function readDocument(
  engine: Pick<DocumentEngine, 'read'>,
  image: Uint8Array,
  { effort, leastSide = LEAST_SIDE }: DocumentLook = {},
): Promise<Result<SeenDocument, ImageFault>> {
  const watch = startStopwatch();
  const read = (picture: Picture) => engine.read(picture, effort);
  if (isPdf(image)) {
    const pdf = await watch.time('decode', () => openPdf(image));
    if (!pdf.ok) return pdf;
    try {
      return await readPages(read, pdf.value, leastSide);
    } finally {
      await pdf.value.close();
    }
  }
  const picture = await watch.time('decode', () => decodePicture(image, { minSide: leastSide }));
  if (!picture.ok) return picture;
  const reading = await read(picture.value);
  const document = { ...reading, ...(effort !== 'zone' && { editor: editorNamed(await metadataText(image)) }) };
  return ok({ picture: picture.value, document: { ...document, stages: sumStages(watch.stages(), document.stages) } });
}

/**
 * The first page with a machine-readable zone, a barcode or printed fields; where none has one, the first with text of a document on it; else the first
 * that is not empty. A page that cannot be drawn is passed over; once the time or the memory is used up, what was read until then counts.
 */
async function readPages(
  read: (picture: Picture) => Promise<DocumentReading>,
  pdf: Pdf,
  leastSide: number,
): Promise<Result<SeenDocument, ImageFault>> {
  const watch = startStopwatch();
  let best: SeenDocument | undefined;
  let empty: Picture | undefined;
  let fault: ImageFault | undefined;
  for (let page = 0; page < Math.min(pdf.pages, MOST_PAGES); page++) {
    const drawn = await watch.time('decode', () => pdf.draw(page));
    if (!drawn.ok) {
      fault ??= drawn.error;
      if (drawn.error === 'pdf_too_complex') break;
      continue;
    }
    if (Math.min(drawn.value.width, drawn.value.height) < leastSide) {
      fault ??= 'image_too_small';
      continue;
    }
    if (isEmpty(drawn.value)) {
      empty ??= drawn.value;
      continue;
    }
    const seen = { picture: drawn.value, document: await read(drawn.value) };
    const stages = sumStages(best?.document.stages ?? {}, seen.document.stages);
    const chosen = best && rankOf(best) >= rankOf(seen) ? best : seen;
    best = { ...chosen, document: { ...chosen.document, stages } };
    if (rankOf(best) === SURE) break;
  }
  if (!best && empty) best = { picture: empty, document: await read(empty) };
  if (!best) return fail(fault ?? 'image_undecodable');
  return ok({ ...best, document: { ...best.document, stages: sumStages(watch.stages(), best.document.stages) } });
}

const SURE = 2;

const rankOf = ({ document: { mrz, barcode, visual, found } }: SeenDocument): number =>
  mrz || barcode || visual ? SURE : found ? 1 : 0;

/** Levels that paper may differ by. */
const NOISE = 12;

/** One colour all over: there is nothing to read, and finding that out by reading takes a second. */
function isEmpty({ data }: Picture): boolean {
  const [red = 0, green = 0, blue = 0] = data;
  for (let i = 0; i < data.length; i += 3) {
    if (Math.abs((data[i] as number) - red) > NOISE) return false;
    if (Math.abs((data[i + 1] as number) - green) > NOISE) return false;
    if (Math.abs((data[i + 2] as number) - blue) > NOISE) return false;
  }
  return true;
}
