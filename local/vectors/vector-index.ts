import type { Metadata, MetadataFilter } from './metadata-filter.ts';

export type DistanceMetric = 'cosine' | 'euclidean';

export interface Neighbour {
  readonly key: string;
  /** cosine: 1 − cos, 0…2; euclidean: the straight-line distance. */
  readonly distance: number;
}

const noMetadata: Metadata = {};

/**
 * The vectors of one index in memory, searched by an exact scan. All rows lie in one array, so that the scan reads
 * memory in order; with the cosine metric they are kept at unit length, so that a distance is one dot product.
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
    const rank = cosine ? negativeDot : squaredDistance;
    const best: { rank: number; slot: number }[] = [];
    let worst = Number.POSITIVE_INFINITY;
    for (let slot = 0, at = 0; slot < this.#count; slot += 1, at += this.#dimension) {
      const distance = rank(this.#rows, at, target);
      if (distance > worst) continue;
      // The filter costs more than a distance, so that it is asked last.
      if (filter && !filter(this.#metadata[slot] ?? noMetadata)) continue;
      let place = best.length;
      while (place > 0 && this.#isNearer(distance, slot, best[place - 1])) place -= 1;
      if (place >= k) continue;
      best.splice(place, 0, { rank: distance, slot });
      if (best.length > k) best.pop();
      if (best.length === k) worst = best[k - 1]?.rank ?? worst;
    }
    return best.map((found) => ({
      key: this.#keys[found.slot] ?? '',
      // Rounding can push the cosine of equal vectors a hair past 1.
      distance: cosine ? Math.min(2, Math.max(0, 1 + found.rank)) : Math.sqrt(found.rank),
    }));
  }

  #isNearer(distance: number, slot: number, other: { rank: number; slot: number } | undefined): boolean {
    if (!other || distance !== other.rank) return !other || distance < other.rank;
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

// Four sums at a time: one alone would make each addition wait for the one before.

function negativeDot(rows: Float32Array, at: number, target: Float32Array): number {
  const length = target.length;
  const unrolled = length - (length % 4);
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (; i < unrolled; i += 4) {
    a += (rows[at + i] as number) * (target[i] as number);
    b += (rows[at + i + 1] as number) * (target[i + 1] as number);
    c += (rows[at + i + 2] as number) * (target[i + 2] as number);
    d += (rows[at + i + 3] as number) * (target[i + 3] as number);
  }
  for (; i < length; i += 1) a += (rows[at + i] as number) * (target[i] as number);
  return -(a + b + (c + d));
}

function squaredDistance(rows: Float32Array, at: number, target: Float32Array): number {
  const length = target.length;
  const unrolled = length - (length % 4);
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (; i < unrolled; i += 4) {
    const w = (rows[at + i] as number) - (target[i] as number);
    const x = (rows[at + i + 1] as number) - (target[i + 1] as number);
    const y = (rows[at + i + 2] as number) - (target[i + 2] as number);
    const z = (rows[at + i + 3] as number) - (target[i + 3] as number);
    a += w * w;
    b += x * x;
    c += y * y;
    d += z * z;
  }
  for (; i < length; i += 1) {
    const w = (rows[at + i] as number) - (target[i] as number);
    a += w * w;
  }
  return a + b + (c + d);
}
