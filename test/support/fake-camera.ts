/** What Chromium's fake camera shows: JPEGs one after the other, thirty a second, from the first one on whenever a page opens it. */
import { renameSync, writeFileSync } from 'node:fs';
import sharp from 'sharp';
import { demoFace } from '../../bin/specimen/faces.ts';
import { specimen } from '../../bin/specimen/specimen.ts';
import type { Prompt } from '../../lambdas/domain/challenge.ts';
import type { Face } from '../../lambdas/domain/evidence.ts';
import { createFaceEngine } from '../../lambdas/vision/face/engine.ts';
import { decodePicture } from '../../lambdas/vision/image.ts';
import { type Raster, warp } from '../../lambdas/vision/picture.ts';
import { ensureModels, modelsFolder } from '../../models/ensure.ts';
import { headTurned, type Turn } from './scene.ts';

const FRAMES_PER_SECOND = 30;

/** Upright as a phone holds it, or as a computer's camera is. */
interface View {
  readonly width: number;
  readonly height: number;
}
export const PHONE: View = { width: 540, height: 960 };
export const COMPUTER: View = { width: 960, height: 540 };
/** Of a face less is enough, and two cameras at a time are work for a small machine. */
export const PHONE_FACE: View = { width: 432, height: 768 };

interface Shown {
  readonly jpeg: Uint8Array;
  readonly ms: number;
}

const mjpeg = (shown: readonly Shown[]): Buffer =>
  Buffer.concat(shown.flatMap(({ jpeg, ms }) => Array(Math.round((ms * FRAMES_PER_SECOND) / 1000)).fill(jpeg)));

/** A passport of the person whose face the camera sees, on a dark table. `share`: of the picture's shorter side that it is wide. */
async function documentScene({ width, height }: View, share = 0.84): Promise<Uint8Array> {
  const page = await specimen({ portrait: await demoFace('portrait'), margin: 0 });
  const wide = Math.round(share * (width < height ? width : height * 1.14));
  const document = await sharp(page).resize(wide).linear(0.82, 0).toBuffer();
  const grain = { type: 'gaussian', mean: 48, sigma: 6 } as const;
  return sharp({ create: { width, height, channels: 3, background: '#303030', noise: grain } })
    .composite([{ input: document, gravity: 'centre' }])
    .jpeg({ quality: 92 })
    .toBuffer();
}

/** The face in the middle of the view, as wide as in the page's oval. */
async function sitter({ width, height }: View): Promise<{ readonly picture: Raster; readonly face: Face }> {
  await ensureModels();
  const engine = await createFaceEngine({ folder: modelsFolder(), threads: 1 });
  const read = async (picture: Raster): Promise<Face> => {
    const { face } = await engine.read({ ...picture, format: 'png', scale: 1 });
    if (!face) throw new Error('The demo photo shows no face.');
    return face;
  };
  try {
    const decoded = await decodePicture(await demoFace('selfie'));
    if (!decoded.ok) throw new Error('The demo photo cannot be decoded.');
    const { box, pose } = await read(decoded.value);
    // Upright, the head of the photo being tilted: a turn is else a nod as well.
    const scale = (Math.min(width, height * 0.7) * 0.5) / box.width;
    const [cos, sin] = [Math.cos, Math.sin].map((of) => scale * of((pose.roll * Math.PI) / 180)) as [number, number];
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const upright = [cos, sin, width / 2 - x * cos - y * sin, -sin, cos, height / 2 + x * sin - y * cos] as const;
    const picture = warp(decoded.value, upright, width, height, 'edge');
    return { picture, face: await read(picture) };
  } finally {
    await engine.close();
  }
}

/** How far a head goes for each prompt; what the face does is not drawn. */
const turns: Readonly<Partial<Record<Prompt, Turn>>> = {
  turn_left: { yaw: 22 },
  turn_right: { yaw: -22 },
  look_up: { pitch: 20 },
};

const STEPS = 3;
const STEP_MS = 67;
const jpegOf = ({ data, width, height }: Raster): Promise<Buffer> =>
  sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 85 })
    .toBuffer();

/** There, a while, and back. */
async function motionOf(picture: Raster, face: Face, turn: Turn, ms: number): Promise<readonly Shown[]> {
  const steps: Shown[] = [];
  for (let step = 1; step <= STEPS; step += 1) {
    const part = { yaw: ((turn.yaw ?? 0) * step) / STEPS, pitch: ((turn.pitch ?? 0) * step) / STEPS };
    steps.push({ jpeg: await jpegOf(headTurned(picture, face, 1, part)), ms: STEP_MS });
  }
  const end = steps.at(-1) as Shown;
  return [...steps, { ...end, ms: ms - 2 * STEPS * STEP_MS }, ...steps.toReversed()];
}

/** A document that lies still. */
export async function filmOfDocument(view: View): Promise<Buffer> {
  return mjpeg([{ jpeg: await documentScene(view), ms: 1000 }]);
}

/**
 * The page records from 4.2 s on, when the face has been well seen and three seconds were counted, for 6.5 s; on a busy machine from
 * 7 s on. Whenever it begins, the face first looks straight ahead, and then does what is asked.
 */
const STRAIGHT_MS = 7600;
const MOVE_MS = 1200;

export async function filmOfFace(view: View, prompts: readonly Prompt[]): Promise<Buffer> {
  const { picture, face } = await sitter(view);
  const straight = { jpeg: await jpegOf(picture), ms: STRAIGHT_MS };
  const moves: Shown[] = [];
  for (const prompt of prompts) moves.push(...(await motionOf(picture, face, turns[prompt] ?? {}, MOVE_MS)));
  return mjpeg([straight, ...moves, straight]);
}

/** Puts a film into the camera. A page that has the camera open goes on with the old one. */
export function insertFilm(camera: string, film: Uint8Array): void {
  // Never written over: the browser has the file in its memory while it plays.
  writeFileSync(`${camera}.new`, film);
  renameSync(`${camera}.new`, camera);
}
