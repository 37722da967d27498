/** Faces in a picture, by BlazeFace: a first look at the whole, and closer looks where that finds nothing sure. */
import { type Affine, invert } from '../affine.ts';
import type { ImageModel } from '../image-model.ts';
import type { Raster } from '../picture.ts';
import type { Stopwatch } from '../stopwatch.ts';
import { type Detection, decodeDetections, suppress } from './boxes.ts';
import { type QuarterTurns, tileViews, wholeView } from './views.ts';

/** As measured; see the thresholds of `blazeface` in models/manifest.json. */
const MOST_OVERLAP = 0.3;

/** A detection, and the least presence (the mesh's flag) at which it counts as a face: see `LOOKS`. */
export interface Candidate extends Detection {
  readonly leastPresence: number;
}

/** Which of these are faces? Asked before the next, costlier look is taken. */
export type Confirm<T> = (candidates: readonly Candidate[]) => Promise<readonly T[]>;

interface Look {
  readonly views: (picture: Raster) => readonly Affine[];
  /** Least score of a candidate. */
  readonly score: number;
  readonly presence: number;
  /** Confidence of a confirmed face that ends the search. */
  readonly enough: number;
}

const TURNED: readonly QuarterTurns[] = [1, 3, 2];

/**
 * In the order of cost. A face upside down may score 0.8 as an upright one, with a mesh that does not fit (presence below
 * 0.9): so nothing below 0.75 is trusted until turned views have been seen. Ornaments on documents pass for faces in
 * close or turned views: there more is asked for. Measured on 64 distorted and 67 plain documents.
 */
const LOOKS: readonly Look[] = [
  { views: (picture) => [wholeView(picture)], score: 0.5, presence: 0.5, enough: 0.75 },
  { views: (picture) => tileViews(picture, 1 / 2), score: 0.5, presence: 0.95, enough: 0.75 },
  { views: (picture) => TURNED.map((turns) => wholeView(picture, turns)), score: 0.5, presence: 0.95, enough: 0 },
  {
    views: (picture) => TURNED.flatMap((turns) => tileViews(picture, 1 / 2, turns)),
    score: 0.75,
    presence: 0.95,
    enough: 0,
  },
  { views: (picture) => tileViews(picture, 1 / 4), score: 0.75, presence: 0.95, enough: 0 },
];

/**
 * Looks at the whole picture; if that shows nothing sure, at squares of half its longer side (a portrait on a page, a
 * group), then at the picture turned by quarters; if still nothing at all, at turned squares and squares of a quarter.
 * One look costs one model run: 1 for a selfie, up to 10 for a document page, about 60 where there is no face at all.
 * @returns what `confirm` made of the candidates of all looks that were taken
 */
export async function findFaces<T extends { readonly confidence: number }>(
  model: ImageModel,
  picture: Raster,
  confirm: Confirm<T>,
  watch: Stopwatch,
): Promise<readonly T[]> {
  const candidates: Candidate[] = [];
  let found: readonly T[] = [];
  for (const { views, score, presence, enough } of LOOKS) {
    for (const view of views(picture)) {
      for (const detection of await look(model, picture, view, score, watch)) {
        candidates.push({ ...detection, leastPresence: presence });
      }
    }
    found = await confirm(suppress(candidates, MOST_OVERLAP));
    if (found.some(({ confidence }) => confidence >= enough)) break;
  }
  return found;
}

async function look(
  model: ImageModel,
  picture: Raster,
  view: Affine,
  leastScore: number,
  watch: Stopwatch,
): Promise<Detection[]> {
  const [logits, boxes] = await model.run([{ source: picture, matrix: view }], watch);
  if (!logits || !boxes) throw new Error(`${model.id} gave no scores or no boxes`);
  return decodeDetections(logits, boxes, invert(view), leastScore);
}
