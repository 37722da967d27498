/** What the process that takes videos apart and the one that asks it say to each other. */
import type { ImageFault, VideoFault } from '../../domain/evidence.ts';
import type { Video } from '../../ports/vision.ts';

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

/** A photo of a format that only FFmpeg knows. */
export interface StillRequest {
  readonly still: true;
  readonly bytes: Uint8Array;
  /** Most that it may have. */
  readonly pixels: number;
  /** Longer side of the JPEG, pixels. */
  readonly side: number;
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

/** FFmpeg runs; from now on what breaks down is the file's fault. */
export interface Ready {
  readonly ready: true;
}

export type VideoReply = { readonly fault: VideoFault } | { readonly video: Video };

export type StillReply = { readonly fault: ImageFault } | { readonly image: Uint8Array };
