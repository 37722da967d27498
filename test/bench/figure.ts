/** One thing that was measured here and now; these machines are shared, so ratios mean more than milliseconds. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

/** The value below which a share of all lies (nearest rank). */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
