import type { Face, FaceQualityReason } from './evidence.ts';

/** What a person can do about a picture of a face. */
const advice: Readonly<Record<FaceQualityReason, string>> = {
  face_too_small: 'the face is too small: come closer',
  face_cut_off: 'the face is cut off: move it into the picture',
  face_blurred: 'the face is blurred: hold still',
  face_too_dark: 'the face is too dark: turn towards the light',
  face_too_bright: 'the face is too bright: turn away from the light',
  face_turned_away: 'the face is turned away: look into the camera',
  face_occluded: 'the face is covered: take off what hides it',
};

/**
 * Of a face to be recognised by later, 0..1: at 0.5 its template has moved a quarter of the way to the decision threshold. Stricter
 * would refuse people who look a little aside, and every recognition still has a threshold of its own.
 */
const LEAST_QUALITY = 0.3;

/** Why nobody is enrolled by a face, and what to do about it; undefined where it is good enough. */
export const unfitToEnrol = ({ quality, reasons }: Pick<Face, 'quality' | 'reasons'>): string | undefined =>
  quality < LEAST_QUALITY ? reasons.map((reason) => advice[reason]).join('; ') : undefined;
