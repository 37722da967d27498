import { type Colour, inkOn, isDark, mix, readColour, standingOut, toHex } from './colour.ts';

/** Fonts of the person's own device: none is fetched. */
const fonts = {
  system: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  humanist: 'Seravek, "Gill Sans Nova", Ubuntu, Calibri, "DejaVu Sans", source-sans-pro, sans-serif',
  geometric: 'Avenir, Montserrat, Corbel, "URW Gothic", source-sans-pro, sans-serif',
  rounded:
    'ui-rounded, "Hiragino Maru Gothic ProN", Quicksand, Comfortaa, Manjari, "Arial Rounded MT Bold", Calibri, sans-serif',
  serif: 'Charter, "Bitstream Charter", "Sitka Text", Cambria, Georgia, serif',
} as const;

export type FontName = keyof typeof fonts;
export const fontNames = Object.keys(fonts) as readonly FontName[];

/** Texts that a partner may word itself, in its own language. */
export const copyKeys = [
  'welcomeTitle',
  'welcomeText',
  'consentNote',
  'verifiedText',
  'personText',
  'rejectedText',
] as const;
type CopyKey = (typeof copyKeys)[number];

/** How a partner's pages look. Everything may be absent. */
export interface Theme {
  readonly name?: string;
  /** A `data:` address of a picture: pages fetch nothing from other hosts. */
  readonly logo?: string;
  /** `#rrggbb`: of buttons and links, of the page, of its text. */
  readonly colours?: { readonly primary?: string; readonly background?: string; readonly text?: string };
  readonly font?: FontName;
  readonly copy?: Readonly<Partial<Record<CopyKey, string>>>;
}

const LONGEST_NAME = 80;
const LONGEST_COPY = 600;
/** Characters of base64: about 96 kB of picture. */
const LONGEST_LOGO = 131_072;
const logo = /^data:image\/(?:png|jpeg|webp|gif|svg\+xml);base64,[A-Za-z0-9+/]+={0,2}$/;

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
const textOf = (value: unknown, longest: number): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, longest) : undefined;

const present = <T extends Fields>(fields: T): { [Key in keyof T]?: NonNullable<T[Key]> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;

/** What of a tenant's `theme` can be used; the rest is as if it were not there. */
export function readTheme(value: unknown): Theme {
  const { name, logo: picture, colours, font, copy } = fieldsOf(value);
  const { primary, background, text } = fieldsOf(colours);
  const hexOf = (one: unknown) => {
    const colour = readColour(one);
    return colour && toHex(colour);
  };
  const words = fieldsOf(copy);
  const fits = typeof picture === 'string' && picture.length <= LONGEST_LOGO && logo.test(picture);
  return present({
    name: textOf(name, LONGEST_NAME),
    logo: fits ? picture : undefined,
    colours: present({ primary: hexOf(primary), background: hexOf(background), text: hexOf(text) }),
    font: typeof font === 'string' && Object.hasOwn(fonts, font) ? (font as FontName) : undefined,
    copy: present(Object.fromEntries(copyKeys.map((key) => [key, textOf(words[key], LONGEST_COPY)]))),
  });
}

/** WCAG 2.2, 1.4.3: of text. */
export const LEAST_CONTRAST = 4.5;
/** WCAG 2.2, 1.4.11: of what is no text, such as borders of fields. */
export const LEAST_OUTLINE = 3;

/** Contrast of a page with the text that it shows by default: keeps its tints faint enough for every other colour to stand out. */
const LEAST_PAPER = 13;

const LIGHT = { paper: [255, 255, 255], ink: [22, 32, 44] } as const satisfies Record<string, Colour>;
const DARK = { paper: [15, 20, 27], ink: [236, 241, 246] } as const satisfies Record<string, Colour>;
const PRIMARY: Colour = [29, 78, 216];
const GOOD: Colour = [21, 128, 61];
const BAD: Colour = [200, 30, 30];
const WAIT: Colour = [180, 95, 6];

/** Colours of one scheme by the names of their CSS variables, without the dashes. */
export type Palette = Readonly<
  Record<
    | 'paper'
    | 'card'
    | 'ink'
    | 'soft'
    | 'line'
    | 'accent'
    | 'on-accent'
    | 'accent-ink'
    | 'tint'
    | 'good'
    | 'bad'
    | 'wait',
    string
  >
>;

/** Colours of the light or the dark scheme: the partner's own, moved as far as it takes for each to be read where it stands. */
export function paletteOf({ colours = {} }: Theme, scheme: 'light' | 'dark'): Palette {
  const base = scheme === 'light' ? LIGHT : DARK;
  const wanted = readColour(colours.background);
  const fits = wanted !== undefined && (scheme === 'light' || isDark(wanted));
  const paper = standingOut(
    fits ? wanted : base.paper,
    [scheme === 'light' ? [0, 0, 0] : [255, 255, 255]],
    LEAST_PAPER,
  );
  const card = mix(paper, inkOn(paper), 0.045);
  const primary = readColour(colours.primary) ?? PRIMARY;
  const tint = mix(paper, primary, 0.1);
  const grounds = [paper, card, tint];
  const ink = standingOut(readColour(colours.text) ?? base.ink, grounds, 7);
  // A button must be told from the page, and its words from the button.
  const accent = standingOut(primary, grounds, LEAST_OUTLINE);
  const read = (colour: Colour): Colour => standingOut(colour, grounds, LEAST_CONTRAST);
  const palette: Record<keyof Palette, Colour> = {
    paper,
    card,
    ink,
    soft: read(mix(ink, paper, 0.35)),
    line: standingOut(mix(paper, ink, 0.4), grounds, LEAST_OUTLINE),
    accent,
    'on-accent': inkOn(accent),
    'accent-ink': read(primary),
    tint,
    good: read(GOOD),
    bad: read(BAD),
    wait: read(WAIT),
  };
  return Object.fromEntries(Object.entries(palette).map(([name, colour]) => [name, toHex(colour)])) as Palette;
}

const declarations = (palette: Palette): string =>
  Object.entries(palette)
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(';');

/** CSS that gives the pages' variables their values, for both schemes. Nothing of a partner's text is in it. */
export function themeCss(theme: Theme): string {
  const font = `--font:${fonts[theme.font ?? 'system']}`;
  const dark = `@media (prefers-color-scheme:dark){:root{${declarations(paletteOf(theme, 'dark'))}}}`;
  return `:root{${font};${declarations(paletteOf(theme, 'light'))}}${dark}`;
}
