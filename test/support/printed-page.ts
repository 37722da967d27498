import type { VisualLine } from '../../lambdas/domain/visual-zone/printed-lines.ts';

/** Lines of a page: text, left edge, middle, height; a character is about half as wide as its line is high. */
export type Placed = readonly [text: string, x: number, y: number, height?: number, confidence?: number];

export const page = (...placed: readonly Placed[]): VisualLine[] =>
  placed.map(([text, x, y, height = 20, confidence = 0.99]) => ({
    text,
    confidence,
    box: { x, y: y - height / 2, width: Math.max(1, text.length) * height * 0.5, height },
  }));

/** The same page, larger or smaller, moved. */
export const zoomed = (lines: readonly VisualLine[], scale: number, dx = 0, dy = 0): VisualLine[] =>
  lines.map(({ box: { x, y, width, height }, ...line }) => ({
    ...line,
    box: { x: x * scale + dx, y: y * scale + dy, width: width * scale, height: height * scale },
  }));

/** A licence as the AAMVA standard numbers it, of somebody who does not exist. */
export const ohioLicence = page(
  ['OHIO', 40, 40, 40],
  ['DRIVER LICENSE', 240, 40, 26],
  ['4d LIC. NO.', 220, 90],
  ['RT918273', 340, 90],
  ['1QUILLFEATHER', 220, 120],
  ['2ODALYS JUNE', 220, 142],
  ['8 77 HOLLOW LANE', 220, 170],
  ['DAYTON, OH 45402-1234', 232, 190],
  ['3 DOB', 220, 220],
  ['04/09/1991', 290, 220],
  ['4a ISS', 220, 244, 18],
  ['05/11/2021', 290, 244],
  ['4b EXP04/09/2025', 440, 244],
  ['15SEXF', 220, 270],
  ['16 HGT 5-06', 320, 270],
  ['18 EYES BRO', 460, 270],
  ['5DD 918273645', 220, 300, 16],
);

export const germanLicence = page(
  ['FÜHRERSCHEIN', 200, 30, 22],
  ['BUNDESREPUBLIK DEUTSCHLAND', 420, 30, 18],
  ['D', 80, 60, 30],
  ['1. Quellmann', 200, 70],
  ['2. Ottilie Maren', 200, 95],
  ['3. 12.03.1984 Celle', 200, 120],
  ['4a. 07.06.2019', 200, 145],
  ['4c. Stadt Celle', 380, 145],
  ['4b. 06.06.2034', 200, 170],
  ['5. B072RRE2I55', 200, 195],
  ['9. AM/B/L', 200, 240],
);

export const passport = page(
  ['UTOPIA', 200, 30, 26],
  ['PASSPORT', 40, 60, 24],
  ['Code/Code', 300, 60, 14],
  ['UTO', 310, 82],
  ['Passport No./No de passeport', 480, 60, 14],
  ['X7391204', 490, 82],
  ['Surname/Nom', 200, 110, 14],
  ['QUELLMANN', 205, 132],
  ['Given names/Prénoms', 200, 160, 14],
  ['OTTILIE MAREN', 205, 182],
  ['Nationality/Nationalité', 200, 210, 14],
  ['UTOPIAN', 205, 232],
  ['Date of birth/Date de naissance', 200, 260, 14],
  ['12 MAR/MARS 1984', 205, 282],
  ['Sex/Sexe', 200, 310, 14],
  ['F', 205, 332],
  ['Place of birth/Lieu de naissance', 380, 310, 14],
  ['CELLE', 385, 332],
  ['Date of issue/Date de délivrance', 200, 360, 14],
  ['07 JUN/JUIN 2019', 205, 382],
  ['Date of expiry/Date d’expiration', 200, 410, 14],
  ['06 JUN/JUIN 2029', 205, 432],
  ['P<UTOQUELLMANN<<OTTILIE<MAREN<<<<<<<<<<<<<<<', 40, 500],
);
