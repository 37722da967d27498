import sharp from 'sharp';
import { specimen } from '../../../bin/specimen/specimen.ts';
import type { Prompt } from '../../../lambdas/domain/challenge.ts';
import { type Person, portrait, selfie } from '../../support/faces.ts';
import { movingHead } from '../../support/moving-head.ts';
import type { Turn } from '../../support/scene.ts';
import { encodeVideo } from '../../support/video.ts';

/** Photo of a passport with that person's face. JPEG. */
export const idPhoto = async (person: Person = 'dora'): Promise<Uint8Array> =>
  specimen({ portrait: await portrait(person), pixelsPerMillimetre: 7 });

/** Never quite still, and not quite as on the document's photo. */
const ahead: readonly Turn[] = [
  { yaw: 4, pitch: 3 },
  { yaw: 5, pitch: 4 },
  { yaw: 3, pitch: 5 },
];
/** What a drawn head can do; it cannot smile. */
const moves: Partial<Record<Prompt, readonly Turn[]>> = {
  turn_left: [{ yaw: 12 }, { yaw: 24 }, { yaw: 26, pitch: 1 }],
  turn_right: [{ yaw: -10 }, { yaw: -20 }, { yaw: -22, pitch: 1 }],
  look_up: [
    { yaw: 3, pitch: 12 },
    { yaw: 3, pitch: 22 },
    { yaw: 4, pitch: 23 },
  ],
};

/** A person who looks into the camera and does what is asked, a third of a second for each pose. MP4. */
export async function selfieVideo(prompts: readonly Prompt[] = ['turn_left']): Promise<Uint8Array> {
  const head = await movingHead(
    await sharp(await selfie('dora'))
      .resize(336, 430)
      .jpeg({ quality: 95 })
      .toBuffer(),
  );
  const turns = [...ahead, ...prompts.flatMap((prompt) => [...(moves[prompt] ?? []), ...ahead])];
  const pictures = turns.map((turn) => head.turned(turn));
  return encodeVideo({ pictures, order: pictures.flatMap((_, at) => [at, at, at, at]), fps: 12 });
}

/** Passive liveness is judged where its models are; what is looked at here does not hang on them. */
export const trusting = { requireLiveness: false, thresholds: { liveness: 0 } };
