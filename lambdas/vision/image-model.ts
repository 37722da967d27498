/** A model of the manifest that looks at pictures: rasters in, outputs in the manifest's order out. */
import type { Model } from '../../models/manifest.ts';
import { type Raster, type View, warp } from './picture.ts';
import { loadSession, type Tensor } from './session.ts';
import type { Stopwatch } from './stopwatch.ts';
import { fillPlanes, joined, type Normalisation } from './tensor.ts';

export interface ImageModel {
  readonly id: string;
  /**
   * Runs the model on rasters of the size it takes, or on views at that size: all at once where it takes any number, else one by one.
   * Returns the outputs in the manifest's order; the values of several pictures follow one another.
   */
  run(pictures: readonly (Raster | View)[], watch?: Stopwatch): Promise<readonly Float32Array[]>;
  release(): Promise<void>;
}

/** Rejects if the file is missing, is no model, or has other inputs or outputs than the manifest says. */
export async function loadImageModel(model: Model, file: string, threads: number): Promise<ImageModel> {
  const { id, input, outputs } = model;
  if (!input) throw new Error(`model ${id} takes no image`);
  const session = await loadSession(file, { id, threads });
  const names = outputs.map(({ name }) => name);
  if (!session.inputs.includes(input.name) || !names.every((name) => session.outputs.includes(name))) {
    throw new Error(`model ${id} has other inputs or outputs than models/manifest.json says`);
  }
  const together = typeof input.shape[0] === 'string';
  const normalisation: Normalisation = {
    order: input.channels === 'RGB' ? 'rgb' : 'bgr',
    mean: input.mean,
    deviation: input.std,
  };
  const [, , height, width] = input.shape as readonly number[];
  const tensorOf = inputTensors(width as number, height as number, normalisation);
  return {
    id,
    async run(pictures, watch) {
      const results: Readonly<Record<string, Tensor>>[] = [];
      for (const batch of together ? [pictures] : pictures.map((picture) => [picture])) {
        const { tensor, done } = tensorOf(batch);
        results.push(await session.run({ [input.name]: tensor }, watch));
        done();
      }
      return names.map((name) => joined(results.map((result) => result[name] as Tensor)).data);
    },
    release: () => session.release(),
  };
}

/**
 * Pictures → one tensor, in memory that the last call is done with: a reading's inputs are megabytes, and what is new each time has to be
 * cleared first and collected later. Calls that overlap get memory of their own.
 */
function inputTensors(width: number, height: number, normalisation: Normalisation) {
  const length = width * height * 3;
  const resampled = new Uint8Array(length);
  let spare: Float32Array | undefined;
  return (pictures: readonly (Raster | View)[]) => {
    const data = spare?.length === length * pictures.length ? spare : new Float32Array(length * pictures.length);
    spare = undefined;
    pictures.forEach((picture, i) => {
      const raster =
        'matrix' in picture ? warp(picture.source, picture.matrix, width, height, picture.outside, resampled) : picture;
      if (raster.width !== width || raster.height !== height)
        throw new RangeError('a model takes pictures of one size');
      fillPlanes(raster, normalisation, data, i * length);
    });
    const done = () => {
      spare = data;
    };
    return { tensor: { data, dims: [pictures.length, 3, height, width] }, done };
  };
}
