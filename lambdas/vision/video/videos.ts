/** Videos as pictures, each video in a process of its own with a bound on time and memory. */
import { createRequire } from 'node:module';
import type { ImageFault, VideoFault } from '../../domain/evidence.ts';
import { fail, ok } from '../../domain/result.ts';
import type { Videos } from '../../ports/vision.ts';
import { isBmp, isHeic } from './still-format.ts';
import { cutShortVideo } from './video-container.ts';
import type { StillReply, StillRequest, VideoLimits, VideoReply, VideoRequest } from './video-messages.ts';
import { type Ended, inProcess } from './video-process.ts';

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

/** FFmpeg's libraries come in a package for each of these, and there is not one for every one. */
const HERE = process.platform === 'win32' ? `win32-${process.arch}-msvc` : `${process.platform}-${process.arch}`;

function missing(system: string): Readonly<Record<string, string>> {
  try {
    createRequire(import.meta.url).resolve(`@seydx/node-av-${system}/node-av.node`);
    return {};
  } catch {
    return { video: `Without FFmpeg's libraries for ${system}: no videos, and no photos in HEIC or BMP.` };
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
      const request: VideoRequest = { bytes, frames, everyMs, quarterTurns, limits: own };
      const reply = await inProcess<VideoReply>(request, milliseconds, memoryBytes);
      if (typeof reply === 'string') return fail(faultOfVideo[reply]);
      return 'video' in reply ? ok(reply.video) : fail(reply.fault);
    },
    async still(bytes) {
      if ('video' in absent || !(isHeic(bytes) || isBmp(bytes))) return fail('image_unsupported_format');
      const request: StillRequest = { still: true, bytes, pixels: STILL_PIXELS, side: STILL_SIDE };
      const reply = await inProcess<StillReply>(request, STILL_MS, memoryBytes);
      if (typeof reply === 'string') return fail(faultOfStill[reply]);
      return 'image' in reply ? ok(reply.image) : fail(reply.fault);
    },
  };
}

/** As of other photos (`decodePicture`). */
const STILL_PIXELS = 5e7;
const STILL_SIDE = 4096;
const STILL_MS = 6000;

const faultOfVideo: Readonly<Record<Ended, VideoFault>> = {
  late: 'video_timeout',
  broken: 'video_unsupported',
  too_much_memory: 'video_too_many_pixels',
};
const faultOfStill: Readonly<Record<Ended, ImageFault>> = {
  late: 'image_undecodable',
  broken: 'image_undecodable',
  too_much_memory: 'image_too_many_pixels',
};
