/** PDFs as pictures of their pages, each document in a thread of its own with a bound on time and memory. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { documentFormat } from '../../domain/document-format.ts';
import type { ImageFault } from '../../domain/evidence.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import type { Picture } from '../picture.ts';
import { type PdfReply, type PdfRequest, type PdfStart, type WebAssemblyModule, webAssembly } from './pdf-messages.ts';

export interface PdfLimits {
  /** For all that is asked of one document: opening it and drawing its pages. Default 6000. */
  readonly milliseconds?: number;
  /** Of PDFium's memory; default 384 MB: the file, the largest raster, and a scan of 50 megapixels beside it. */
  readonly memoryBytes?: number;
}

export interface Pdf {
  readonly pages: number;
  /** A page as a picture, counted from 0. After a fault nothing more can be drawn. */
  draw(page: number): Promise<Result<Picture, ImageFault>>;
  /** Ends the thread; its memory is free again. */
  close(): Promise<void>;
}

/** Where the end of the file is marked (7.5.5). */
const END_WITHIN = 2048;

/** As the contract tells formats: what begins otherwise, and has the header in its first kilobyte, may be another file as well. */
export const isPdf = (bytes: Uint8Array): boolean => documentFormat(bytes) === 'application/pdf';

const textOf = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes);

/** The thread's code, beside this file's: in a bundle as in the source. */
const WORKER = new URL(import.meta.url.endsWith('.ts') ? './pdf-worker.ts' : './pdf-worker.mjs', import.meta.url);

let compiled: Promise<WebAssemblyModule> | undefined;

/** Compiled at the first PDF, and once. */
function pdfium(): Promise<WebAssemblyModule> {
  compiled ??= readFile(createRequire(import.meta.url).resolve('@hyzyla/pdfium/pdfium.wasm')).then((bytes) =>
    webAssembly.compile(bytes),
  );
  return compiled;
}

/** Opens without drawing. The caller closes what was opened; what was refused is closed. */
export async function openPdf(bytes: Uint8Array, limits: PdfLimits = {}): Promise<Result<Pdf, ImageFault>> {
  const { milliseconds = 6000, memoryBytes = 384 * 2 ** 20 } = limits;
  // A copy that moves to the thread: cloning a view would clone all that lies in memory around it.
  const own = Uint8Array.from(bytes);
  const start: PdfStart = { bytes: own, module: await pdfium(), memoryBytes };
  // Without the environment: a document has no business with the function's credentials.
  const worker = new Worker(WORKER, {
    workerData: start,
    transferList: [own.buffer],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16 },
    stdout: true,
    stderr: true,
  });
  const replies = repliesOf(worker);
  let left = milliseconds;
  const ask = async (request?: PdfRequest): Promise<PdfReply | undefined> => {
    const startedAt = performance.now();
    if (request) worker.postMessage(request);
    const reply = await replies.next(left);
    left -= performance.now() - startedAt;
    if (!reply) await worker.terminate();
    return reply;
  };
  const refuse = async (fault: ImageFault) => {
    await worker.terminate();
    return fail(fault);
  };
  if (!(await ask())) {
    const cause = replies.error();
    if (cause) throw new Error('PDFium does not start', { cause });
    return fail('pdf_too_complex');
  }
  const opened = await ask();
  if (!opened) return fail('pdf_too_complex');
  if ('refused' in opened)
    return refuse(
      opened.refused === 'locked' ? 'pdf_encrypted' : endsEarly(bytes) ? 'image_truncated' : 'image_undecodable',
    );
  const pages = 'pages' in opened ? opened.pages : 0;
  if (pages < 1) return refuse('pdf_no_pages');
  return ok({
    pages,
    async draw(page) {
      const drawn = await ask({ page });
      if (!drawn) return fail('pdf_too_complex');
      if (!('page' in drawn) || drawn.page === 'broken') return fail('image_undecodable');
      return ok({ ...drawn.page, format: 'pdf', scale: 1 });
    },
    close: async () => {
      await worker.terminate();
    },
  });
}

const endsEarly = (bytes: Uint8Array): boolean => !textOf(bytes.subarray(-END_WITHIN)).includes('%%EOF');

interface Replies {
  /** The next one; `undefined` if none comes in time, or the thread has broken down, for want of memory or stack for example. */
  next(milliseconds: number): Promise<PdfReply | undefined>;
  /** Why it broke down. */
  error(): Error | undefined;
}

function repliesOf(worker: Worker): Replies {
  const waiting: PdfReply[] = [];
  let broken: Error | undefined;
  let ended = false;
  let wake = () => {};
  worker.on('message', (reply: PdfReply) => {
    waiting.push(reply);
    wake();
  });
  worker.on('error', (error: Error) => {
    broken = error;
    wake();
  });
  worker.on('exit', () => {
    ended = true;
    wake();
  });
  return {
    error: () => broken,
    async next(milliseconds) {
      if (waiting.length === 0 && !broken && !ended) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, Math.max(0, milliseconds));
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      return waiting.shift();
    },
  };
}
