/** A face as it stood in its picture, grey and small: to be laid over the next frame's. Pure. */
import type { Box, FaceView } from '../../domain/evidence.ts';
import type { Affine } from '../affine.ts';
import { luma, type Raster, warp } from '../picture.ts';

const WIDTH = 72;
const HEIGHT = 86;
/** Of the face's box: a little around it. */
const MARGIN = 1.3;

export function viewOf(picture: Raster, box: Box): FaceView {
  const scale = WIDTH / (box.width * MARGIN);
  const left = box.x + box.width / 2 - WIDTH / 2 / scale;
  const top = box.y + box.height / 2 - HEIGHT / 2 / scale;
  const map: Affine = [scale, 0, -left * scale, 0, scale, -top * scale];
  return { left, top, scale, width: WIDTH, height: HEIGHT, luma: luma(warp(picture, map, WIDTH, HEIGHT, 'edge')) };
}
