/** A head that moves before a camera, or a print of it, drawn from one photo. */
import sharp from 'sharp';
import { createVision } from '../../lambdas/vision/engine.ts';
import { decodePicture } from '../../lambdas/vision/image.ts';
import type { Raster } from '../../lambdas/vision/picture.ts';
import { ensureModels, modelsFolder } from '../../models/ensure.ts';
import { type Held, headTurned, heldUp, type Turn } from './scene.ts';

/** How much deeper a head is than the relief of its mesh. */
const relief = 1.6;

export const jpegOf = ({ data, width, height }: Raster): Promise<Buffer> =>
  sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 90 })
    .toBuffer();

export interface MovingHead {
  readonly still: Raster;
  turned(turn: Turn): Raster;
  print(held: Held): Raster;
}

export async function movingHead(photo: Uint8Array): Promise<MovingHead> {
  await ensureModels();
  const picture = await decodePicture(photo);
  const reading = await (await createVision({ folder: modelsFolder(), threads: 1 })).readFace(photo);
  if (!picture.ok || !reading.ok || !reading.value.face) throw new Error('There is no face to move.');
  const { face } = reading.value;
  const { width, height } = picture.value;
  const wall = { width, height, data: new Uint8Array(width * height * 3).fill(150) };
  return {
    still: picture.value,
    turned: (turn) => headTurned(picture.value, face, relief, turn),
    print: (held) => heldUp(picture.value, wall, held),
  };
}
