import type { Box } from './view.ts';

/** Longer side of a photo, pixels: what a document needs; more is only slower to send. */
const LONGEST = 2400;
const QUALITY = 0.92;

/** A JPEG of a part of what the camera shows right now. */
export async function takePhoto(video: HTMLVideoElement, box: Box): Promise<Blob | undefined> {
  const scale = Math.min(1, LONGEST / Math.max(box.width, box.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(box.width * scale);
  canvas.height = Math.round(box.height * scale);
  canvas.getContext('2d')?.drawImage(video, box.x, box.y, box.width, box.height, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY));
  return blob ?? undefined;
}
