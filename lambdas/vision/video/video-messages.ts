/** What the process that takes videos apart and the one that asks it say to each other. */
import type { VideoFault } from '../../domain/evidence.ts';
import type { Video } from '../../ports.ts';

export interface VideoRequest {
  readonly bytes: Uint8Array;
  /** Most frames. */
  readonly frames: number;
  /** Ms from one to the next, at least, where there are eight of them then. */
  readonly everyMs: number;
  /** Clockwise, over what the metadata say. */
  readonly quarterTurns: number;
  readonly limits: VideoLimits;
}

export interface VideoLimits {
  /** Of one picture. */
  readonly pixels: number;
  /** Longest and shortest, ms. */
  readonly longestMs: number;
  readonly shortestMs: number;
  /** Fewest pictures in the file. */
  readonly fewestPictures: number;
  /** Longer side of the frames that are given back, pixels. */
  readonly side: number;
}

export type VideoReply =
  /** FFmpeg runs; from now on what breaks down is the video's fault. */
  { readonly ready: true } | { readonly fault: VideoFault } | { readonly video: Video };
