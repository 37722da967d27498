import { type Grey, mean } from './grey.ts';

/** Mean difference of two pictures of one size, in grey levels, when the change of light between them is taken away. */
export function motion(before: Grey, after: Grey): number {
  if (before.data.length !== after.data.length) return Number.POSITIVE_INFINITY;
  const light = mean(after) - mean(before);
  let sum = 0;
  for (let i = 0; i < after.data.length; i += 1) {
    sum += Math.abs((after.data[i] ?? 0) - (before.data[i] ?? 0) - light);
  }
  return sum / Math.max(1, after.data.length);
}
