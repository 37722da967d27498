import {
  AV_PIX_FMT_NV12,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUV422P,
  AV_PIX_FMT_YUV444P,
  AV_PIX_FMT_YUVJ420P,
} from 'node-av/constants';
import type { Frame } from 'node-av/lib';

/** Formats whose first plane is brightness in bytes. */
const LUMA_FIRST: readonly number[] = [
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUVJ420P,
  AV_PIX_FMT_YUV422P,
  AV_PIX_FMT_YUV444P,
  AV_PIX_FMT_NV12,
];
/** Every so many pixels of the middle half one is looked at. */
const STEP = 3;

/** How much neighbouring pixels differ in the middle of the picture; only of use between neighbours of one video. 0: not known. */
export function sharpness(frame: Frame): number {
  const [luma] = LUMA_FIRST.includes(frame.format) ? (frame.data ?? []) : [];
  const [stride] = frame.linesize;
  if (!luma || !stride || stride < frame.width) return 0;
  const [left, right] = [frame.width >> 2, (frame.width * 3) >> 2];
  const [top, bottom] = [frame.height >> 3, (frame.height * 7) >> 3];
  let sum = 0;
  for (let y = top; y < bottom; y += STEP) {
    for (let at = y * stride + left, end = y * stride + right; at < end; at += STEP) {
      const here = luma[at] as number;
      sum += Math.abs(here - (luma[at + 1] as number)) + Math.abs(here - (luma[at + stride] as number));
    }
  }
  return sum;
}
