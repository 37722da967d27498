import { type Trouble, troubleOf } from './trouble.ts';

export type Facing = 'environment' | 'user';

/** Print must be read (22 pixels a character); a face needs no more than 720p. */
const wanted = {
  environment: { width: { ideal: 2560 }, height: { ideal: 1440 } },
  user: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } },
} as const;

export type Opened =
  | { readonly ok: true; readonly stream: MediaStream }
  | { readonly ok: false; readonly trouble: Trouble };

export async function openCamera(facing: Facing): Promise<Opened> {
  const devices: MediaDevices | undefined = navigator.mediaDevices;
  if (!devices?.getUserMedia) return { ok: false, trouble: troubleOf(undefined, false) };
  try {
    const video = { ...wanted[facing], facingMode: { ideal: facing } };
    return { ok: true, stream: await devices.getUserMedia({ video, audio: false }) };
  } catch (error) {
    return { ok: false, trouble: troubleOf(error, true) };
  }
}

export const closeCamera = (stream: MediaStream | undefined): void => {
  for (const track of stream?.getTracks() ?? []) track.stop();
};
