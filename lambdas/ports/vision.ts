/** Images and videos in, measurements out. */
import type {
  DocumentReading,
  Face,
  FaceReading,
  FrameRelation,
  ImageFault,
  Measure,
  Stages,
  Template,
  VideoFault,
} from '../domain/evidence.ts';
import type { Result } from '../domain/result.ts';

export interface DocumentExamination {
  readonly document: DocumentReading;
  readonly portrait: FaceReading;
}

/** Faces measured: by our own models, or by Amazon Rekognition. Never decides. */
export interface Faces {
  readonly capabilities: VisionCapabilities;
  readFace(image: Uint8Array): Promise<Result<FaceReading, ImageFault>>;
  /** Calibrated similarity, 0..1: 0.90 ≙ FMR 1e-4, 0.80 ≙ 1e-3, 0.50 ≙ 1e-2. Unavailable for templates of different sets. */
  compare(a: Template, b: Template): Promise<Measure>;
  /** Two frames of one session against each other. */
  relate(a: Face, b: Face): Promise<FrameRelation>;
}

/** Images in, measurements out. Never decides. */
export interface Vision extends Faces {
  /** `known` is an earlier reading of the same image: only the portrait is then looked for. */
  readDocumentFront(image: Uint8Array, known?: DocumentReading): Promise<Result<DocumentExamination, ImageFault>>;
  readDocumentBack(image: Uint8Array): Promise<Result<DocumentReading, ImageFault>>;
  /**
   * One side of any document: all of it and with `portrait` the face on it, without only its zone where that can be read; an image of which a
   * side has fewer pixels is too small.
   */
  readDocument(
    image: Uint8Array,
    options: { readonly portrait: boolean; readonly leastSide: number },
  ): Promise<Result<{ readonly document: DocumentReading; readonly portrait?: FaceReading }, ImageFault>>;
}

export interface VideoFrame {
  /** Since the video's beginning. */
  readonly atMs: number;
  /** JPEG, upright as the file's own metadata say. */
  readonly image: Uint8Array;
}

export interface Video {
  readonly durationMs: number;
  /** Of the upright picture, pixels. */
  readonly width: number;
  readonly height: number;
  /** Evenly over the whole of it, in their order. */
  readonly frames: readonly VideoFrame[];
  readonly stages: Stages;
}

/** Videos taken apart, and photos of formats that need the same libraries, in a process of their own. */
export interface Videos {
  /** What is missing, and what is unavailable without it. */
  readonly missing: Readonly<Record<string, string>>;
  read(
    video: Uint8Array,
    options?: {
      /** Most frames. Default 12. */
      readonly frames?: number;
      /** Ms from one to the next, at least, where there are eight of them then. Default 0. */
      readonly everyMs?: number;
      /** Clockwise, over what the metadata say: for cameras that were held otherwise than they thought. */
      readonly quarterTurns?: number;
      /** For all of it. Default 10 000. */
      readonly milliseconds?: number;
    },
  ): Promise<Result<Video, VideoFault>>;
  /** A photo in HEIC or BMP as JPEG; all others are `image_unsupported_format`, and need it not. */
  still(image: Uint8Array): Promise<Result<Uint8Array, ImageFault>>;
}

export interface VisionCapabilities {
  readonly modelSet: string;
  /** Model id → SHA-256. */
  readonly models: Readonly<Record<string, string>>;
  /** What is missing, and what is unavailable without it. */
  readonly missing: Readonly<Record<string, string>>;
}
