/** A model of the manifest that looks at pictures: rasters in, outputs in the manifest's order out. */
import type { Model } from '../../models/manifest.ts';
import type { Raster } from './picture.ts';
import { loadSession, type Tensor } from './session.ts';
import type { Stopwatch } from './stopwatch.ts';
import { fillPlanes, joined, type Normalisation } from './tensor.ts';

export interface ImageModel {
  readonly id: string;
  /**
   * Runs the model on rasters of the size it takes: all at once where it takes any number, else one by one.
   * Returns the outputs in the manifest's order; the values of several rasters follow one another.
   */
  run(rasters: readonly Raster[], watch?: Stopwatch): Promise<readonly Float32Array[]>;
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
  const tensorOf = inputTensors(normalisation);
  return {
    id,
    async run(rasters, watch) {
      const results: Readonly<Record<string, Tensor>>[] = [];
      for (const batch of together ? [rasters] : rasters.map((raster) => [raster])) {
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
 * Rasters → one tensor, in memory that the last call is done with: a reading's inputs are megabytes, and what is new each time has to be
 * cleared first and collected later. Calls that overlap get memory of their own.
 */
function inputTensors(normalisation: Normalisation) {
  let spare: Float32Array | undefined;
  return (rasters: readonly Raster[]) => {
    const [first] = rasters;
    if (!first) throw new RangeError('a model needs a picture');
    const length = first.width * first.height * 3;
    const data = spare?.length === length * rasters.length ? spare : new Float32Array(length * rasters.length);
    spare = undefined;
    rasters.forEach((raster, i) => {
      if (raster.width !== first.width || raster.height !== first.height)
        throw new RangeError('rasters of one size are joined');
      fillPlanes(raster, normalisation, data, i * length);
    });
    const done = () => {
      spare = data;
    };
    return { tensor: { data, dims: [rasters.length, 3, first.height, first.width] }, done };
  };
}
