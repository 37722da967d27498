import * as z from 'zod';
import type { IndexInfo } from './catalog.ts';
import { validation } from './errors.ts';
import type { Metadata } from './metadata-filter.ts';

export const vectorKey = z.string().min(1).max(1024);
export const vectorData = z.object({ float32: z.array(z.number()) });
export const putVector = z.object({
  key: vectorKey,
  data: vectorData,
  metadata: z.record(z.string(), z.unknown()).nullish(),
});

// S3 Vectors user guide, "Limitations and restrictions".
const largestMetadata = 40 * 1024;
const largestFilterable = 2 * 1024;
const mostMetadataKeys = 50;

/** The vector as it is stored; refuses what the index cannot hold or compare. */
export function toVector(values: readonly number[], index: IndexInfo, what: string): Float32Array {
  if (values.length !== index.dimension)
    throw validation(`${what} has ${values.length} dimensions, but the index "${index.name}" has ${index.dimension}.`);
  const vector = Float32Array.from(values);
  if (!vector.every(Number.isFinite)) throw validation(`${what} has values that do not fit float32.`);
  if (index.metric === 'cosine' && !vector.some((value) => value !== 0))
    throw validation(`${what} is a zero vector, which has no direction for the cosine distance.`);
  return vector;
}

const isPrimitive = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value);

/** The part of the metadata that filters see. */
export function filterablePart(metadata: Metadata | undefined, index: IndexInfo): Metadata {
  return Object.fromEntries(Object.entries(metadata ?? {}).filter(([key]) => !index.nonFilterable.includes(key)));
}

/** Refuses metadata that S3 Vectors would refuse. */
export function checkMetadata(metadata: Metadata, index: IndexInfo, key: string): void {
  if (Object.keys(metadata).length > mostMetadataKeys)
    throw validation(`The metadata of vector "${key}" has more than ${mostMetadataKeys} keys.`);
  const filterable = filterablePart(metadata, index);
  for (const [name, value] of Object.entries(filterable))
    if (!isPrimitive(value) && !(Array.isArray(value) && value.every(isPrimitive)))
      throw validation(
        `The metadata "${name}" of vector "${key}" must be a string, number, boolean or a list of them.`,
      );
  if (Buffer.byteLength(JSON.stringify(filterable)) > largestFilterable)
    throw validation(`The filterable metadata of vector "${key}" exceeds ${largestFilterable} bytes.`);
  if (Buffer.byteLength(JSON.stringify(metadata)) > largestMetadata)
    throw validation(`The metadata of vector "${key}" exceeds ${largestMetadata} bytes.`);
}
