/** Names for some of FaceMesh's 468 points. Right and left are the person's own. Pure. */

/**
 * Points for dlib's 68-point scheme, by its index: 27–35 nose, 36–41 right eye, 42–47 left eye, 48–54 upper lip's outer
 * edge, 60–64 upper lip's inner edge. Jaw, brows and lower lip are left out: they move with hair, expression and speech.
 */
export const MESH_OF_68: Readonly<Record<number, number>> = {
  27: 168,
  28: 197,
  29: 5,
  30: 4,
  31: 98,
  32: 97,
  33: 2,
  34: 326,
  35: 327,
  36: 33,
  37: 160,
  38: 158,
  39: 133,
  40: 153,
  41: 144,
  42: 362,
  43: 385,
  44: 387,
  45: 263,
  46: 373,
  47: 380,
  48: 61,
  49: 40,
  50: 37,
  51: 0,
  52: 267,
  53: 270,
  54: 291,
  60: 78,
  61: 82,
  62: 13,
  63: 312,
  64: 308,
};

export const POINT = {
  forehead: 10,
  chin: 152,
  rightCheek: 234,
  leftCheek: 454,
  noseTip: 1,
  rightEyeOuter: 33,
  rightEyeInner: 133,
  leftEyeInner: 362,
  leftEyeOuter: 263,
  mouthRight: 61,
  mouthLeft: 291,
  innerMouthRight: 78,
  innerMouthLeft: 308,
  innerLipUpper: 13,
  innerLipLower: 14,
} as const;

/** Six points around each eye: outer corner, two on the upper lid, inner corner, two on the lower lid below those. */
export const EYES = {
  right: [33, 160, 158, 133, 153, 144],
  left: [263, 387, 385, 362, 380, 373],
} as const;
