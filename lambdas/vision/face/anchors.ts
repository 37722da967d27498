/** Where the meaning of distances comes from: the operator's own measurement, else the manifest's. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CALIBRATION_FILE, calibrations, manifest } from '../../../models/manifest.ts';
import type { Anchor } from '../../domain/calibration.ts';

/** @throws Error when neither says anything on the model set, or when the operator's file is not what it should be */
export async function anchorsOf(modelSet: string, folder: string): Promise<readonly Anchor[]> {
  const anchors = (parse((await readOwn(folder)) ?? '{}')[modelSet] ?? manifest.calibration[modelSet])?.anchors;
  if (!anchors) throw new Error(`models/manifest.json has no calibration for ${modelSet}`);
  return anchors;
}

/** SHA-256 of the operator's own calibration, if there is one: scores depend on it as on a model. */
export async function calibrationHash(folder: string): Promise<string | undefined> {
  const own = await readOwn(folder);
  return own === undefined ? undefined : createHash('sha256').update(own).digest('hex');
}

const readOwn = (folder: string): Promise<string | undefined> =>
  readFile(join(folder, CALIBRATION_FILE), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });

function parse(text: string): ReturnType<typeof calibrations.parse> {
  try {
    return calibrations.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${CALIBRATION_FILE} in the models' folder is no calibration; without it the manifest's holds`, {
      cause,
    });
  }
}
