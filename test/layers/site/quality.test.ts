import { describe, expect, it } from 'vitest';
import { framedSides } from '../../../layers/site/capture/quality/edges.ts';
import { glare } from '../../../layers/site/capture/quality/glare.ts';
import { type Grey, mean, toGrey } from '../../../layers/site/capture/quality/grey.ts';
import { motion } from '../../../layers/site/capture/quality/motion.ts';
import { sharpness } from '../../../layers/site/capture/quality/sharpness.ts';

const picture = (width: number, height: number, level: (x: number, y: number) => number): Grey => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height }, (_, i) => level(i % width, Math.floor(i / width))),
});
/** The same in every run. */
const noise = (x: number, y: number, most: number): number =>
  ((x * 73 + y * 151 + ((x * y) % 17) * 29) % 97) * (most / 97);
/** Rows of print: letters two pixels wide on paper. */
const print = (x: number, y: number, paper = 200): number =>
  y % 8 < 5 && noise(x >> 1, y >> 1, 10) > 5 ? paper - 140 : paper;

/** A box blur, as a lens out of focus does it. */
const blurred = (grey: Grey, radius: number): Grey =>
  picture(grey.width, grey.height, (x, y) => {
    let [sum, count] = [0, 0];
    for (let dy = -radius; dy <= radius; dy += 1) {
      for (let dx = -radius; dx <= radius; dx += 1) {
        const [px, py] = [x + dx, y + dy];
        if (px < 0 || py < 0 || px >= grey.width || py >= grey.height) continue;
        sum += grey.data[py * grey.width + px] ?? 0;
        count += 1;
      }
    }
    return sum / count;
  });

/** Twice is nearly a Gaussian. */
const outOfFocus = (grey: Grey, radius: number): Grey => (radius === 0 ? grey : blurred(blurred(grey, radius), radius));

const frame = { insetX: 0.06, insetY: 0.08 };
/** A document on a table: bright, with print inside its margins, `shift` pixels from where the frame is. */
const document = (shift = 0, hand = false): Grey =>
  picture(240, 160, (x, y) => {
    const [left, right, top, bottom] = [14 + shift, 226 + shift, 13 + shift, 147 + shift];
    if (hand && x > 190) return 120 + noise(x, y, 20);
    if (x < left || x > right || y < top || y > bottom) return 60 + noise(x, y, 12);
    const margin = x < left + 16 || x > right - 16 || y < top + 16 || y > bottom - 16;
    return (margin ? 200 : print(x, y)) + noise(x, y, 6);
  });

describe('grey pictures', () => {
  it('are Rec. 601 luma', () => {
    const data = Uint8ClampedArray.from([255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 255, 255, 255, 255]);
    const { data: grey } = toGrey({ width: 2, height: 2, data });
    for (const [i, level] of [76, 150, 29, 255].entries())
      expect(Math.abs((grey[i] ?? 0) - level)).toBeLessThanOrEqual(1);
  });

  it('have a mean, also where there is nothing', () => {
    expect(mean(picture(4, 4, () => 100))).toBe(100);
    expect(mean(picture(0, 0, () => 0))).toBe(0);
  });
});

describe('sharpness', () => {
  const sharp = picture(192, 192, (x, y) => print(x, y) + noise(x, y, 6));

  it('falls with every pixel of blur', () => {
    const values = [0, 1, 2, 4].map((radius) => sharpness(outOfFocus(sharp, radius)));
    expect(values).toEqual(values.toSorted((a, b) => b - a));
    expect(values[0]).toBeGreaterThan(0.5);
    expect(values[3]).toBeLessThan(0.05);
  });

  it('does not depend on light and contrast', () => {
    const dim = picture(192, 192, (x, y) => 40 + (sharp.data[y * 192 + x] ?? 0) * 0.4);
    expect(sharpness(dim) / sharpness(sharp)).toBeGreaterThan(0.8);
    expect(sharpness(dim) / sharpness(sharp)).toBeLessThan(1.2);
  });

  it('of an empty or a flat picture is nothing', () => {
    expect(sharpness(picture(2, 2, () => 9))).toBe(0);
    expect(sharpness(picture(50, 50, () => 128))).toBe(0);
  });
});

describe('glare', () => {
  const spot = (x: number, y: number): boolean => Math.hypot(x - 150, y - 60) < 25;

  it('is what a reflection washes out', () => {
    expect(glare(picture(240, 160, print))).toBe(0);
    const share = glare(picture(240, 160, (x, y) => (spot(x, y) ? 255 : print(x, y))));
    expect(share).toBeCloseTo((Math.PI * 625) / (240 * 160), 2);
  });

  it('is not white paper in good light', () => {
    expect(glare(picture(240, 160, (x, y) => print(x, y, 255)))).toBe(0);
  });
});

describe('motion', () => {
  const before = document();

  it('is none where nothing moves, whatever the light does', () => {
    expect(motion(before, before)).toBe(0);
    expect(
      motion(
        before,
        picture(240, 160, (x, y) => (before.data[y * 240 + x] ?? 0) + 20),
      ),
    ).toBeLessThan(0.01);
  });

  it('grows with the way', () => {
    const [small, large] = [1, 6].map((shift) => motion(before, document(shift))) as [number, number];
    expect(small).toBeGreaterThan(1);
    expect(large).toBeGreaterThan(Math.max(small, 5));
  });

  it('of pictures of two sizes cannot be told', () => {
    expect(
      motion(
        before,
        picture(10, 10, () => 0),
      ),
    ).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('edges along the frame', () => {
  it('are four of a document in it, and three with a hand over one', () => {
    expect(framedSides(document(), frame)).toBe(4);
    expect(framedSides(document(4), frame)).toBe(4);
    expect(framedSides(document(0, true), frame)).toBe(3);
  });

  it('are none of a table, of a wall of print, or of darkness', () => {
    expect(
      framedSides(
        picture(240, 160, (x, y) => 60 + noise(x, y, 12)),
        frame,
      ),
    ).toBe(0);
    expect(
      framedSides(
        picture(240, 160, (x, y) => print(x, y)),
        frame,
      ),
    ).toBeLessThan(3);
    expect(
      framedSides(
        picture(240, 160, () => 0),
        frame,
      ),
    ).toBe(0);
  });

  it('are fewer than three of a document too small or too large', () => {
    const small = picture(240, 160, (x, y) => (x > 70 && x < 170 && y > 50 && y < 110 ? 200 : 60));
    expect(framedSides(small, frame)).toBeLessThan(3);
    expect(
      framedSides(
        picture(240, 160, (x, y) => print(x, y)),
        frame,
      ),
    ).toBeLessThan(3);
  });
});
