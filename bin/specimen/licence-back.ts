/** Backs of made-up licences, drawn: a magnetic stripe, a PDF417 symbol, and lines of small print as strokes. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import sharp from 'sharp';
import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer';
import type { Raster } from '../../lambdas/vision/picture.ts';

let ready: Promise<unknown> | undefined;

/** One byte per module, 0 black, and how many there are. Rows are three modules high. */
async function symbolOf(text: string, columns: number, correction: number) {
  ready ??= readFile(createRequire(import.meta.url).resolve('zxing-wasm/writer/zxing_writer.wasm')).then((bytes) =>
    prepareZXingModule({
      overrides: { wasmBinary: Uint8Array.from(bytes).buffer },
      fireImmediately: true,
    }),
  );
  await ready;
  const options = `columns=${columns},ecLevel=${correction}`;
  const { symbol, error } = await writeBarcode(text, { format: 'PDF417', addQuietZones: false, options });
  if (error) throw new Error(error);
  return symbol;
}

export interface BackOptions {
  /** What the symbol says. */
  readonly text: string;
  /** Data columns of the symbol. Default 12: wide and low. */
  readonly columns?: number;
  /** Level of error correction, 0 to 8: 2 to 512 codewords. Default 5; real cards have from 2 on. */
  readonly correction?: number;
  /** Default 14: a card of about 1,200 pixels. */
  readonly pixelsPerMillimetre?: number;
  /** Table around the card, millimetres. Default 12. */
  readonly margin?: number;
}

/** A card from above, straight, on a table. */
export async function licenceBack(options: BackOptions): Promise<Raster> {
  const { text, columns = 12, correction = 5, pixelsPerMillimetre: scale = 14, margin = 12 } = options;
  const symbol = await symbolOf(text, columns, correction);
  const [width, height] = [72, (72 * symbol.height) / symbol.width];
  const pixels = (millimetres: number) => Math.round(millimetres * scale);
  const bars = await sharp(symbol.data, { raw: { width: symbol.width, height: symbol.height, channels: 1 } })
    .resize(pixels(width), pixels(height), { fit: 'fill', kernel: 'nearest' })
    .png()
    .toBuffer();
  const prints = Array.from({ length: 4 }, (_, i) => `M8 ${20 + i * 2.2}H${60 - i * 7}`).join('');
  const card = `<svg xmlns="http://www.w3.org/2000/svg" width="${pixels(85.6)}" height="${pixels(54)}" viewBox="0 0 85.6 54">
    <rect width="85.6" height="54" rx="3" fill="#e4e8ea"/><rect y="5" width="85.6" height="11" fill="#15151a"/>
    <path d="${prints}" stroke="#333" stroke-width="1" stroke-dasharray=".7 .5 1.1 .4 .3 .6"/>
    <rect x="5.8" y="31" width="74" height="${height + 2}" fill="#f6f8f8"/></svg>`;
  const { data, info } = await sharp({
    create: { width: pixels(85.6 + 2 * margin), height: pixels(54 + 2 * margin), channels: 3, background: '#74685c' },
  })
    .composite([
      { input: Buffer.from(card), left: pixels(margin), top: pixels(margin) },
      { input: bars, left: pixels(margin + 6.8), top: pixels(margin + 32) },
    ])
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8Array(data) };
}
