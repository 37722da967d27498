/** Which rendered motions pass for that of a head: what stands behind `leastParallax`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { leastParallax } from '../../lambdas/domain/challenge.ts';
import { type Face, measured } from '../../lambdas/domain/evidence.ts';
import { createFaceEngine, type FaceEngine } from '../../lambdas/vision/face/engine.ts';
import { relate } from '../../lambdas/vision/face/relate.ts';
import { decodePicture } from '../../lambdas/vision/image.ts';
import { type Raster, warp } from '../../lambdas/vision/picture.ts';
import { ensureModels, modelsFolder } from '../../models/ensure.ts';
import { type Held, headTurned, heldUp, type Turn } from '../support/scene.ts';
import type { Figure } from './figure.ts';

const demo = join(import.meta.dirname, '../../node_modules/@vladmandic/face-api/demo');
const pairs = join(import.meta.dirname, '../../../shared/data/faces/pairs');
const [width, height] = [480, 600];

/** Frontal portraits: those of a package of ours, and where the folder is there one of each person in it. */
const photos: readonly { readonly file: string; readonly region?: readonly [number, number, number, number] }[] = [
  { file: join(demo, 'sample6.jpg'), region: [540, 200, 500, 600] },
  { file: join(demo, 'sample6.jpg'), region: [1330, 140, 500, 600] },
  { file: join(demo, 'sample3.jpg'), region: [922, 110, 520, 520] },
  { file: join(demo, 'sample3.jpg'), region: [440, 218, 520, 520] },
  ...[1, 3, 5, 7, 9, 11, 13, 16, 20, 22, 25, 29, 33, 38, 41, 44, 47, 51, 56, 61]
    .map((n) => ({ file: join(pairs, `img${n}.jpg`) }))
    .filter(({ file }) => existsSync(file)),
];

const turns: Readonly<Record<string, readonly Turn[]>> = {
  ...Object.fromEntries([8, 10, 12, 15, 20].map((yaw) => [`head turned by ${yaw}°`, [{ yaw }, { yaw: -yaw }]])),
  ...Object.fromEntries(
    [10, 15].map((pitch) => [`head raised or lowered by ${pitch}°`, [{ pitch }, { pitch: -pitch }]]),
  ),
};
const POSES = 10;

export async function benchMotion(): Promise<readonly Figure[]> {
  await ensureModels();
  const engine = await createFaceEngine({ folder: modelsFolder(), threads: 1 });
  const found = new Map<string, number[]>();
  const add = (kind: string, value: number) => found.set(kind, [...(found.get(kind) ?? []), value]);
  for (const photo of photos) {
    const picture = await portrait(engine, photo);
    const face = picture && (await look(engine, picture));
    if (!face) continue;
    for (const [kind, all] of Object.entries(turns))
      for (const turn of all) add(kind, parallax(face, await look(engine, headTurned(picture, face, 1, turn))));
    for (const [kind, hold] of Object.entries(holds)) {
      const frames: (Face | undefined)[] = [];
      for (let pose = 0; pose < POSES; pose++) frames.push(await look(engine, await hold(picture)));
      frames.forEach((one, i) => {
        if (one) for (const other of frames.slice(i + 1)) add(kind, parallax(one, other));
      });
    }
  }
  await engine.close();
  return [...found].flatMap(([kind, values]) => [
    {
      name: `${kind}: passes`,
      value: (100 * values.filter((value) => value >= leastParallax).length) / values.length,
      unit: `% of ${values.length} pairs of frames`,
    },
    { name: `${kind}: most parallax`, value: Math.max(...values), unit: `passes from ${leastParallax}` },
  ]);
}

/** The face 190 pixels wide in the middle of the frame. */
async function portrait(engine: FaceEngine, { file, region }: (typeof photos)[number]): Promise<Raster | undefined> {
  const decoded = await decodePicture(await sharp(file).autoOrient().png({ compressionLevel: 0 }).toBuffer(), {
    maxSide: 2048,
  });
  if (!decoded.ok) return undefined;
  const [left, top, w, h] = region ?? [0, 0, decoded.value.width, decoded.value.height];
  const whole = warp(decoded.value, [1, 0, -left, 0, 1, -top], w, h);
  const { face } = await engine.read({ ...whole, format: 'png', scale: 1 });
  if (!face) return undefined;
  const scale = 190 / face.box.width;
  const [x, y] = [face.box.x + face.box.width / 2, face.box.y + face.box.height / 2];
  return warp(whole, [scale, 0, width / 2 - x * scale, 0, scale, height / 2 - y * scale], width, height, 'edge');
}

/** As a camera sees it: noise and JPEG. */
async function look(engine: FaceEngine, { data, width, height }: Raster): Promise<Face | undefined> {
  const noisy = data.map((value) => Math.min(255, Math.max(0, value + between(-5, 5))));
  const jpeg = await sharp(noisy, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 85 })
    .toBuffer();
  const picture = await decodePicture(jpeg);
  return picture.ok ? (await engine.read(picture.value)).face : undefined;
}

function parallax(one: Face, other: Face | undefined): number {
  const measure = other && relate(one, other, measured(1)).parallax;
  return measure && 'value' in measure ? measure.value : 0;
}

const wall: Raster = { width, height, data: new Uint8Array(width * height * 3).fill(90) };

const holds: Readonly<Record<string, (picture: Raster) => Raster | Promise<Raster>>> = {
  'photo held up, tilted by up to 40° and 30°': (picture) => heldUp(picture, wall, anyPose()),
  'photo bent, radius from its width on': (picture) => heldUp(picture, wall, { ...anyPose(), ...anyBend(0, 1) }),
  'photo rolled, radius from half its width on': (picture) => heldUp(picture, wall, { ...anyPose(), ...anyBend(1, 2) }),
  'photo with blur, glare and changing light': (picture) => spoiled(heldUp(picture, wall, anyPose())),
};

const anyPose = (): Held => ({
  yaw: between(-40, 40),
  pitch: between(-30, 30),
  roll: between(-20, 20),
  zoom: between(0.6, 1),
  shift: [between(-60, 60), between(-60, 60)],
});
const anyBend = (from: number, to: number): Held => ({
  bend: between(from, to) * (between(0, 1) < 0.5 ? -1 : 1),
  bendAxis: between(-30, 30),
});

async function spoiled({ data, ...size }: Raster): Promise<Raster> {
  const [x, y, r] = [between(150, 330), between(200, 400), between(20, 60)];
  const glare = `<svg width="${size.width}" height="${size.height}"><radialGradient id="g"><stop stop-color="#fff" stop-opacity=".8"/>
    <stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient><circle cx="${x}" cy="${y}" r="${r}" fill="url(#g)"/></svg>`;
  const image = sharp(data, { raw: { ...size, channels: 3 } })
    .blur(between(0.3, 2.2))
    .modulate({ brightness: between(0.7, 1.3) })
    .composite([{ input: Buffer.from(glare) }]);
  return { ...size, data: new Uint8Array(await image.removeAlpha().raw().toBuffer()) };
}

let seed = 20_261_120;
/** The same each time: two runs differ by the machine alone. */
function between(low: number, high: number): number {
  seed = (seed * 1103515245 + 12345) % 2147483648;
  return low + (high - low) * (seed / 2147483648);
}
