/** sRGB, each 0..255, whole numbers. */
export type Colour = readonly [red: number, green: number, blue: number];

const hex = /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i;

/** `#rgb` or `#rrggbb`; undefined for anything else. */
export function readColour(text: unknown): Colour | undefined {
  if (typeof text !== 'string' || !hex.test(text)) return undefined;
  const digits =
    text.length === 4 ? [...text.slice(1)].map((digit) => digit + digit) : (text.slice(1).match(/../g) ?? []);
  const [red = 0, green = 0, blue = 0] = digits.map((pair) => Number.parseInt(pair, 16));
  return [red, green, blue];
}

export const toHex = (colour: Colour): string =>
  `#${colour.map((part) => part.toString(16).padStart(2, '0')).join('')}`;

const BLACK: Colour = [0, 0, 0];
const WHITE: Colour = [255, 255, 255];

/** WCAG 2.2, "relative luminance": 0 is black, 1 is white. */
function luminance(colour: Colour): number {
  const [red = 0, green = 0, blue = 0] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG 2.2, "contrast ratio": 1..21. */
export function contrast(a: Colour, b: Colour): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

/** @param share of `b`, 0..1 */
export const mix = (a: Colour, b: Colour, share: number): Colour => {
  const part = (i: 0 | 1 | 2) => Math.round(a[i] + (b[i] - a[i]) * share);
  return [part(0), part(1), part(2)];
};

export const isDark = (colour: Colour): boolean => contrast(colour, WHITE) > contrast(colour, BLACK);

/** Black or white, whichever is easier to read: at least 4.58:1 on every colour there is. */
export const inkOn = (ground: Colour): Colour => (isDark(ground) ? WHITE : BLACK);

const STEPS = 100;

/**
 * The colour nearest to `colour`, made lighter or darker, that stands out from every ground by `ratio`. Where one way does not lead
 * there the other is taken; where none does, the end that is easier to read.
 */
export function standingOut(colour: Colour, grounds: readonly Colour[], ratio: number): Colour {
  const least = (one: Colour): number => Math.min(...grounds.map((ground) => contrast(one, ground)));
  for (let step = 0; step <= STEPS; step += 1) {
    const [towards, away] = [inkOn(grounds[0] ?? WHITE), inkOn(inkOn(grounds[0] ?? WHITE))];
    for (const end of [towards, away]) {
      const tried = mix(colour, end, step / STEPS);
      if (least(tried) >= ratio) return tried;
    }
  }
  return least(WHITE) > least(BLACK) ? WHITE : BLACK;
}
