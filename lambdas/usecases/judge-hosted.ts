import type { Prompt } from '../domain/challenge.ts';
import type { ImageFault, VideoFault } from '../domain/evidence.ts';
import type { Result } from '../domain/result.ts';
import type { Policy } from '../domain/verdict.ts';
import type { Outcome } from '../domain/verification.ts';
import type { Clock, Digest, Videos, Vision } from '../ports.ts';

export interface JudgeHosted {
  readonly clock: Clock;
  readonly digest: Digest;
  readonly vision: Pick<
    Vision,
    'capabilities' | 'readFace' | 'readDocumentFront' | 'readDocumentBack' | 'compare' | 'relate'
  >;
  readonly videos: Videos;
}

/** What a person sent of themselves: a video of their face, and a photo of their document. */
export interface HostedFiles {
  readonly selfieVideo: Uint8Array;
  readonly idPhoto: Uint8Array;
  /** The back of the document, where it was wanted. */
  readonly idBack?: Uint8Array;
  /** What the person was asked to do in the video. */
  readonly challenge?: readonly Prompt[];
  /** The moment to judge by, ms; differs from now with test keys alone. */
  readonly asOf: number;
  /** Ms since the epoch by which there has to be an answer. */
  readonly deadline: number;
}

/** A file that nothing can be seen in. */
export type HostedFault =
  | { readonly file: 'selfie_video'; readonly fault: VideoFault }
  | { readonly file: 'id_photo'; readonly fault: ImageFault };

/** Looks at both files and judges them; an error where one of them cannot be looked at. What was seen gets a verdict, whatever it is. */
export async function judgeHosted(
  _deps: JudgeHosted,
  _files: HostedFiles,
  _policy: Policy,
): Promise<Result<Outcome, HostedFault>> {
  throw new Error('Not there yet.');
}
