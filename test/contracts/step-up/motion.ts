import type { Raster } from '../../../lambdas/vision/picture.ts';
import { type Person, selfie } from '../../support/faces.ts';
import { jpegOf, movingHead } from '../../support/moving-head.ts';
import type { Held, Turn } from '../../support/scene.ts';

/** Frames of one session, rendered from one photo: a head that turns in space, or a print that is held before a camera. */
export async function motionOf(person: Person) {
  const still = await selfie(person);
  const head = await movingHead(still);
  const frame = (picture: Raster): Promise<Buffer> => jpegOf(picture);
  return {
    still,
    turned: (turn: Turn) => frame(head.turned(turn)),
    print: (held: Held) => frame(head.print(held)),
  };
}
