/**
 * Faces for the demo, cut from the sample photos that ride in `@vladmandic/face-api` (MIT). The project itself holds no picture of
 * a person. One woman is in two of the photos; beside her in the second sits another: certainly not the same person.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { CommandError } from '../terminal/command-error.ts';

/** A square of a sample photo: its middle and half its side, pixels. */
interface Cut {
  readonly sample: string;
  readonly x: number;
  readonly y: number;
  readonly half: number;
}

/** Wide enough for passive liveness, which looks at four times the face; narrow enough to hold one face only. */
const cuts = {
  selfie: { sample: 'sample1.jpg', x: 1573, y: 328, half: 400 },
  portrait: { sample: 'sample3.jpg', x: 1182, y: 370, half: 260 },
  impostor: { sample: 'sample3.jpg', x: 700, y: 478, half: 260 },
} as const satisfies Record<string, Cut>;

async function readSample(name: string): Promise<Uint8Array> {
  try {
    const require = createRequire(import.meta.url);
    return await readFile(join(dirname(require.resolve('@vladmandic/face-api/package.json')), 'demo', name));
  } catch {
    throw new CommandError(
      'The demo photos ride in @vladmandic/face-api, which is not installed; give your own: --selfie, --document, --impostor.',
    );
  }
}

/** JPEG bytes of a face of the demo. @throws CommandError if the package with the photos is not installed */
export async function demoFace(name: keyof typeof cuts): Promise<Uint8Array> {
  const { sample, x, y, half } = cuts[name];
  const photo = await readSample(sample);
  const { width, height } = await sharp(photo).metadata();
  const [left, top] = [Math.max(0, x - half), Math.max(0, y - half)];
  const [right, bottom] = [Math.min(width, x + half), Math.min(height, y + half)];
  return sharp(photo)
    .extract({ left, top, width: right - left, height: bottom - top })
    .jpeg({ quality: 92 })
    .toBuffer();
}
