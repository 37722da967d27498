/** A video's frames as JPEGs, evenly over the whole of it, each the sharpest of its neighbours. */
import { AV_NOPTS_VALUE } from 'node-av/constants';
import { type CodecContext, Frame } from 'node-av/lib';
import type { VideoFault } from '../../../domain/evidence.ts';
import { fail, ok, type Result } from '../../../domain/result.ts';
import type { Video, VideoFrame } from '../../../ports/vision.ts';
import { startStopwatch } from '../../stopwatch.ts';
import { type SamplePlan, samplePlan } from '../sample-plan.ts';
import type { VideoRequest } from '../video-messages.ts';
import { filtersOf } from './display-turn.ts';
import { openDecoder } from './open-media.ts';
import { type OpenVideo, openVideo } from './open-video.ts';
import { type PictureWriter, pictureWriter } from './picture-writer.ts';
import { sharpness } from './sharpness.ts';

export async function readVideo(request: VideoRequest): Promise<Result<Video, VideoFault>> {
  const watch = startStopwatch();
  const opened = await watch.time('video:open', () => openVideo(request.bytes, request.limits));
  if (!opened.ok) return opened;
  const decoder = openDecoder(opened.value.parameters, request.limits.pixels);
  if (!decoder) return fail('video_unsupported');
  const plan = samplePlan(opened.value.coded, request.frames, request.everyMs);
  const least = Math.min(request.frames, request.limits.fewestPictures);
  // Its pictures are all shown in a few moments of its time.
  if (plan.windows.length < least) return fail('video_too_short');
  const frames = await watch.time('video:decode', () => sampled(opened.value, plan, decoder, request));
  if (frames.length < least) return fail('video_unsupported');
  const { durationMs, turn, ...coded } = opened.value;
  const aside = (turn.quarterTurns + request.quarterTurns) % 2 === 1;
  const [width, height] = aside ? [coded.height, coded.width] : [coded.width, coded.height];
  return ok({ durationMs, width, height, frames, stages: watch.stages() });
}

/** The sharpest picture of each window; a picture that does not decode is passed over. */
async function sampled(
  video: OpenVideo,
  { windows, needed }: SamplePlan,
  decoder: CodecContext,
  request: VideoRequest,
): Promise<readonly VideoFrame[]> {
  const turn = filtersOf(video.turn, request.quarterTurns);
  const frames: VideoFrame[] = [];
  let writer: (PictureWriter & { readonly like: string }) | undefined;
  let best:
    | { readonly frame: Frame; readonly sharpness: number; readonly window: number; readonly atMs: number }
    | undefined;

  const keep = () => {
    if (!best) return;
    const { frame, atMs } = best;
    const like = `${frame.width}x${frame.height} ${frame.format}`;
    if (writer?.like !== like) writer = { ...pictureWriter(frame, request.limits.side, turn), like };
    frames.push({ atMs, image: writer.jpeg(frame) });
    frame.free();
    best = undefined;
  };
  const look = (frame: Frame) => {
    const pts = frame.bestEffortTimestamp;
    if (pts === AV_NOPTS_VALUE) return;
    const atMs = video.msOf(pts);
    const window = windows.findIndex(({ from, to }) => atMs >= from && atMs <= to);
    if (window === -1) return;
    if (best && best.window !== window) keep();
    const own = sharpness(frame);
    if (best && best.sharpness >= own) return;
    best?.frame.free();
    const copy = frame.clone();
    best = copy ? { frame: copy, sharpness: own, window, atMs } : undefined;
  };

  const frame = new Frame();
  frame.alloc();
  const drain = async () => {
    while ((await decoder.receiveFrame(frame)) >= 0) {
      look(frame);
      frame.unref();
    }
  };
  for (const [place, { packet }] of video.coded.entries()) {
    if (!needed[place]) continue;
    if (place > 0 && !needed[place - 1]) {
      // What is still in the decoder belongs to what came before the gap.
      await decoder.sendPacket(null);
      await drain();
      decoder.flushBuffers();
    }
    await decoder.sendPacket(packet);
    await drain();
    packet.free();
  }
  await decoder.sendPacket(null);
  await drain();
  keep();
  return frames;
}
