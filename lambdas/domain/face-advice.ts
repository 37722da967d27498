import type { FaceQualityReason } from './evidence.ts';

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

export const adviceOn = (reasons: readonly FaceQualityReason[]): string =>
  reasons.map((reason) => advice[reason]).join('; ');
