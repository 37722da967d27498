import { join } from 'node:path';
import sharp from 'sharp';

const photos = join(import.meta.dirname, '../../node_modules/@vladmandic/face-api/demo');

/** Faces in the photos that a package of ours brings: where each is, in pixels. */
const people = {
  ana: { file: 'sample6.jpg', left: 640, top: 330, width: 300, height: 380 },
  bea: { file: 'sample6.jpg', left: 1430, top: 230, width: 300, height: 380 },
  cleo: { file: 'sample1.jpg', left: 1420, top: 140, width: 320, height: 400 },
  'cleo again': { file: 'sample3.jpg', left: 1020, top: 150, width: 340, height: 440 },
  dora: { file: 'sample5.jpg', left: 290, top: 800, width: 360, height: 460 },
} as const;

export type Person = keyof typeof people;

/** The face as it would be printed on a document. JPEG. */
export const portrait = (person: Person): Promise<Buffer> => {
  const { file, ...region } = people[person];
  return sharp(join(photos, file)).extract(region).jpeg({ quality: 92 }).toBuffer();
};

/** The same face as a selfie: larger, lighter, compressed again. The pose is the same: it shows that things fit together, not accuracy. */
export const selfie = (person: Person): Promise<Buffer> => {
  const { file, ...region } = people[person];
  return sharp(join(photos, file))
    .extract(region)
    .resize(720)
    .modulate({ brightness: 1.08 })
    .jpeg({ quality: 85 })
    .toBuffer();
};

/** Two people beside each other, both looking at the camera. JPEG. */
export const twoPeople = (): Promise<Buffer> =>
  sharp(join(photos, 'sample3.jpg'))
    .extract({ left: 400, top: 60, width: 1100, height: 619 })
    .jpeg({ quality: 92 })
    .toBuffer();
