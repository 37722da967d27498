import type { FrameMark } from '../domain/enrolment.ts';
import { type Failure, failure } from '../domain/error.ts';
import type { Face, Stages } from '../domain/evidence.ts';
import { faultReason } from '../domain/image-fault.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Digest } from '../ports/system.ts';
import type { Faces } from '../ports/vision.ts';

export interface ReadFrames {
  readonly digest: Digest;
  readonly vision: Pick<Faces, 'readFace'>;
}

/** A frame that was looked at; a face is missing where there is none in it. */
export interface ReadFrame {
  /** Place among the frames that were sent, from 0. */
  readonly place: number;
  readonly mark: FrameMark;
  readonly face?: Face;
}

const malformed = (place: number, message: string): Failure =>
  failure('invalid_request', `Invalid: frames.${place}.`, {
    detail: { fieldErrors: { [`frames.${place}`]: [message] } },
  });

/**
 * Looks at each frame; one that cannot be decoded, or that shows more than one face, ends it. One after the other: the models use
 * every core that there is.
 */
export async function readFrames(
  { digest, vision }: ReadFrames,
  frames: readonly Uint8Array[],
): Promise<Result<{ readonly frames: readonly ReadFrame[]; readonly stages: Stages }, Failure>> {
  const read: ReadFrame[] = [];
  const stages: Record<string, number> = {};
  for (const [place, bytes] of frames.entries()) {
    const sha256 = digest.sha256(bytes);
    const reading = await vision.readFace(bytes);
    if (!reading.ok) {
      // A picture of a few pixels is a picture all the same: there is nobody in it.
      if (reading.error !== 'image_too_small') return fail(malformed(place, faultReason('frame', reading.error)));
      read.push({ place, mark: { sha256 } });
      continue;
    }
    const { faces, face } = reading.value;
    for (const [stage, ms] of Object.entries(reading.value.stages)) stages[stage] = (stages[stage] ?? 0) + ms;
    if (faces > 1) {
      return fail(
        failure('multiple_faces_detected', `Frame ${place + 1} shows ${faces} faces; one person alone is verified.`),
      );
    }
    read.push({ place, mark: { sha256, ...(face && { fingerprint: face.fingerprint }) }, ...(face && { face }) });
  }
  return ok({ frames: read, stages });
}

/** Marks of all frames, each once: a frame can have been sent twice in one call. */
export const marksOf = (frames: readonly ReadFrame[]): readonly FrameMark[] => [
  ...new Map(frames.map(({ mark }) => [mark.sha256, mark])).values(),
];
