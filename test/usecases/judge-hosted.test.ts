import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { type SpecimenOptions, specimen } from '../../bin/specimen/specimen.ts';
import type { Prompt } from '../../lambdas/domain/challenge.ts';
import type { Vision } from '../../lambdas/ports/vision.ts';
import { type HostedFiles, judgeHosted } from '../../lambdas/usecases/judge-hosted.ts';
import { createVision } from '../../lambdas/vision/engine.ts';
import type { Raster } from '../../lambdas/vision/picture.ts';
import { createVideos } from '../../lambdas/vision/video/videos.ts';
import { modelsFolder } from '../../models/ensure.ts';
import { defaultPolicy } from '../support/evidence.ts';
import { type Person, portrait, selfie, twoPeople } from '../support/faces.ts';
import { bmp } from '../support/heic.ts';
import { type MovingHead, movingHead } from '../support/moving-head.ts';
import type { Turn } from '../support/scene.ts';
import { encodeVideo, type VideoRecipe } from '../support/video.ts';

const [WIDTH, HEIGHT] = [336, 430];
/** 2026-11-20. */
const NOW = Date.UTC(2026, 10, 20);
/** Passive liveness is judged where its models are; what is looked at here does not hang on them. */
const policy = { ...defaultPolicy, requireLiveness: false, liveness: 0 };

const framed = (image: Uint8Array) => sharp(image).resize(WIDTH, HEIGHT).jpeg({ quality: 95 }).toBuffer();
/** Not quite as on the document's photo, and never quite still. */
const ahead: readonly Turn[] = [
  { yaw: 4, pitch: 3 },
  { yaw: 5, pitch: 4 },
  { yaw: 3, pitch: 5 },
];
const left: readonly Turn[] = [{ yaw: 12 }, { yaw: 24 }, { yaw: 26, pitch: 1 }];
const up: readonly Turn[] = [
  { yaw: 3, pitch: 12 },
  { yaw: 3, pitch: 22 },
  { yaw: 4, pitch: 23 },
];
const right: readonly Turn[] = [{ yaw: -10 }, { yaw: -20 }, { yaw: -22, pitch: 1 }];

let head: MovingHead;
let vision: Vision;
let live: Uint8Array;
let passport: Uint8Array;

const turned = (...turns: (readonly Turn[])[]): Raster[] => turns.flat().map((turn) => head.turned(turn));
/** Each picture for a third of a second. */
const film = (pictures: readonly Raster[], more: Partial<VideoRecipe> = {}) =>
  encodeVideo({ pictures, order: pictures.flatMap((_, i) => [i, i, i, i]), fps: 12, ...more });
const document = async (person: Person, more: SpecimenOptions = {}) =>
  specimen({ portrait: await portrait(person), pixelsPerMillimetre: 7, ...more });

beforeAll(async () => {
  head = await movingHead(await framed(await selfie('dora')));
  vision = remembering(await createVision({ folder: modelsFolder(), threads: 1 }));
  live = await film(turned(ahead, left, ahead, up));
  passport = await document('dora');
});

/** What was measured of a picture once is known: most tests look at the same ones. */
function remembering(engine: Vision): Vision {
  const known = new Map<string, unknown>();
  const once = <T>(what: string, image: Uint8Array, look: () => Promise<T>): Promise<T> => {
    const key = `${what} ${sha256(image)}`;
    if (!known.has(key)) known.set(key, look());
    return known.get(key) as Promise<T>;
  };
  return {
    ...engine,
    readFace: (image) => once('face', image, () => engine.readFace(image)),
    readDocumentFront: (image) => once('front', image, () => engine.readDocumentFront(image)),
  };
}
const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

async function judge(files: Partial<HostedFiles>) {
  const deps = {
    clock: { now: () => performance.now() },
    digest: { sha256 },
    ...{ vision, videos: createVideos() },
  };
  const deadline = performance.now() + 25_000;
  const judged = await judgeHosted(
    deps,
    { selfieVideo: live, idPhoto: passport, asOf: NOW, deadline, ...files },
    policy,
  );
  if (!judged.ok) return { fault: judged.error };
  const { decision, signals } = judged.value;
  const flags = judged.value.flags.filter((flag) => flag !== 'liveness_not_required');
  return { decision, flags, signals: Object.fromEntries(signals.map(({ name, passed }) => [name, passed])) };
}

describe('a hosted check', () => {
  test('P-35 the person of the document, alone, moving in depth: approved', async () => {
    const { decision, flags, signals } = await judge({});
    expect({ decision, flags }).toEqual({ decision: 'approved', flags: [] });
    expect(signals).toMatchObject({ face_match: true, same_person: true, depth_motion: true, alone: true });
  });

  test.each<[string, readonly Prompt[], string, readonly string[]]>([
    ['what was asked, in its order', ['turn_left', 'look_up'], 'approved', []],
    ['it in another order', ['look_up', 'turn_left'], 'rejected', ['challenge_not_followed']],
    ['something else', ['turn_right', 'look_up'], 'rejected', ['challenge_not_followed']],
  ])('who does %s: %j, %s', async (_, challenge, decision, flags) => {
    expect(await judge({ challenge })).toMatchObject({ decision, flags });
  });

  test('P-23 the document in a format that the image library lacks: judged as well', async () => {
    const { data, info } = await sharp(passport).raw().toBuffer({ resolveWithObject: true });
    const idPhoto = bmp({ width: info.width, height: info.height, data: new Uint8Array(data) });
    expect(await judge({ idPhoto })).toMatchObject({ decision: 'approved', flags: [] });
  });

  test('somebody else’s document: rejected', async () => {
    expect(await judge({ idPhoto: await document('bea') })).toMatchObject({
      decision: 'rejected',
      flags: ['face_mismatch'],
    });
  });

  test('a photo of the face in the document’s place: a person looks', async () => {
    const { decision, flags } = await judge({ idPhoto: await selfie('dora') });
    expect(decision).toBe('review');
    expect(flags).toContain('document_not_recognised');
  });

  test('P-35 no face on the document: rejected', async () => {
    const { decision, flags } = await judge({ idPhoto: await specimen({ pixelsPerMillimetre: 7 }) });
    expect({ decision, flags }).toEqual({ decision: 'rejected', flags: ['no_face_in_id_photo'] });
  });

  test('P-35 no face in the video: rejected', async () => {
    const wall: Raster = { width: 320, height: 240, data: new Uint8Array(320 * 240 * 3).fill(120) };
    const selfieVideo = await film(Array(6).fill(wall));
    const { decision, flags } = await judge({ selfieVideo });
    expect({ decision, flags }).toEqual({ decision: 'rejected', flags: ['no_face_in_selfie'] });
  });

  test('a video of a few pixels: nobody is in it', async () => {
    const speck: Raster = { width: 24, height: 16, data: new Uint8Array(24 * 16 * 3).fill(120) };
    expect((await judge({ selfieVideo: await film(Array(6).fill(speck)) })).flags).toEqual(['no_face_in_selfie']);
  });

  test('too little time: no verdict rather than one on what was not looked at', async () => {
    const fault = { file: 'selfie_video', fault: 'video_timeout' };
    expect(await judge({ deadline: performance.now() + 100 })).toEqual({ fault });
  });

  test('a still picture as a video: rejected', async () => {
    const { decision, flags } = await judge({
      selfieVideo: await film(Array(6).fill(head.turned({ yaw: 4, pitch: 3 }))),
    });
    expect(decision).toBe('rejected');
    expect(flags).toContain('still_picture');
  });

  test('a photo that is moved before the camera: a person looks, for it has no depth', async () => {
    const tilts = [-20, -12, -4, 4, 12, 20];
    const selfieVideo = await film(tilts.map((yaw) => head.print({ yaw, pitch: yaw / 2, zoom: 0.8, shift: [yaw, 0] })));
    expect(await judge({ selfieVideo })).toMatchObject({ decision: 'review', signals: { depth_motion: false } });
  });

  test('a cut between two people: rejected', async () => {
    const bea = await movingHead(await framed(await selfie('bea')));
    const after = [...left, ...ahead].map((turn) => bea.turned(turn));
    const { decision, flags } = await judge({ selfieVideo: await film([...turned(ahead, left), ...after]) });
    expect(decision).toBe('rejected');
    expect(flags).toContain('person_changed');
  });

  test('two people: a person looks', async () => {
    const pair = await movingHead(
      await sharp(await twoPeople())
        .resize(480, 270)
        .jpeg({ quality: 95 })
        .toBuffer(),
    );
    const selfieVideo = await film([...ahead, ...left].map((turn) => pair.turned(turn)));
    expect((await judge({ selfieVideo })).flags).toContain('multiple_faces_in_selfie');
  });

  test('a video that is turned by its metadata, or upside down by mistake, is looked at upright', async () => {
    const aside = [...ahead, ...left, ...right].map((turn) => quarterTurned(head.turned(turn)));
    expect(await judge({ selfieVideo: await film(aside, { quarterTurns: 3 }) })).toMatchObject({
      decision: 'approved',
    });
    const onItsHead = await film(aside.map((picture) => quarterTurned(picture)));
    expect(await judge({ selfieVideo: onItsHead, challenge: ['turn_left', 'turn_right'] })).toMatchObject({
      decision: 'approved',
      flags: [],
    });
  });

  test('files in each other’s place, and files that are none: which one, and why', async () => {
    expect(await judge({ selfieVideo: passport, idPhoto: live })).toEqual({
      fault: { file: 'id_photo', fault: 'image_unsupported_format' },
    });
    expect(await judge({ selfieVideo: passport })).toEqual({
      fault: { file: 'selfie_video', fault: 'video_unsupported' },
    });
  });
});

/** Clockwise. */
function quarterTurned({ width, height, data }: Raster): Raster {
  const turned = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const to = (x * height + (height - 1 - y)) * 3;
      turned.set(data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3), to);
    }
  }
  return { width: height, height: width, data: turned };
}
