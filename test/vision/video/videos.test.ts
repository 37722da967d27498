import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { decodePicture } from '../../../lambdas/vision/image.ts';
import type { Picture, Raster } from '../../../lambdas/vision/picture.ts';
import type { VideoRequest } from '../../../lambdas/vision/video/video-messages.ts';
import { createVideos, VIDEO_LIMITS } from '../../../lambdas/vision/video/videos.ts';
import { encodeVideo, type VideoRecipe } from '../../support/video.ts';

const [WIDTH, HEIGHT] = [192, 128];
const GREY = 90;

/** Red above; below it blue on the left, green on the right; the red gets lighter from picture to picture. */
const pattern = (step: number): Raster => {
  const data = new Uint8Array(WIDTH * HEIGHT * 3);
  for (let i = 0; i < WIDTH * HEIGHT; i++) {
    const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
    data.set(y < HEIGHT / 2 ? [100 + step * 4, 0, 0] : x < WIDTH / 2 ? [0, 0, 220] : [0, 180, 0], i * 3);
  }
  return { width: WIDTH, height: HEIGHT, data };
};
const grey: Raster = { width: 64, height: 48, data: new Uint8Array(64 * 48 * 3).fill(GREY) };
const wide: Raster = { width: 7680, height: 4320, data: new Uint8Array(7680 * 4320 * 3).fill(GREY) };
const pictures = Array.from({ length: 30 }, (_, step) => pattern(step));
const make = (recipe: Partial<VideoRecipe> = {}) => encodeVideo({ pictures, fps: 15, ...recipe });
const videos = createVideos();

async function faultOf(bytes: Uint8Array, from = videos) {
  const read = await from.read(bytes);
  return read.ok ? `${read.value.frames.length} frames` : read.error;
}

async function frameOf(bytes: Uint8Array, place: number, quarterTurns = 0): Promise<Picture> {
  const read = await videos.read(bytes, { quarterTurns });
  if (!read.ok) throw new Error(read.error);
  const picture = await decodePicture(read.value.frames[place]?.image as Uint8Array);
  if (!picture.ok) throw new Error(picture.error);
  return picture.value;
}

/** The colour that most of a pixel is, by its place as shares of width and height. */
function colourAt({ width, height, data }: Picture, x: number, y: number): string {
  const i = (Math.floor(y * height) * width + Math.floor(x * width)) * 3;
  const [r = 0, g = 0, b = 0] = data.subarray(i, i + 3);
  return r > g && r > b ? 'red' : g > b ? 'green' : 'blue';
}
const corners = (picture: Picture): string[] =>
  [0.25, 0.75].flatMap((y) => [0.25, 0.75].map((x) => colourAt(picture, x, y)));

const upright = ['red', 'red', 'blue', 'green'];
const halfTurned = ['green', 'blue', 'red', 'red'];
const clockwise = ['blue', 'red', 'green', 'red'];

let mp4: Uint8Array;
beforeAll(async () => {
  mp4 = await make();
});

/** A file of which one part is written over, from the first place where `mark` stands. */
function spoilt(bytes: Uint8Array, mark: string, change: (from: number, copy: Buffer) => void): Uint8Array {
  const copy = Buffer.from(bytes);
  const from = copy.lastIndexOf(mark, copy.length, 'latin1');
  if (from === -1) throw new Error(`There is no ${mark} in it.`);
  change(from, copy);
  return copy;
}

describe('a video', () => {
  test.each<[string, Partial<VideoRecipe>]>([
    ['H.264 in mp4', {}],
    ['VP8 and sound in webm', { codec: 'libvpx', container: 'webm', sound: 'beside' }],
    ['HEVC in mov', { codec: 'libx265', container: 'mov' }],
  ])('P-22 %s: frames evenly over it, in their colours and their order', async (_, recipe) => {
    const read = await videos.read(Object.keys(recipe).length > 0 ? await make(recipe) : mp4, { frames: 6 });
    if (!read.ok) throw new Error(read.error);
    expect(read.value).toMatchObject({ width: WIDTH, height: HEIGHT });
    expect(read.value.durationMs).toBeCloseTo(2000, -2.5);
    expect(read.value.frames.map(({ atMs }) => atMs)).toEqual(
      [167, 500, 833, 1167, 1500, 1833].map((at) => expect.closeTo(at, -2.3)),
    );
    const seen = await Promise.all(read.value.frames.map(({ image }) => decodePicture(image)));
    const reds = seen.map((picture) => (picture.ok ? (picture.value.data[30 * 3] ?? 0) : 0));
    expect(seen.map((picture) => picture.ok && corners(picture.value))).toEqual(seen.map(() => upright));
    expect(reds).toEqual(reds.toSorted((a, b) => a - b));
    expect((reds.at(-1) ?? 0) - (reds[0] ?? 0)).toBeGreaterThan(60);
  });

  test('is laid upright by its metadata, and turned further when asked', async () => {
    const turned = await make({ quarterTurns: 1 });
    const picture = await frameOf(turned, 3);
    expect(picture).toMatchObject({ width: HEIGHT, height: WIDTH });
    expect(corners(picture)).toEqual(clockwise);
    expect(corners(await frameOf(await make({ quarterTurns: 3 }), 3, 1))).toEqual(upright);
    expect(corners(await frameOf(mp4, 0, 2))).toEqual(halfTurned);
  });

  test('is made smaller where it is large', async () => {
    const small = await createVideos({ side: 96 }).read(mp4);
    if (!small.ok) throw new Error(small.error);
    const picture = await decodePicture(small.value.frames[0]?.image as Uint8Array);
    expect(picture.ok && picture.value).toMatchObject({ width: 96, height: 64 });
  });

  test.each<[string, string, () => Uint8Array | Promise<Uint8Array>]>([
    ['nothing', 'video_empty', () => new Uint8Array()],
    ['text', 'video_unsupported', () => Buffer.from('This is no video. '.repeat(100))],
    ['a picture', 'video_unsupported', () => Buffer.from('\xff\xd8\xff\xe0'.padEnd(2000, 'x'), 'latin1')],
    ['a playlist', 'video_unsupported', () => Buffer.from('#EXTM3U\n#EXTINF:5,\nfile:///etc/hostname\n')],
    ['sound alone', 'video_no_picture', () => make({ sound: 'alone' })],
    ['sound alone in webm', 'video_no_picture', () => make({ sound: 'alone', container: 'webm' })],
    ['one frame', 'video_too_short', () => make({ order: [0] })],
    ['half a second', 'video_too_short', () => make({ order: [...Array(16).keys()], fps: 30 })],
    ['ten minutes', 'video_too_long', () => make({ pictures: [grey], order: Array(600).fill(0), fps: 1 })],
    ['a file cut short', 'video_truncated', () => cut(mp4)],
    ['a webm cut short', 'video_truncated', async () => cut(await make({ codec: 'libvpx', container: 'webm' }))],
    ['a corrupt moov', 'video_unsupported', () => spoilt(mp4, 'moov', (from, copy) => copy.fill(0x5a, from + 4))],
    ['no moov', 'video_unsupported', () => spoilt(mp4, 'moov', (from, copy) => copy.write('junk', from))],
    ['pictures that are noise', 'video_unsupported', () => spoilt(mp4, 'mdat', noise)],
    ['8K', 'video_too_many_pixels', () => make({ pictures: [wide], order: [0], fps: 8 })],
  ])('%s: %s', async (_, fault, bytes) => {
    expect(await faultOf(await bytes())).toBe(fault);
  });

  test('has no more pixels than are taken, whatever its container says of them', async () => {
    // Its samples' description says 64 × 64 (ISO/IEC 14496-12, 12.1.3).
    const lying = spoilt(mp4, 'avc1', (from, copy) => copy.writeUInt32BE((64 << 16) | 64, from + 28));
    expect(await faultOf(lying, createVideos({ pixels: 100 * 100 }))).toMatch(/^video_(too_many_pixels|unsupported)$/);
    expect(await faultOf(mp4, createVideos({ pixels: 100 * 100 }))).toBe('video_too_many_pixels');
  });
});

const cut = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.length * 0.7);

function noise(from: number, copy: Buffer): void {
  const end = copy.readUInt32BE(from - 4) + from - 4;
  let seed = 1;
  for (let i = from + 4; i < end; i++) {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    copy[i] = seed >> 16;
  }
}

describe('the process that takes a video apart', () => {
  test('has its time, and its memory', async () => {
    const late = await videos.read(mp4, { milliseconds: 0 });
    expect(late).toEqual({ ok: false, error: 'video_timeout' });
    expect(await faultOf(mp4, createVideos({ memoryBytes: 1e7 }))).toBe('video_too_many_pixels');
  });

  test('may be missing: then every video is unavailable, and the reason is told', async () => {
    const none = createVideos({}, 'sunos-sparc');
    expect(none.missing.video).toContain('sunos-sparc');
    expect(await faultOf(mp4, none)).toBe('video_unavailable');
    expect(videos.missing).toEqual({});
  });

  test('opens no other file and no address, whatever a playlist asks for', async () => {
    let visits = 0;
    const server = createServer((_, response) => {
      visits++;
      response.end(mp4);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const url = `http://127.0.0.1:${port}/a.ts`;
    const hostile = [
      `#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n${url}\n#EXT-X-ENDLIST\n`,
      `ffconcat version 1.0\nfile '${url}'\nduration 5\n`,
      `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT5S"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>${url}</BaseURL></Representation></AdaptationSet></Period></MPD>`,
      `v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video ${port} RTP/AVP 96\na=rtpmap:96 H264/90000\n`,
    ];
    for (const text of hostile)
      expect(await asked(Buffer.from(text)), text.slice(0, 20)).toEqual({ fault: 'video_unsupported' });
    expect(visits).toBe(0);
    server.close();
  });

  /** What the process itself answers: nobody has looked at the bytes before. */
  async function asked(bytes: Uint8Array): Promise<unknown> {
    const worker = join(import.meta.dirname, '../../../lambdas/vision/video/ffmpeg/video-worker.ts');
    const child = fork(worker, { env: {}, serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    await once(child, 'message');
    const request: VideoRequest = { bytes, frames: 8, everyMs: 0, quarterTurns: 0, limits: VIDEO_LIMITS };
    child.send(request);
    const [reply] = await once(child, 'message');
    return reply;
  }

  test.runIf(process.platform === 'linux')('has nothing of our environment, and is gone afterwards', async () => {
    process.env.SELFSAME_TEST_SECRET = 'secret';
    const seen: string[] = [];
    const reading = videos.read(mp4);
    const children = () =>
      readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
    const running = children().filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('video-worker'));
    for (const pid of running) seen.push(readFileSync(`/proc/${pid}/environ`, 'utf8'));
    await reading;
    delete process.env.SELFSAME_TEST_SECRET;
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.join(' ')).not.toContain('secret');
    await expect.poll(() => children().filter((pid) => running.includes(pid))).toEqual([]);
  });
});
