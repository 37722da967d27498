/** Templates as the full model set makes them, drawn instead of measured: as many as one likes, always the same ones. */

/** Numbers of each of the two embedders. */
const PART = 128;
/** Scale of the first part, and of the squares of the second: the formula in lambdas/vision/face/embed.ts. */
const DLIB_SCALE = 0.6;
const COSINE_SCALE = 0.7;

/** Variances of dlib's part: between people, and between photos of one; L2 of strangers is then about .83, of one person .40. */
const BETWEEN = 0.264;
const WITHIN = 0.08;
/** Cosine of two photos of one person in MobileFaceNet's part; strangers' is 0. */
const SAME_COSINE = 0.6;
/** Variances fall by e every so many directions: as many degrees of freedom as the spread of real strangers' distances tells of. */
const DECAY = 25;

const normals = quantiles(4096);

/** The normal distribution's quantiles, evenly spaced: a draw is then one look-up. From sums of sorted pseudo-random draws. */
function quantiles(count: number): Float32Array {
  const random = xorshift(1);
  const uniform = () => (random() + 0.5) / 2 ** 32;
  const draws = Float64Array.from(
    { length: count * 16 },
    () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  ).sort();
  return Float32Array.from({ length: count }, (_, i) => draws[i * 16 + 8] as number);
}

/** G. Marsaglia, "Xorshift RNGs", 2003; 32 bits. */
function xorshift(seed: number): () => number {
  let state = (Math.imul(seed, 0x9e3779b1) ^ 0x2545f491) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

const deviations = (() => {
  const variances = Float64Array.from({ length: PART }, (_, i) => Math.exp(-i / DECAY));
  const total = variances.reduce((sum, variance) => sum + variance, 0);
  return variances.map((variance) => Math.sqrt(variance / total));
})();

function draw(random: () => number): Float64Array {
  const numbers = new Float64Array(PART);
  for (let i = 0; i < PART; i++) numbers[i] = normals[random() >>> 20] as number;
  return numbers;
}

/** Turns the vector by a fixed rotation (Walsh and Hadamard's), so that no coordinate carries more than another. */
function turn(vector: Float64Array): void {
  for (let span = 1; span < PART; span *= 2)
    for (let from = 0; from < PART; from += 2 * span)
      for (let i = from; i < from + span; i++) {
        const a = vector[i] as number;
        const b = vector[i + span] as number;
        vector[i] = a + b;
        vector[i + span] = a - b;
      }
  for (let i = 0; i < PART; i++) vector[i] = (vector[i] as number) / Math.sqrt(PART);
}

/** Photo `photo` of person `person`: 256 numbers. */
export function syntheticTemplate(person: number, photo: number): Float32Array {
  const own = xorshift(person * 2 + 1);
  const photos = xorshift((person * 64 + photo) * 2 + 2 ** 31);
  const [first, second] = [draw(own), draw(own)];
  const [firstNoise, secondNoise] = [draw(photos), draw(photos)];
  let length = 0;
  for (let i = 0; i < PART; i++) {
    const mixed = Math.sqrt(BETWEEN) * (first[i] as number) + Math.sqrt(WITHIN) * (firstNoise[i] as number);
    first[i] = (deviations[i] as number) * mixed;
    second[i] =
      Math.sqrt(SAME_COSINE) * (second[i] as number) + Math.sqrt(1 - SAME_COSINE) * (secondNoise[i] as number);
    length += (second[i] as number) ** 2;
  }
  turn(first);
  const scale = 1 / Math.sqrt(2 * COSINE_SCALE * length);
  const vector = new Float32Array(2 * PART);
  for (let i = 0; i < PART; i++) {
    vector[i] = (first[i] as number) / DLIB_SCALE;
    vector[PART + i] = (second[i] as number) * scale;
  }
  return vector;
}
