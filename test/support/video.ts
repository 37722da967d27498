/** Videos made of pictures. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Raster } from '../../lambdas/vision/picture.ts';

export interface VideoRecipe {
  /** All of one size, even on both sides. */
  readonly pictures: readonly Raster[];
  /** Which of them is shown when, by its place; default: each once. */
  readonly order?: readonly number[];
  readonly fps: number;
  /** As FFmpeg calls its encoder. Default `libx264`. */
  readonly codec?: 'libx264' | 'libx265' | 'libvpx' | 'libvpx-vp9' | 'libsvtav1' | 'mpeg4';
  /** As FFmpeg calls the muxer. Default `mp4`. */
  readonly container?: 'mp4' | 'mov' | 'webm' | 'matroska' | '3gp';
  /** What the file says about how it is to be shown: clockwise. */
  readonly quarterTurns?: number;
  readonly sound?: 'beside' | 'alone';
  /** Frames from one key frame to the next. Default 100. */
  readonly keyEvery?: number;
}

export interface EncoderRequest extends Omit<VideoRecipe, 'pictures' | 'order' | 'codec' | 'container'> {
  /** RGB. */
  readonly pictures: readonly Uint8Array[];
  readonly width: number;
  readonly height: number;
  readonly order: readonly number[];
  readonly codec: string;
  readonly container: string;
}

const ENCODER = fileURLToPath(new URL('./video-encoder.ts', import.meta.url));

export async function encodeVideo({ pictures, ...recipe }: VideoRecipe): Promise<Uint8Array> {
  const { width, height } = pictures[0] as Raster;
  const request: EncoderRequest = {
    ...{ codec: 'libx264', container: 'mp4', order: pictures.map((_, place) => place) },
    ...recipe,
    ...{ pictures: pictures.map(({ data }) => data), width, height },
  };
  const child = fork(ENCODER, {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // SVT-AV1 talks by itself; this leaves its errors.
    env: { ...process.env, SVT_LOG: '1' },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const made = Promise.withResolvers<Uint8Array>();
  child.on('message', (bytes) => made.resolve(bytes as Uint8Array));
  child.on('exit', (code, signal) => made.reject(new Error(`The encoder ended: ${code ?? signal}`)));
  child.send(request);
  return made.promise;
}
