/** Videos as pictures, each video in a process of its own with a bound on time and memory. */
import { type ChildProcess, fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { VideoFault } from '../../domain/evidence.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import type { Video, Videos } from '../../ports.ts';
import { cutShortVideo } from './video-container.ts';
import type { VideoLimits, VideoReply, VideoRequest } from './video-messages.ts';

export interface VideoProcessLimits extends VideoLimits {
  /** Of the process, resident; default 1 GB: a video of 50 MB in 4K, and two dozen of its pictures. */
  readonly memoryBytes: number;
}

export const VIDEO_LIMITS: VideoProcessLimits = {
  pixels: 4096 * 2304,
  longestMs: 60_000,
  shortestMs: 1000,
  fewestPictures: 8,
  side: 1280,
  memoryBytes: 2 ** 30,
};

/** The process's code: beside this file in a bundle, in a folder of its own in the source. */
const WORKER = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './ffmpeg/video-worker.ts' : './video-worker.mjs', import.meta.url),
);
const WATCH_MS = 100;
/** Ms for Node and FFmpeg to start on a machine that does other things: a tenth of a second on an idle one. */
const START_MS = 8000;

/** FFmpeg's libraries come in a package for each of these, and there is not one for every one. */
const HERE = process.platform === 'win32' ? `win32-${process.arch}-msvc` : `${process.platform}-${process.arch}`;

function missing(system: string): Readonly<Record<string, string>> {
  try {
    createRequire(import.meta.url).resolve(`@seydx/node-av-${system}/node-av.node`);
    return {};
  } catch {
    return { video: `Without FFmpeg's libraries for ${system}: no videos.` };
  }
}

/** @param limits over `VIDEO_LIMITS` @param system that FFmpeg's libraries are looked for, as node-av names it */
export function createVideos(limits: Partial<VideoProcessLimits> = {}, system = HERE): Videos {
  const { memoryBytes, ...own } = { ...VIDEO_LIMITS, ...limits };
  const absent = missing(system);
  return {
    missing: absent,
    async read(bytes, { frames = 12, everyMs = 0, quarterTurns = 0, milliseconds = 10_000 } = {}) {
      if ('video' in absent) return fail('video_unavailable');
      if (bytes.length === 0) return fail('video_empty');
      const cut = cutShortVideo(bytes);
      if (cut === undefined) return fail('video_unsupported');
      if (cut) return fail('video_truncated');
      return inProcess({ bytes, frames, everyMs, quarterTurns, limits: own }, milliseconds, memoryBytes);
    },
  };
}

async function inProcess(
  request: VideoRequest,
  milliseconds: number,
  memoryBytes: number,
): Promise<Result<Video, VideoFault>> {
  const child = fork(WORKER, {
    execArgv: ['--max-old-space-size=128', '--disable-warning=ExperimentalWarning'],
    // Nothing of the function's environment: a video has no business with its credentials.
    env: {},
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const settled = Promise.withResolvers<Result<Video, VideoFault>>();
  let running = false;
  let said = '';
  child.stderr?.on('data', (text) => {
    said = `${said}${text}`.slice(-2000);
  });
  const late = () => {
    if (running) settled.resolve(fail('video_timeout'));
    else settled.reject(new Error('The video process does not start in time', { cause: said }));
  };
  let timer = setTimeout(late, START_MS);
  child.on('message', (message: VideoReply) => {
    if ('ready' in message) {
      running = true;
      clearTimeout(timer);
      timer = setTimeout(late, milliseconds);
      child.send(request);
    } else settled.resolve('video' in message ? ok(message.video) : fail(message.fault));
  });
  child.on('error', (cause) => settled.reject(new Error('The video process does not start', { cause })));
  child.on('close', () => {
    // It has broken down: that was the video's doing.
    if (running) settled.resolve(fail('video_unsupported'));
    else settled.reject(new Error('The video process does not start', { cause: said }));
  });
  const watch = watchMemory(child, memoryBytes, () => settled.resolve(fail('video_too_many_pixels')));
  try {
    return await settled.promise;
  } finally {
    clearTimeout(timer);
    clearInterval(watch);
    child.kill('SIGKILL');
  }
}

/** Looks at what the kernel says that a process holds, where there is a kernel that says it (Linux). */
function watchMemory({ pid }: ChildProcess, most: number, exceeded: () => void): NodeJS.Timeout {
  return setInterval(async () => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
    if (kilobytes * 1024 > most) exceeded();
  }, WATCH_MS);
}
