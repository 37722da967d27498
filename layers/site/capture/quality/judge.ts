/** What the page can say about the picture that the camera shows. `null` where the browser cannot tell. */
export interface Look {
  /** Mean grey of what is looked at, 0..255. */
  readonly light: number;
  /** Share of it that a reflection washes out, 0..1. */
  readonly glare: number;
  readonly sharpness: number;
  /** Against the picture before, grey levels. */
  readonly motion: number;
}

export interface DocumentLook extends Look {
  /** Sides of the frame with an edge along them, 0..4. */
  readonly sides: number;
}

/** A face as the browser found it; shares of what is looked at. */
export interface FoundFace {
  readonly width: number;
  readonly centreX: number;
  readonly centreY: number;
}

export interface FaceLook extends Look {
  /** Undefined where the browser finds no faces in pictures. */
  readonly faces?: readonly FoundFace[];
}

export type DocumentHint = 'dark' | 'bright' | 'frame' | 'glare' | 'steady' | 'blur' | 'good';
export type FaceHint = 'dark' | 'bright' | 'oval' | 'one' | 'far' | 'near' | 'steady' | 'blur' | 'good';

const DARK = 55;
const DARK_FACE = 50;
const BRIGHT = 228;
const MOST_GLARE = 0.035;
const MOST_MOTION = 5;
/** Faces are never as still as a document on a table. */
const MOST_FACE_MOTION = 9;
/** Between what documents and faces read when they are sharp and when they are out of focus: see `sharpness`. */
const LEAST_SHARPNESS = 0.05;
const LEAST_FACE_SHARPNESS = 0.006;
const LEAST_SIDES = 3;
const [LEAST_FACE, MOST_FACE, MOST_OFF_CENTRE] = [0.38, 0.9, 0.2];

/** The one thing that most keeps a document from being read. */
export function judgeDocument({ light, glare, sharpness, motion, sides }: DocumentLook): DocumentHint {
  if (light < DARK) return 'dark';
  if (light > BRIGHT) return 'bright';
  if (sides < LEAST_SIDES) return 'frame';
  if (glare > MOST_GLARE) return 'glare';
  if (motion > MOST_MOTION) return 'steady';
  return sharpness < LEAST_SHARPNESS ? 'blur' : 'good';
}

/** The one thing that most keeps a face from being seen. */
export function judgeFace({ light, sharpness, motion, faces }: FaceLook): FaceHint {
  if (light < DARK_FACE) return 'dark';
  if (light > BRIGHT) return 'bright';
  const [face, other] = faces ?? [];
  if (faces && !face) return 'oval';
  if (other) return 'one';
  if (face && face.width < LEAST_FACE) return 'far';
  if (face && face.width > MOST_FACE) return 'near';
  if (face && Math.hypot(face.centreX - 0.5, face.centreY - 0.5) > MOST_OFF_CENTRE) return 'oval';
  if (motion > MOST_FACE_MOTION) return 'steady';
  return sharpness < LEAST_FACE_SHARPNESS ? 'blur' : 'good';
}
