/**
 * A thread that opens one PDF and draws its pages. It knows nothing else and is ended from outside: what a document makes PDFium do takes
 * as long, and as much memory, as `pdf.ts` allows. PDFium is built without V8 and its forms are never started: no script runs.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { PDFiumModule } from '@hyzyla/pdfium';
import type { Raster } from '../picture.ts';
import { type PdfReply, type PdfRequest, type PdfStart, pixelsOf, webAssembly } from './pdf-messages.ts';

interface DrawnPage extends Raster {
  readonly data: Uint8Array<ArrayBuffer>;
}

type Module = Awaited<ReturnType<typeof PDFiumModule>>;

/** What FPDF_GetLastError says of documents that need a password, or a kind of encryption that is not known. */
const LOCKED = [4, 5];
const RGBA = 4;
const WHITE = 0xffffffff;
/** FPDF_ANNOT | FPDF_REVERSE_BYTE_ORDER: stamps and signatures are shown, colours come as red, green, blue. */
const FLAGS = 0x01 | 0x10;

async function start({ module, memoryBytes }: Omit<PdfStart, 'bytes'>): Promise<Module> {
  const pdfium = await PDFiumModule({
    instantiateWasm: (imports, done) => {
      const env = imports.env as Record<string, unknown>;
      const grow = env.emscripten_resize_heap as (bytes: number) => unknown;
      // A refused allocation ends the drawing, not the process.
      const bounded = (bytes: number) => bytes >>> 0 <= memoryBytes && grow(bytes);
      const bound = { ...imports, env: { ...env, emscripten_resize_heap: bounded } };
      webAssembly.instantiate(module, bound).then(done as (instance: object) => void);
      return {};
    },
  });
  pdfium._FPDF_InitLibraryWithConfig({});
  return pdfium;
}

function allocated(pdfium: Module, bytes: number): number {
  const place = pdfium.wasmExports.malloc(bytes);
  if (place === 0) throw new RangeError(`No room for ${bytes} bytes.`);
  return place;
}

function open(pdfium: Module, bytes: Uint8Array): number | 'locked' | 'broken' {
  const copy = allocated(pdfium, bytes.length);
  pdfium.HEAPU8.set(bytes, copy);
  const document = pdfium._FPDF_LoadMemDocument(copy, bytes.length, 0);
  if (document !== 0) return document;
  return LOCKED.includes(pdfium._FPDF_GetLastError()) ? 'locked' : 'broken';
}

/** RGB. */
function draw(pdfium: Module, document: number, { page: number }: PdfRequest): DrawnPage | 'broken' {
  const page = pdfium._FPDF_LoadPage(document, number);
  if (page === 0) return 'broken';
  const { width, height } = pixelsOf(pdfium._FPDF_GetPageWidth(page), pdfium._FPDF_GetPageHeight(page));
  const pixels = allocated(pdfium, width * height * RGBA);
  const bitmap = pdfium._FPDFBitmap_CreateEx(width, height, RGBA, pixels, width * RGBA);
  pdfium._FPDFBitmap_FillRect(bitmap, 0, 0, width, height, WHITE);
  pdfium._FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, FLAGS);
  const data = new Uint8Array(width * height * 3);
  const heap = pdfium.HEAPU8;
  for (let i = pixels, o = 0; o < data.length; i += RGBA, o += 3) {
    data[o] = heap[i] as number;
    data[o + 1] = heap[i + 1] as number;
    data[o + 2] = heap[i + 2] as number;
  }
  pdfium._FPDFBitmap_Destroy(bitmap);
  pdfium._FPDF_ClosePage(page);
  pdfium.wasmExports.free(pixels);
  return { width, height, data };
}

const { bytes, ...settings } = workerData as PdfStart;
const pdfium = await start(settings);
const reply = (message: PdfReply, moved: readonly ArrayBuffer[] = []) => parentPort?.postMessage(message, moved);
reply({ ready: true });
const document = open(pdfium, bytes);
if (typeof document === 'number') {
  parentPort?.on('message', (request: PdfRequest) => {
    const page = draw(pdfium, document, request);
    reply({ page }, page === 'broken' ? [] : [page.data.buffer]);
  });
  reply({ pages: pdfium._FPDF_GetPageCount(document) });
} else {
  reply({ refused: document });
}
