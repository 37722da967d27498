/** As these programs write themselves into what they save: EXIF's `Software`, XMP's `CreatorTool` and `softwareAgent`, comments. */
const PROGRAMS = [
  'Adobe Photoshop',
  'Adobe ImageReady',
  'Adobe Illustrator',
  'Affinity Designer',
  'Affinity Photo',
  'Canva',
  'CorelDRAW',
  'Facetune',
  'GIMP',
  'Inkscape',
  'Krita',
  'Meitu',
  'Paint Shop Pro',
  'PaintShop Pro',
  'Paint.NET',
  'paint.net',
  'Photopea',
  'PhotoScape',
  'PicsArt',
  'Pixelmator',
  'Snapseed',
] as const;

type EditingProgram = (typeof PROGRAMS)[number];

const NAMES = new RegExp(`\\b(?:${PROGRAMS.map((name) => name.replace('.', '\\.')).join('|')})\\b`);

/** The first program for editing pictures that a file's metadata names, in words of ours and not of the file; `null` for none. */
export const editorNamed = (metadata: string): EditingProgram | null =>
  (NAMES.exec(metadata)?.[0] as EditingProgram | undefined) ?? null;
