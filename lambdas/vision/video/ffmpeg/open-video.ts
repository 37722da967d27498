/** A video in memory, opened: its one track of pictures, coded. */
import {
  AV_DISPOSITION_ATTACHED_PIC,
  AV_NOPTS_VALUE,
  AV_PKT_DATA_DISPLAYMATRIX,
  AVERROR_EOF,
  AVMEDIA_TYPE_VIDEO,
} from 'node-av/constants';
import { type CodecParameters, type FormatContext, Packet } from 'node-av/lib';
import type { VideoFault } from '../../../domain/evidence.ts';
import { fail, ok, type Result } from '../../../domain/result.ts';
import type { CodedPicture } from '../sample-plan.ts';
import type { VideoLimits } from '../video-messages.ts';
import { type DisplayTurn, displayTurn } from './display-turn.ts';
import { openMedia } from './open-media.ts';

export interface OpenVideo {
  /** Held, for it owns the parameters: they are gone with it. */
  readonly format: FormatContext;
  readonly parameters: CodecParameters;
  /** Of a picture as it is coded, pixels. */
  readonly width: number;
  readonly height: number;
  readonly turn: DisplayTurn;
  readonly durationMs: number;
  /** Of the file, in its order. */
  readonly coded: readonly (CodedPicture & { readonly packet: Packet })[];
  /** A time of the decoder's in ms since the first picture. */
  readonly msOf: (pts: bigint) => number;
}

const MOST_TRACKS = 8;

export async function openVideo(bytes: Uint8Array, limits: VideoLimits): Promise<Result<OpenVideo, VideoFault>> {
  const format = await openMedia(bytes, MOST_TRACKS);
  if (!format) return fail('video_unsupported');
  const track = format.streams.find(
    ({ codecpar, disposition }) =>
      codecpar.codecType === AVMEDIA_TYPE_VIDEO && (disposition & AV_DISPOSITION_ATTACHED_PIC) === 0,
  );
  if (!track) return fail(format.nbStreams > 0 ? 'video_no_picture' : 'video_unsupported');
  const { codecpar: parameters, index, timeBase } = track;
  const { width, height } = parameters;
  if (width * height > limits.pixels) return fail('video_too_many_pixels');
  const tick = (1000 * timeBase.num) / timeBase.den;

  const coded: { at: bigint; key: boolean; packet: Packet }[] = [];
  const packet = new Packet();
  packet.alloc();
  let [first, end] = [0, 0];
  for (;;) {
    const code = await format.readFrame(packet);
    if (code < 0) {
      if (code !== AVERROR_EOF) return fail('video_truncated');
      break;
    }
    const at = packet.pts === AV_NOPTS_VALUE ? packet.dts : packet.pts;
    const copy = packet.streamIndex === index && at !== AV_NOPTS_VALUE ? packet.clone() : undefined;
    if (copy) {
      const ms = Number(at) * tick;
      if (coded.length === 0) [first, end] = [ms, ms];
      first = Math.min(first, ms);
      end = Math.max(end, ms + Number(packet.duration) * tick);
      if (end - first > limits.longestMs) return fail('video_too_long');
      coded.push({ at, key: packet.isKeyframe, packet: copy });
    }
    packet.unref();
  }
  if (coded.length < limits.fewestPictures || end - first < limits.shortestMs) return fail('video_too_short');
  const msOf = (pts: bigint) => Number(pts) * tick - first;
  return ok({
    ...{ format, parameters, width, height },
    turn: displayTurn(parameters.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX) ?? undefined),
    durationMs: end - first,
    coded: coded.map(({ at, key, packet }) => ({ atMs: msOf(at), key, packet })),
    msOf,
  });
}
