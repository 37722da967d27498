import sharp from 'sharp';
import { specimen } from '../../../bin/specimen/specimen.ts';
import type { Prompt } from '../../../lambdas/domain/challenge.ts';
import type { Raster } from '../../../lambdas/vision/picture.ts';
import { type Person, portrait, selfie } from '../../support/faces.ts';
import { movingHead } from '../../support/moving-head.ts';
import type { Turn } from '../../support/scene.ts';
import { encodeVideo } from '../../support/video.ts';

/** Photo of a passport with that person's face. JPEG. */
export const idPhoto = async (person: Person = 'ana'): Promise<Uint8Array> =>
  specimen({ portrait: await portrait(person) });

const poses: Partial<Record<Prompt, Turn>> = {
  turn_left: { yaw: 20, pitch: 0 },
  turn_right: { yaw: -20, pitch: 0 },
  look_up: { yaw: 0, pitch: 15 },
};

const fps = 8;

/** Whole blocks of the encoder: even on both sides. */
const even = async (photo: Uint8Array): Promise<Buffer> =>
  sharp(photo).resize(480, 576, { fit: 'cover' }).jpeg({ quality: 92 }).toBuffer();

/** A person who looks into the camera, and does what is asked; a second each. MP4. */
export async function selfieVideo(
  prompts: readonly Prompt[] = ['turn_left'],
  person: Person = 'ana',
): Promise<Uint8Array> {
  const head = await movingHead(await even(await selfie(person)));
  const pictures: Raster[] = [
    head.still,
    ...prompts.map((prompt) => head.turned(poses[prompt] ?? { yaw: 0, pitch: 0 })),
  ];
  const order = [
    ...pictures.flatMap((_, at) => Array.from({ length: fps }, () => at)),
    ...Array.from({ length: fps }, () => 0),
  ];
  return encodeVideo({ pictures, order, fps });
}
