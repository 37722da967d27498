/** Where a face has to lie in an embedder's input. Pure. */
import type { Point } from '../affine.ts';
import { MESH_OF_68 } from './mesh-points.ts';

/**
 * dlib's mean face, points 27–54 and 60–64 of the 68-point scheme, in units of the chip without its padding.
 * Source: dlib, image_transforms/interpolation.h, `get_face_chip_details` (Boost licence).
 */
const MEAN_FACE: Readonly<Record<number, Point>> = {
  27: [0.490127, 0.203352],
  28: [0.490127, 0.307009],
  29: [0.490127, 0.409805],
  30: [0.490127, 0.515625],
  31: [0.36688, 0.587326],
  32: [0.426036, 0.609345],
  33: [0.490127, 0.628106],
  34: [0.554217, 0.609345],
  35: [0.613373, 0.587326],
  36: [0.121737, 0.216423],
  37: [0.187122, 0.178758],
  38: [0.265825, 0.179852],
  39: [0.334606, 0.231733],
  40: [0.260918, 0.245099],
  41: [0.182743, 0.244077],
  42: [0.645647, 0.231733],
  43: [0.714428, 0.179852],
  44: [0.793132, 0.178758],
  45: [0.858516, 0.216423],
  46: [0.79751, 0.244077],
  47: [0.719335, 0.245099],
  48: [0.254149, 0.780233],
  49: [0.340985, 0.745405],
  50: [0.428858, 0.727388],
  51: [0.490127, 0.742578],
  52: [0.551395, 0.727388],
  53: [0.639268, 0.745405],
  54: [0.726104, 0.780233],
  60: [0.290379, 0.784792],
  61: [0.428096, 0.778746],
  62: [0.490127, 0.785343],
  63: [0.552157, 0.778746],
  64: [0.689874, 0.784792],
};

export const DLIB_SIDE = 150;
/** Margin around the mean face, as a share of it. */
const DLIB_PADDING = 0.25;

const INDICES_68 = Object.keys(MESH_OF_68).map(Number);

/** Mesh points of the dlib chip, in the order of `DLIB_TEMPLATE`. */
export const DLIB_MESH_POINTS: readonly number[] = INDICES_68.map((i) => MESH_OF_68[i] as number);

/** Where those points lie in the chip. dlib counts from pixel centres: hence the half pixel. */
export const DLIB_TEMPLATE: readonly Point[] = INDICES_68.map((i) => {
  const [x, y] = MEAN_FACE[i] as Point;
  const place = (v: number) => ((DLIB_PADDING + v) / (2 * DLIB_PADDING + 1)) * DLIB_SIDE + 0.5;
  return [place(x), place(y)];
});

export const ARCFACE_SIDE = 112;
/** Right eye, left eye, nose tip, right and left mouth corner. Source: ArcFace (J. Deng et al., 2019), alignment points. */
export const ARCFACE_TEMPLATE: readonly Point[] = (
  [
    [38.2946, 51.6963],
    [73.5318, 51.5014],
    [56.0252, 71.7366],
    [41.5493, 92.3655],
    [70.7299, 92.2041],
  ] as const
).map(([x, y]) => [x + 0.5, y + 0.5]);
