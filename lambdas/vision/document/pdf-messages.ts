/** What the thread that draws PDFs and the one that asks it say to each other, and how large a page is drawn. Pure. */
import type { Raster } from '../picture.ts';

/** What is used of the WebAssembly API, which Node has and its types leave out. */
export const webAssembly = (globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }).WebAssembly;

interface WebAssemblyApi {
  compile(bytes: Uint8Array): Promise<WebAssemblyModule>;
  instantiate(module: WebAssemblyModule, imports: object): Promise<object>;
}

/** Compiled code; threads share it. */
export interface WebAssemblyModule {
  readonly [Symbol.toStringTag]: string;
}

export interface PdfStart {
  readonly bytes: Uint8Array;
  /** PDFium. */
  readonly module: WebAssemblyModule;
  /** Most memory that PDFium may take. */
  readonly memoryBytes: number;
}

/** Draws a page, counted from 0. */
export interface PdfRequest {
  readonly page: number;
}

export type PdfReply =
  /** PDFium runs; from now on what breaks down is the document's fault. */
  | { readonly ready: true }
  | { readonly pages: number }
  | { readonly refused: 'locked' | 'broken' }
  | { readonly page: Raster | 'broken' };

/** Dots per point: 200 to the inch, at which a card on a page of A4 is 670 pixels wide. */
const SCALE = 200 / 72;
/** Longer side, pixels. Pages may claim to be no larger than a stamp, or the size of a house. */
const LEAST_SIDE = 1600;
const MOST_SIDE = 4000;

/** Pixels of a page of so many points: whatever it claims, at most 4000 on the longer side and at least one. */
export function pixelsOf(width: number, height: number): { readonly width: number; readonly height: number } {
  const side = Math.max(width, height);
  if (!(side >= 1 && Number.isFinite(side))) return { width: 1, height: 1 };
  const scale = Math.min(MOST_SIDE, Math.max(LEAST_SIDE, side * SCALE)) / side;
  const pixels = (length: number) => Math.min(MOST_SIDE, Math.max(1, Math.floor(length * scale) || 1));
  return { width: pixels(width), height: pixels(height) };
}
