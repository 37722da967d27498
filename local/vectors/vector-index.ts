import type { Metadata, MetadataFilter } from './metadata-filter.ts';
import { type Rounded, RoundedRows, roundQuery } from './rounded-rows.ts';

export type DistanceMetric = 'cosine' | 'euclidean';

export interface Neighbour {
  readonly key: string;
  /** cosine: 1 − cos, 0…2; euclidean: the straight-line distance. */
  readonly distance: number;
}

/** The vector itself, as it was written. */
export type ReadVector = (id: number) => { readonly key: string; readonly data: Float32Array };

const smallestBlock = 16;
/** 1 MB at 256 dimensions: what the scan reads stays in the processor's cache until its distances are looked at. */
const largestBlock = 4096;

/**
 * Where the vectors of one index lie, in memory, a byte for each number. A search computes for every vector between which
 * bounds its distance lies, and reads only those that may be among the nearest in full: so its answers are exact. With the cosine metric
 * rows are kept at unit length, so that it too is sorted by the straight line.
 */
export class VectorIndex {
  readonly #dimension: number;
  readonly #metric: DistanceMetric;
  readonly #read: ReadVector;
  #blocks: RoundedRows[] = [];
  #size = 0;
  /** Equal metadata are kept once: a filter is asked once for all of them. */
  readonly #known = new Map<string, Metadata>();

  constructor(dimension: number, metric: DistanceMetric, read: ReadVector) {
    this.#dimension = dimension;
    this.#metric = metric;
    this.#read = read;
  }

  get size(): number {
    return this.#size;
  }

  /** Replaces the vector with this id, or adds one: a new id is greater than all that are here. */
  put(id: number, vector: Float32Array, metadata: Metadata): void {
    const row = this.#metric === 'cosine' ? toUnitLength(vector) : vector;
    const place = this.#find(id);
    if (!place) {
      this.#lastBlock().append(id, row, this.#same(metadata));
      this.#size += 1;
      return;
    }
    if (place.block.isHole(place.row)) this.#size += 1;
    place.block.set(place.row, row, this.#same(metadata));
  }

  delete(id: number): void {
    const place = this.#find(id);
    if (!place || place.block.isHole(place.row)) return;
    place.block.erase(place.row);
    this.#size -= 1;
    const rows = this.#blocks.reduce((sum, { count }) => sum + count, 0);
    if (rows > largestBlock && rows > 2 * this.#size) this.#closeHoles();
  }

  /** The nearest `k` vectors that pass `filter`, nearest first; equal distances in order of their keys. */
  search(query: Float32Array, k: number, filter?: MetadataFilter): Neighbour[] {
    const target = this.#metric === 'cosine' ? toUnitLength(query) : query;
    return this.#candidates(roundQuery(target), k, filter && remembering(filter))
      .map((id) => {
        const { key, data } = this.#read(id);
        return { key, distance: this.#distance(target, data) };
      })
      .sort((a, b) => a.distance - b.distance || (a.key < b.key ? -1 : 1))
      .slice(0, k);
  }

  /** Ids of all that may be among the nearest `k`. */
  #candidates(query: Rounded, k: number, filter: MetadataFilter | undefined): number[] {
    const squared = new Float64Array(largestBlock);
    const found: { readonly id: number; readonly least: number }[] = [];
    /** The greatest distances that the best `k` can have, in order. */
    const most: number[] = [];
    let bound = Number.POSITIVE_INFINITY;
    for (const block of this.#blocks) {
      block.squaredDistances(query, squared);
      for (let row = 0; row < block.count; row++) {
        const error = query.error + (block.errors[row] as number);
        // Written this way round, because the distance to a hole is not a number.
        if (!((squared[row] as number) <= (bound + error) ** 2)) continue;
        // The filter costs more than a distance, so that it is asked last.
        if (filter && !filter(block.metadata[row] as Metadata)) continue;
        const distance = Math.sqrt(Math.max(0, squared[row] as number));
        found.push({ id: block.ids[row] as number, least: distance - error });
        insert(most, distance + error, k);
        if (most.length === k) bound = most[k - 1] as number;
      }
    }
    return found.filter(({ least }) => least <= bound).map(({ id }) => id);
  }

  /** @param target at unit length with the cosine metric */
  #distance(target: Float32Array, data: Float32Array): number {
    const vector = this.#metric === 'cosine' ? toUnitLength(data) : data;
    let sum = 0;
    for (let i = 0; i < target.length; i++) sum += ((vector[i] as number) - (target[i] as number)) ** 2;
    // Between unit vectors |a − b|² is 2 − 2 cos; rounding can push it a hair past 4.
    return this.#metric === 'cosine' ? Math.min(2, sum / 2) : Math.sqrt(sum);
  }

  #find(id: number): { readonly block: RoundedRows; readonly row: number } | undefined {
    const block = this.#blocks.findLast(({ ids }) => (ids[0] as number) <= id);
    const row = block?.find(id) ?? -1;
    return block && row >= 0 ? { block, row } : undefined;
  }

  /** A block with room. Each is twice the one before, up to the largest: small indexes stay small, and none is ever copied to grow. */
  #lastBlock(): RoundedRows {
    const last = this.#blocks.at(-1);
    if (last && !last.full) return last;
    const next = new RoundedRows(this.#dimension, Math.min(largestBlock, (last?.count ?? smallestBlock / 2) * 2));
    this.#blocks.push(next);
    return next;
  }

  #closeHoles(): void {
    const blocks = this.#blocks;
    this.#blocks = [];
    for (const block of blocks)
      for (let row = 0; row < block.count; row++) if (!block.isHole(row)) block.moveTo(this.#lastBlock(), row);
  }

  #same(metadata: Metadata): Metadata {
    const text = JSON.stringify(metadata);
    const known = this.#known.get(text);
    if (!known) this.#known.set(text, metadata);
    return known ?? metadata;
  }
}

/** Puts a value into its place among the least `k`, if it belongs there. */
function insert(sorted: number[], value: number, k: number): void {
  let place = sorted.length;
  while (place > 0 && value < (sorted[place - 1] as number)) place -= 1;
  if (place >= k) return;
  sorted.splice(place, 0, value);
  if (sorted.length > k) sorted.pop();
}

/** A filter that is asked once for each metadata. */
function remembering(filter: MetadataFilter): MetadataFilter {
  const answers = new Map<Metadata, boolean>();
  return (metadata) => {
    const known = answers.get(metadata);
    if (known !== undefined) return known;
    const answer = filter(metadata);
    answers.set(metadata, answer);
    return answer;
  };
}

function toUnitLength(vector: Float32Array): Float32Array {
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return norm === 0 ? vector : vector.map((value) => value / norm);
}
