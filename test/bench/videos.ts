/** Videos taken apart and judged: time by format, memory of the process, and what becomes of spoilt ones. */
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { demoFace } from '../../bin/specimen/faces.ts';
import { specimen } from '../../bin/specimen/specimen.ts';
import { judgeHosted } from '../../lambdas/usecases/judge-hosted.ts';
import { createVision } from '../../lambdas/vision/engine.ts';
import type { Raster } from '../../lambdas/vision/picture.ts';
import { createVideos } from '../../lambdas/vision/video/videos.ts';
import { ensureModels, modelsFolder } from '../../models/ensure.ts';
import { defaultPolicy } from '../support/evidence.ts';
import { type MovingHead, movingHead } from '../support/moving-head.ts';
import { encodeVideo, type VideoRecipe } from '../support/video.ts';
import { type Figure, percentile } from './figure.ts';
import { childrenOf, memoryOf } from './process-memory.ts';

const READS = 7;
const VERDICTS = 25;
const WARM_UPS = 3;
const SPOILT = 40;

/** A head that looks ahead, turns, looks ahead and up: five seconds at thirty pictures a second. */
const yaws = [4, 5, 3, 12, 20, 24, 22, 10, 4, 3];
const fiveSeconds: Pick<VideoRecipe, 'order' | 'fps'> = {
  order: yaws.flatMap((_, place) => Array(15).fill(place)),
  fps: 30,
};

const formats: Readonly<Record<string, Partial<VideoRecipe>>> = {
  'H.264, mp4': {},
  'H.264 and sound, mov': { container: 'mov', sound: 'beside' },
  'H.264, mkv': { container: 'matroska' },
  'HEVC, mp4': { codec: 'libx265' },
  'VP8 and sound, webm': { codec: 'libvpx', container: 'webm', sound: 'beside' },
  'VP9, webm': { codec: 'libvpx-vp9', container: 'webm' },
  'AV1, mp4': { codec: 'libsvtav1' },
  'AV1, webm': { codec: 'libsvtav1', container: 'webm' },
  'MPEG-4, 3gp': { codec: 'mpeg4', container: '3gp' },
};

export async function benchVideos(): Promise<readonly Figure[]> {
  await ensureModels();
  const head = await movingHead(await sized(1280, 720));
  const pictures = await moved(head);
  const figures: Figure[] = [];
  let mp4: Uint8Array | undefined;
  for (const [name, recipe] of Object.entries(formats)) {
    const video = await encodeVideo({ pictures, ...fiveSeconds, ...recipe });
    mp4 ??= video;
    figures.push(...(await readFigures(`5 s of 720p, ${name}`, video)));
  }
  const large = await Promise.all(pictures.map((picture) => enlarged(picture, 3840)));
  const hevc = await encodeVideo({ pictures: large, ...fiveSeconds, codec: 'libx265' });
  figures.push(...(await readFigures('5 s of 4K, HEVC, mp4', hevc)));
  if (mp4) figures.push(...(await verdictFigures(mp4)), ...(await spoiltFigures(mp4)));
  return figures;
}

const sized = async (width: number, height: number) =>
  sharp(await demoFace('portrait'))
    .resize(width, height, { fit: 'contain' })
    .jpeg({ quality: 95 })
    .toBuffer();

/** The same motion, with the noise of a camera: without it no encoder has anything to do. */
const moved = async (head: MovingHead): Promise<readonly Raster[]> =>
  yaws.map((yaw) => {
    const { data, ...size } = head.turned({ yaw, pitch: yaw / 6 });
    return { ...size, data: data.map((value) => Math.min(255, Math.max(0, value + 6 * (random() - 0.5)))) };
  });

async function enlarged({ data, width, height }: Raster, to: number): Promise<Raster> {
  const image = sharp(data, { raw: { width, height, channels: 3 } }).resize({ width: to });
  const made = await image.raw().toBuffer({ resolveWithObject: true });
  return { width: made.info.width, height: made.info.height, data: new Uint8Array(made.data) };
}

async function readFigures(name: string, video: Uint8Array): Promise<Figure[]> {
  const times: number[] = [];
  let peak = 0;
  for (let i = 0; i < READS; i++) {
    const watch = setInterval(() => {
      for (const { pid, command } of childrenOf(process.pid)) {
        if (command.includes('video-worker')) peak = Math.max(peak, memoryOf(pid).peak || 0);
      }
    }, 10);
    const started = performance.now();
    const read = await createVideos().read(video, { frames: 16, everyMs: 400 });
    times.push(performance.now() - started);
    clearInterval(watch);
    if (!read.ok) throw new Error(`${name}: ${read.error}`);
  }
  const unit = `ms for its frames, process started and ended; median of ${READS}; ${(video.length / 1e6).toFixed(1)} MB`;
  return [
    { name, value: percentile(times, 0.5), unit },
    { name: `${name}: memory`, value: peak, unit: 'MB, the most that its process held' },
  ];
}

async function verdictFigures(selfieVideo: Uint8Array): Promise<Figure[]> {
  const vision = await createVision({ folder: modelsFolder(), threads: 1 });
  const idPhoto = await specimen({ portrait: await demoFace('portrait') });
  const deps = {
    clock: { now: () => performance.now() },
    digest: { sha256: (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex') },
    ...{ vision, videos: createVideos() },
  };
  const times: number[] = [];
  for (let i = 0; i < WARM_UPS + VERDICTS; i++) {
    const started = performance.now();
    const files = { selfieVideo, idPhoto, asOf: Date.UTC(2026, 10, 20), deadline: started + 25_000 };
    const judged = await judgeHosted(deps, files, defaultPolicy);
    if (!judged.ok) throw new Error(judged.error.fault);
    times.push(performance.now() - started);
  }
  const warm = times.slice(WARM_UPS);
  return [0.5, 0.95].map((share) => ({
    name: `5 s of 720p and a document, to the verdict, p${share * 100}`,
    value: percentile(warm, share),
    unit: `ms, warm, of ${VERDICTS}, one after the other`,
  }));
}

/** A part of the file is noise, left out, or the rest of it is. */
async function spoiltFigures(video: Uint8Array): Promise<Figure[]> {
  const ends = new Map<string, number>();
  let longest = 0;
  for (let i = 0; i < SPOILT; i++) {
    const started = performance.now();
    const read = await createVideos().read(spoilt(video, i));
    longest = Math.max(longest, performance.now() - started);
    const end = read.ok ? 'read' : read.error;
    ends.set(end, (ends.get(end) ?? 0) + 1);
  }
  return [
    ...[...ends].map(([end, value]) => ({ name: `Spoilt files: ${end}`, value, unit: `of ${SPOILT}` })),
    { name: 'Spoilt files: longest', value: longest, unit: 'ms' },
  ];
}

function spoilt(video: Uint8Array, kind: number): Uint8Array {
  const at = Math.floor(random() * video.length);
  const length = 1 + Math.floor(random() * 4000);
  if (kind % 4 === 0) return video.subarray(0, at);
  if (kind % 4 === 1) return Buffer.concat([video.subarray(0, at), video.subarray(at + length)]);
  const copy = Uint8Array.from(video);
  // The index lies at the end: every second noise falls there.
  const from = kind % 4 === 2 ? at : Math.floor(video.length - random() * 6000);
  for (let i = from; i < Math.min(copy.length, from + length); i++) copy[i] = random() * 256;
  return copy;
}

let seed = 20_261_130;
/** The same each time: two runs differ by the machine alone. */
function random(): number {
  seed = (seed * 1103515245 + 12345) % 2147483648;
  return seed / 2147483648;
}
