import sharp from 'sharp';
import { drawText } from '../../../bin/specimen/glyphs.ts';
import { specimen } from '../../../bin/specimen/specimen.ts';

/** The part of a page that has no machine-readable zone: one look is enough. */
export const blurred = async (): Promise<Buffer> =>
  sharp(await specimen())
    .extract({ left: 0, top: 0, width: 1100, height: 630 })
    .blur(2.5)
    .jpeg()
    .toBuffer();

/** Text that is sharp, and of no document. */
export function menu(): Promise<Buffer> {
  const dishes = [
    'SOUP OF THE DAY 5.50',
    'BREAD AND CHEESE 7.20',
    'FISH WITH RICE 12.40',
    'APPLE CAKE 4.80',
    'COFFEE 2.60',
  ];
  const lines = dishes.map((dish, row) => drawText(dish, 60, 60 + row * 90, 30, 34));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="540"><rect width="800" height="540" fill="#f4f1ea"/>${lines.join('')}</svg>`;
  return sharp(Buffer.from(svg)).jpeg().toBuffer();
}
