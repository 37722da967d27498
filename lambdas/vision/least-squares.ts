/** Linear least squares by normal equations: for a dozen unknowns of like size. Pure. */
export interface LeastSquares {
  /** One equation: row · unknowns = value. */
  add(row: ArrayLike<number>, value: number, weight?: number): void;
  /** Throws RangeError where the equations leave an unknown open. */
  solve(): number[];
}

export function leastSquares(unknowns: number): LeastSquares {
  const sums = square(unknowns, 1);
  return {
    add(row, value, weight = 1) {
      for (const [i, line] of sums.entries()) {
        const factor = weight * (row[i] as number);
        for (let j = 0; j < unknowns; j++) line[j] = (line[j] as number) + factor * (row[j] as number);
        line[unknowns] = (line[unknowns] as number) + factor * value;
      }
    },
    solve: () => eliminate(sums).map((line) => line[0] as number),
  };
}

/**
 * Solves equations whose rows stay while their values change: `damping` holds unknowns at 0 that the rows leave open.
 * @returns unknowns of the values, which are in the order of the rows
 */
export function solver(
  rows: readonly Float64Array[],
  unknowns: number,
  damping: number,
): (values: Float64Array) => Float64Array {
  const sums = square(unknowns, unknowns);
  for (const [i, line] of sums.entries()) {
    for (const row of rows) {
      const factor = row[i] as number;
      for (let j = 0; j < unknowns; j++) line[j] = (line[j] as number) + factor * (row[j] as number);
    }
    line[i] = (line[i] as number) + damping;
    line[unknowns + i] = 1;
  }
  const inverse = eliminate(sums);
  return (values) => {
    const right = new Float64Array(unknowns);
    rows.forEach((row, n) => {
      const value = values[n] as number;
      for (let i = 0; i < unknowns; i++) right[i] = (right[i] as number) + (row[i] as number) * value;
    });
    return Float64Array.from(inverse, (line) => line.reduce((sum, v, i) => sum + v * (right[i] as number), 0));
  };
}

const square = (unknowns: number, more: number): Float64Array[] =>
  Array.from({ length: unknowns }, () => new Float64Array(unknowns + more));

/** Gauss–Jordan with row pivots: each row holds its coefficients, then right sides; answers what stands right in the end. */
function eliminate(equations: readonly Float64Array[]): readonly Float64Array[] {
  let rows: readonly Float64Array[] = equations.map((row) => row.slice());
  const n = rows.length;
  const largest = Math.max(...rows.map((row, i) => Math.abs(row[i] as number)));
  for (let column = 0; column < n; column++) {
    const at = (row: Float64Array) => Math.abs(row[column] as number);
    const pivot = rows.slice(column).toSorted((a, b) => at(b) - at(a))[0] as Float64Array;
    if (!(at(pivot) > largest * 1e-12)) throw new RangeError('equations that leave an unknown open');
    const rest = rows.filter((row) => row !== pivot);
    rows = [...rest.slice(0, column), pivot, ...rest.slice(column)];
    for (const row of rest) {
      const factor = (row[column] as number) / (pivot[column] as number);
      for (let j = column; j < row.length; j++) row[j] = (row[j] as number) - factor * (pivot[j] as number);
    }
  }
  return rows.map((row, i) => row.subarray(n).map((value) => value / (row[i] as number)));
}
