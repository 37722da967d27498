import sharp from 'sharp';
import { createVision } from '../../../lambdas/vision/engine.ts';
import { decodePicture } from '../../../lambdas/vision/image.ts';
import type { Raster } from '../../../lambdas/vision/picture.ts';
import { ensureModels, modelsFolder } from '../../../models/ensure.ts';
import { type Person, selfie } from '../../support/faces.ts';
import { type Held, headTurned, heldUp, type Turn } from '../../support/scene.ts';

/** How much deeper a head is than the relief of its mesh. */
const relief = 1.6;

const jpeg = ({ data, width, height }: Raster): Promise<Buffer> =>
  sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 90 })
    .toBuffer();

/** Frames of one session, rendered from one photo: a head that turns in space, or a print that is held before a camera. */
export async function motionOf(person: Person) {
  await ensureModels();
  const still = await selfie(person);
  const picture = await decodePicture(still);
  const reading = await (await createVision({ folder: modelsFolder(), threads: 1 })).readFace(still);
  if (!picture.ok || !reading.ok || !reading.value.face) throw new Error(`No face of ${person}.`);
  const { face } = reading.value;
  const { width, height } = picture.value;
  const wall = { width, height, data: new Uint8Array(width * height * 3).fill(150) };
  return {
    still,
    turned: (turn: Turn): Promise<Buffer> => jpeg(headTurned(picture.value, face, relief, turn)),
    print: (held: Held): Promise<Buffer> => jpeg(heldUp(picture.value, wall, held)),
  };
}
