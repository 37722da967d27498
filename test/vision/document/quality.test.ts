import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judge, measureQuality, type QualityFigures } from '../../../lambdas/vision/document/quality.ts';
import type { RotatedRect } from '../../../lambdas/vision/document/rotated-rect.ts';
import { type Raster, resize } from '../../../lambdas/vision/picture.ts';
import { bertasBack, outOfFocus } from '../../support/licence.ts';

const WIDTH = 600;
const HEIGHT = 400;

/** Strokes like letters' on paper, in grey levels; the left `burnt` pixels are white. */
function page({ ink = 30, paper = 200, burnt = 0 } = {}): Raster {
  const data = new Uint8Array(WIDTH * HEIGHT * 3);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const onLine = y % 50 >= 15 && y % 50 < 35;
      const stroke = onLine && x % 12 < 5;
      const value = x < burnt ? 255 : stroke ? ink : paper;
      data.fill(value, (y * WIDTH + x) * 3, (y * WIDTH + x) * 3 + 3);
    }
  }
  return { width: WIDTH, height: HEIGHT, data };
}

const boxes: RotatedRect[] = [25, 75, 125, 175, 225, 275, 325, 375].flatMap((cy) =>
  [100, 300, 500].map((cx) => ({ cx, cy, width: 190, height: 24, angle: 0 })),
);

describe('quality of a document', () => {
  test('a sharp, well-lit page has no reasons and full marks', () => {
    const { value, reasons } = measureQuality({ raster: page(), boxes });
    expect(reasons).toEqual([]);
    expect(value).toBeGreaterThan(0.9);
  });

  test('soft edges are blur, a dark page is dark, burnt text is glare, tiny text is resolution', () => {
    const soft = resize(resize(page(), WIDTH / 5, HEIGHT / 5), WIDTH, HEIGHT);
    expect(measureQuality({ raster: soft, boxes }).reasons).toEqual(['blur']);
    expect(measureQuality({ raster: page({ ink: 10, paper: 60 }), boxes }).reasons).toContain('dark');
    expect(measureQuality({ raster: page({ burnt: 210 }), boxes }).reasons).toEqual(['glare']);
    const tiny = boxes.map((box) => ({ ...box, height: 7 }));
    expect(measureQuality({ raster: page(), boxes: tiny }).reasons).toContain('resolution');
  });

  test('white paper is no glare', () => {
    expect(measureQuality({ raster: page({ paper: 255 }), boxes }).reasons).toEqual([]);
  });

  test('a barcode is judged by itself: half of it is ink, and that is not dark', async () => {
    const back = await bertasBack({ margin: 0 });
    const symbol: RotatedRect = { cx: 599, cy: 558, width: 1008, height: 220, angle: 0 };
    const of = (raster: Raster, scale = 1) => {
      const { cx, cy, width, height } = symbol;
      const scaled = { cx: cx * scale, cy: cy * scale, width: width * scale, height: height * scale, angle: 0 };
      return measureQuality({ raster, boxes: [], symbol: scaled }).reasons;
    };
    expect(of(back)).toEqual([]);
    expect(of(await outOfFocus(back, 5))).toEqual(['blur']);
    expect(of({ ...back, data: back.data.map((level) => level / 4) })).toEqual(['dark']);
    expect(of(resize(back, back.width / 6, back.height / 6), 1 / 6)).toContain('resolution');
    const spot = { ...back, data: Uint8Array.from(back.data) };
    for (let y = 440; y < 680; y++) spot.data.fill(255, (y * back.width + 300) * 3, (y * back.width + 500) * 3);
    expect(of(spot)).toEqual(['glare']);
  });

  test('a page without boxes is judged as a whole', () => {
    expect(measureQuality({ raster: page(), boxes: [] }).value).toBe(0);
  });

  test('the value lies within 0..1 and never rises as a figure gets worse', () => {
    const figures = fc.record({
      sharpness: fc.double({ min: 0, max: 60, noNaN: true }),
      brightness: fc.integer({ min: 0, max: 255 }),
      glare: fc.double({ min: 0, max: 1, noNaN: true }),
      pitch: fc.double({ min: 0, max: 40, noNaN: true }),
    });
    fc.assert(
      fc.property(figures, fc.double({ min: 0, max: 1, noNaN: true }), (better, factor) => {
        const { value } = judge(better);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        const worse: QualityFigures[] = [
          { ...better, sharpness: better.sharpness * factor },
          { ...better, brightness: better.brightness * factor },
          { ...better, pitch: better.pitch * factor },
          { ...better, glare: 1 - (1 - better.glare) * factor },
        ];
        for (const figures of worse) expect(judge(figures).value).toBeLessThanOrEqual(value + 1e-12);
      }),
    );
  });
});
