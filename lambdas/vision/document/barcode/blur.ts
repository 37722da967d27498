/** Means over a square of `2 · reach + 1` pixels, in place; at the edges over what there is of it. Twice is nearly a Gaussian. */
export function blur(values: Float32Array, width: number, height: number, reach: number): void {
  const line = new Float32Array(Math.max(width, height));
  const along = (start: number, step: number, count: number) => {
    let sum = 0;
    let seen = 0;
    for (let i = 0; i < count; i++) line[i] = values[start + i * step] as number;
    for (let i = -reach; i < count; i++) {
      if (i + reach < count) {
        sum += line[i + reach] as number;
        seen++;
      }
      if (i - reach - 1 >= 0) {
        sum -= line[i - reach - 1] as number;
        seen--;
      }
      if (i >= 0) values[start + i * step] = sum / seen;
    }
  };
  for (let y = 0; y < height; y++) along(y * width, 1, width);
  for (let x = 0; x < width; x++) along(x, width, height);
}
