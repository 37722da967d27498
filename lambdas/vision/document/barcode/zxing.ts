/** PDF417 symbols of a grey picture, decoded by ZXing-C++ as WebAssembly. The only file that knows zxing-wasm. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { prepareZXingModule, purgeZXingModule, type ReaderOptions, readBarcodes } from 'zxing-wasm/reader';
import type { Grey } from './grey.ts';
import type { Quad } from './quad.ts';

const WASM = 'zxing-wasm/reader/zxing_reader.wasm';

/** A symbol whose error correction held: what it says is what was printed. */
export interface DecodedSymbol {
  readonly bytes: Uint8Array;
  /** Pixels of the picture that was decoded, from the symbol's upper left on around it. */
  readonly corners: Quad;
}

/** Pictures come here upright and at the right size. */
const OPTIONS: ReaderOptions = {
  formats: ['PDF417'],
  maxNumberOfSymbols: 1,
  textMode: 'Plain',
  tryRotate: false,
  tryInvert: false,
  tryDownscale: false,
};

export type DecodeSymbol = (picture: Grey) => Promise<DecodedSymbol | undefined>;

/** Reads the WebAssembly from the package's own folder: nothing comes over the network. Rejects where the package is not installed. */
export async function createZxing(): Promise<DecodeSymbol> {
  const { buffer, byteOffset, byteLength } = await readFile(createRequire(import.meta.url).resolve(WASM));
  const wasmBinary = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
  // One instance for all engines of a process.
  const start = () => prepareZXingModule({ overrides: { wasmBinary }, equalityFn: () => true, fireImmediately: true });
  await start();
  return async (picture) => {
    try {
      return await decodeSymbol(picture);
    } catch {
      // Out of memory, or a fault in the decoder: the instance may be broken. No picture is refused because of its barcode.
      purgeZXingModule();
      await start();
      return undefined;
    }
  };
}

async function decodeSymbol({ width, height, data: grey }: Grey): Promise<DecodedSymbol | undefined> {
  // Red, green, blue and alpha alike: four bytes of one value at once.
  const pixels = new Uint32Array(grey.length);
  for (let i = 0; i < pixels.length; i++) pixels[i] = (grey[i] as number) * 0x01010101;
  const data = new Uint8ClampedArray(pixels.buffer);
  const [found] = await readBarcodes({ data, width, height, colorSpace: 'srgb' }, OPTIONS);
  if (!found?.isValid || unusedCorrection(found.extra) < LEAST_UNUSED) return undefined;
  const { topLeft, topRight, bottomRight, bottomLeft } = found.position;
  const corners = [topLeft, topRight, bottomRight, bottomLeft].map(({ x, y }) => [x, y]) as unknown as Quad;
  return { bytes: found.bytes, corners };
}

/**
 * Share of the error correction that was not needed. Where all of it was, nothing is left to check by: any codewords at all can be
 * corrected into some text, and a worn card was read that way, as gibberish.
 */
const LEAST_UNUSED = 0.15;

function unusedCorrection(extra: string): number {
  const { UEC }: { readonly UEC?: unknown } = JSON.parse(extra || '{}');
  return typeof UEC === 'number' ? UEC : 0;
}
