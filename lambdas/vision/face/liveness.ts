/**
 * Passive liveness from one frame, by MiniFASNet V2 and V1SE: sees printed and screen texture, edges and reflections.
 * Screens are caught well, good paper prints are not (models/manifest.json has the figures): never the only evidence.
 */
import { type Box, type Measure, measured, unavailable } from '../../domain/evidence.ts';
import type { Affine } from '../affine.ts';
import type { ImageModel } from '../image-model.ts';
import type { Raster } from '../picture.ts';
import type { Stopwatch } from '../stopwatch.ts';
import type { Size } from './views.ts';

const SIDE = 80;
/** Class of a live face; 0 and 2 are attacks. */
const LIVE = 1;
/** Below this width of the face, pixels, there is no texture left to look at. */
const LEAST_FACE = 60;

/** The models, each with the size of its crop in face boxes. */
export type LivenessModels = readonly { readonly model: ImageModel; readonly boxes: number }[];

/** Mean probability over the models that the face is live; 1 live, 0 attack. */
export async function passiveLiveness(
  models: LivenessModels,
  picture: Raster,
  box: Box,
  watch: Stopwatch,
): Promise<Measure> {
  if (models.length === 0) return unavailable('No model for passive liveness is installed.');
  if (box.width < LEAST_FACE) return unavailable(`The face is less than ${LEAST_FACE} pixels wide.`);
  let sum = 0;
  for (const { model, boxes } of models) {
    const matrix = livenessCrop(picture, box, boxes);
    const [logits] = await model.run([{ source: picture, matrix, outside: 'edge' }], watch);
    if (!logits) throw new Error(`${model.id} gave no logits`);
    sum += softmax(logits)[LIVE] as number;
  }
  return measured(sum / models.length);
}

/**
 * Maps the surroundings of a face, `boxes` times its box, onto the model's input. Where the picture is too small the crop
 * shrinks about the face, and where it would stick out it is pushed inside, as in the models' training: black bars would
 * themselves look like an attack.
 */
export function livenessCrop({ width, height }: Size, box: Box, boxes: number): Affine {
  const times = Math.min(boxes, width / box.width, height / box.height);
  const [w, h] = [box.width * times, box.height * times];
  const left = Math.min(Math.max(0, box.x + box.width / 2 - w / 2), width - w);
  const top = Math.min(Math.max(0, box.y + box.height / 2 - h / 2), height - h);
  return [SIDE / w, 0, (-left * SIDE) / w, 0, SIDE / h, (-top * SIDE) / h];
}

function softmax(logits: Float32Array): number[] {
  const most = Math.max(...logits);
  const weights = Array.from(logits, (logit) => Math.exp(logit - most));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
