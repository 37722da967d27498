import type { Metadata, MetadataFilter } from './metadata-filter.ts';

export type DistanceMetric = 'cosine' | 'euclidean';

export interface Neighbour {
  readonly key: string;
  /** cosine: 1 − cos, 0…2; euclidean: the straight-line distance. */
  readonly distance: number;
}

/** A row and what it is sorted by, less being nearer. */
interface Candidate {
  readonly rank: number;
  readonly slot: number;
}

const noMetadata: Metadata = {};
const blockRows = 512;

/**
 * The vectors of one index in memory, searched by an exact scan. All rows lie in one array, so that the scan reads
 * memory in order; with the cosine metric they are kept at unit length, so that it too is sorted by the straight line.
 * This is the only place that knows how neighbours are found: an approximate shortlist would go in here.
 */
export class VectorIndex {
  readonly #dimension: number;
  readonly #metric: DistanceMetric;
  #rows: Float32Array;
  #count = 0;
  readonly #keys: string[] = [];
  readonly #metadata: Metadata[] = [];
  readonly #slots = new Map<string, number>();

  /** @param capacity rows to make room for at once */
  constructor(dimension: number, metric: DistanceMetric, capacity = 0) {
    this.#dimension = dimension;
    this.#metric = metric;
    this.#rows = new Float32Array(Math.max(16, capacity) * dimension);
  }

  get size(): number {
    return this.#count;
  }

  /** Adds a vector, or replaces the one with this key. */
  put(key: string, vector: Float32Array, metadata: Metadata = noMetadata): void {
    let slot = this.#slots.get(key);
    if (slot === undefined) {
      slot = this.#count;
      this.#count += 1;
      if (this.#count * this.#dimension > this.#rows.length) this.#grow();
      this.#slots.set(key, slot);
    }
    this.#keys[slot] = key;
    this.#metadata[slot] = metadata;
    this.#rows.set(this.#metric === 'cosine' ? toUnitLength(vector) : vector, slot * this.#dimension);
  }

  /** Removes a vector; the last row moves into its place. */
  delete(key: string): void {
    const slot = this.#slots.get(key);
    if (slot === undefined) return;
    const last = this.#count - 1;
    const lastKey = this.#keys[last] ?? key;
    const from = last * this.#dimension;
    this.#rows.copyWithin(slot * this.#dimension, from, from + this.#dimension);
    this.#keys[slot] = lastKey;
    this.#metadata[slot] = this.#metadata[last] ?? noMetadata;
    this.#slots.set(lastKey, slot);
    this.#slots.delete(key);
    this.#keys.pop();
    this.#metadata.pop();
    this.#count = last;
  }

  /** The nearest `k` vectors that pass `filter`, nearest first; equal distances in order of their keys. */
  search(query: Float32Array, k: number, filter?: MetadataFilter): Neighbour[] {
    const cosine = this.#metric === 'cosine';
    const target = cosine ? toUnitLength(query) : query;
    const ranks = new Float64Array(blockRows);
    const best: Candidate[] = [];
    let worst = Number.POSITIVE_INFINITY;
    for (let from = 0; from < this.#count; from += blockRows) {
      const count = Math.min(blockRows, this.#count - from);
      squaredDistances(this.#rows, from * this.#dimension, count, target, ranks);
      for (let row = 0; row < count; row += 1) {
        const rank = ranks[row] as number;
        if (rank <= worst) worst = this.#consider({ rank, slot: from + row }, best, k, filter);
      }
    }
    return best.map(({ slot, rank }) => ({
      key: this.#keys[slot] ?? '',
      // Between unit vectors |a − b|² is 2 − 2 cos; rounding can push it a hair past 4.
      distance: cosine ? Math.min(2, rank / 2) : Math.sqrt(rank),
    }));
  }

  /** Puts a candidate into its place among the best `k`, if it belongs there. Returns the rank to reach from then on. */
  #consider(candidate: Candidate, best: Candidate[], k: number, filter: MetadataFilter | undefined): number {
    let place = best.length;
    while (place > 0 && this.#isNearer(candidate, best[place - 1])) place -= 1;
    // The filter costs more than a distance, so that it is asked last.
    if (place < k && (!filter || filter(this.#metadata[candidate.slot] ?? noMetadata)))
      best.splice(place, 0, candidate);
    if (best.length > k) best.pop();
    return best.length < k ? Number.POSITIVE_INFINITY : (best[k - 1]?.rank ?? 0);
  }

  #isNearer({ rank, slot }: Candidate, other: Candidate | undefined): boolean {
    if (!other) return true;
    if (rank !== other.rank) return rank < other.rank;
    return (this.#keys[slot] ?? '') < (this.#keys[other.slot] ?? '');
  }

  #grow(): void {
    const rows = new Float32Array(Math.ceil((this.#rows.length / this.#dimension) * 1.5) * this.#dimension);
    rows.set(this.#rows);
    this.#rows = rows;
  }
}

function toUnitLength(vector: Float32Array): Float32Array {
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return norm === 0 ? vector : vector.map((value) => value / norm);
}

/**
 * The scan's inner loop. It takes rows by the block, because a call for each row costs a third of the time, and keeps four
 * sums, because one alone would make each addition wait for the one before.
 */
function squaredDistances(
  rows: Float32Array,
  from: number,
  count: number,
  target: Float32Array,
  ranks: Float64Array,
): void {
  const length = target.length;
  let at = from;
  for (let row = 0; row < count; row += 1) {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let i = 0;
    for (; i + 3 < length; i += 4, at += 4) {
      const w = (rows[at] as number) - (target[i] as number);
      const x = (rows[at + 1] as number) - (target[i + 1] as number);
      const y = (rows[at + 2] as number) - (target[i + 2] as number);
      const z = (rows[at + 3] as number) - (target[i + 3] as number);
      a += w * w;
      b += x * x;
      c += y * y;
      d += z * z;
    }
    for (; i < length; i += 1, at += 1) {
      const w = (rows[at] as number) - (target[i] as number);
      a += w * w;
    }
    ranks[row] = a + b + (c + d);
  }
}
