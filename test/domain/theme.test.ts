import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Colour, contrast, readColour, toHex } from '../../lambdas/domain/colour.ts';
import { LEAST_CONTRAST, LEAST_OUTLINE, paletteOf, readTheme, themeCss } from '../../lambdas/domain/theme.ts';

const part = fc.integer({ min: 0, max: 255 });
const hex = fc.tuple(part, part, part).map((colour) => toHex(colour));
const colours = fc.record({ primary: hex, background: hex, text: hex }, { requiredKeys: [] });
const schemes = ['light', 'dark'] as const;
const colourOf = (text: string): Colour => readColour(text) ?? [0, 0, 0];

describe('colours', () => {
  it('contrast is WCAG’s: its own examples', () => {
    expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 5);
    expect(contrast([119, 119, 119], [255, 255, 255])).toBeCloseTo(4.48, 2);
    expect(contrast([118, 118, 118], [255, 255, 255])).toBeCloseTo(4.54, 2);
  });

  it('are read in both lengths, and nothing else is one', () => {
    expect(readColour('#fA0')).toEqual([255, 170, 0]);
    expect(readColour('#0b5cad')).toEqual([11, 92, 173]);
    for (const text of ['red', '#12', '#1234567', 'rgb(0,0,0)', '#ggg', '', undefined, 5]) {
      expect(readColour(text)).toBeUndefined();
    }
  });
});

describe('a partner’s theme', () => {
  it('P-01 whatever colours it names, all text can be read and all outlines be seen', () => {
    fc.assert(
      fc.property(colours, fc.constantFrom(...schemes), (given, scheme) => {
        const palette = paletteOf({ colours: given }, scheme);
        const ratio = (a: keyof typeof palette, b: keyof typeof palette) =>
          contrast(colourOf(palette[a]), colourOf(palette[b]));
        for (const ground of ['paper', 'card', 'tint'] as const) {
          for (const text of ['ink', 'soft', 'accent-ink', 'good', 'bad', 'wait'] as const) {
            expect(ratio(text, ground), `${text} on ${ground}`).toBeGreaterThanOrEqual(LEAST_CONTRAST);
          }
          for (const shape of ['accent', 'line'] as const) {
            expect(ratio(shape, ground), `${shape} on ${ground}`).toBeGreaterThanOrEqual(LEAST_OUTLINE);
          }
        }
        expect(ratio('on-accent', 'accent')).toBeGreaterThanOrEqual(LEAST_CONTRAST);
      }),
      { numRuns: 400 },
    );
  });

  it('keeps a colour that can be read as it is', () => {
    const palette = paletteOf({ colours: { primary: '#0b5cad', background: '#ffffff' } }, 'light');
    expect(palette).toMatchObject({
      accent: '#0b5cad',
      'accent-ink': '#0b5cad',
      paper: '#ffffff',
      'on-accent': '#ffffff',
    });
  });

  it('is dark in the dark and light in the light', () => {
    fc.assert(
      fc.property(colours, (given) => {
        const [light, dark] = schemes.map((scheme) => colourOf(paletteOf({ colours: given }, scheme).paper));
        expect(contrast(light as Colour, [0, 0, 0])).toBeGreaterThan(12);
        expect(contrast(dark as Colour, [255, 255, 255])).toBeGreaterThan(12);
      }),
    );
  });

  it('keeps what can be used, and nothing else', () => {
    const logo = 'data:image/png;base64,iVBORw0KGgo=';
    const theme = {
      name: ' Acme ',
      logo,
      colours: { primary: '#F80', border: '#000' },
      font: 'serif',
      copy: { welcomeTitle: 'Hi', other: 'x' },
    };
    expect(readTheme(theme)).toEqual({
      name: 'Acme',
      logo,
      colours: { primary: '#ff8800' },
      font: 'serif',
      copy: { welcomeTitle: 'Hi' },
    });
  });

  it.each([
    ['a logo from elsewhere', { logo: 'https://cdn.example/logo.png' }],
    ['a logo that is a page', { logo: 'data:text/html;base64,AAAA' }],
    ['a logo too large', { logo: `data:image/png;base64,${'A'.repeat(200_000)}` }],
    ['a font of its own', { font: 'Comic Sans' }],
    ['a font named like a method', { font: 'constructor' }],
    ['colours that are none', { colours: { primary: 'red;}body{display:none' } }],
  ])('%s is left out', (_, theme) => {
    expect(readTheme(theme)).toEqual({ colours: {}, copy: {} });
  });

  it('nothing that it says gets into the CSS but colours and the name of a font', () => {
    fc.assert(
      fc.property(
        fc.anything(),
        fc.record({ colours: fc.dictionary(fc.string(), fc.string()), font: fc.string(), name: fc.string() }),
        (junk, theme) => {
          for (const one of [junk, theme]) {
            expect(themeCss(readTheme(one))).toMatch(
              /^:root\{--font:[\w\s,"-]+(;--[\w-]+:#[0-9a-f]{6})+\}@media \(prefers-color-scheme:dark\)\{:root\{--[\w-]+:#[0-9a-f]{6}(;--[\w-]+:#[0-9a-f]{6})+\}\}$/,
            );
          }
        },
      ),
    );
  });
});
