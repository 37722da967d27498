import type { Face, FrameRelation } from './evidence.ts';

/** What the person is asked to do. Left and right are the person's own, in frames that are not mirrored. */
export const prompts = ['turn_left', 'turn_right', 'look_up', 'blink', 'smile'] as const;
export type Prompt = (typeof prompts)[number];

const isTurn = (prompt: Prompt): boolean => prompt === 'turn_left' || prompt === 'turn_right';
const isExpression = (prompt: Prompt): boolean => prompt === 'blink' || prompt === 'smile';

/** Two or three different prompts, with a turn, which a flat picture cannot follow, and something that the face does. */
const sequences: readonly (readonly Prompt[])[] = [2, 3]
  .flatMap((length) => ordersOf(length, prompts))
  .filter((sequence) => sequence.some(isTurn) && sequence.some(isExpression));

function ordersOf(length: number, from: readonly Prompt[]): readonly (readonly Prompt[])[] {
  if (length === 0) return [[]];
  return from.flatMap((first) =>
    ordersOf(
      length - 1,
      from.filter((prompt) => prompt !== first),
    ).map((rest) => [first, ...rest]),
  );
}

/** One of 56 challenges, all as likely. @param unit 0..1, from a cryptographic source */
export const drawChallenge = (unit: () => number): readonly Prompt[] =>
  sequences[Math.min(sequences.length - 1, Math.floor(unit() * sequences.length))] as readonly Prompt[];

/**
 * How many of the prompts were followed, in their order, by frames after the first, which shows the person's neutral face. Frames in
 * between are free; one frame follows one prompt.
 * @param relations of the first frame with each later one
 */
export function promptsFollowed(
  challenge: readonly Prompt[],
  frames: readonly Face[],
  relations: readonly FrameRelation[],
): number {
  const [neutral, ...later] = frames;
  let followed = 0;
  later.forEach((face, i) => {
    const prompt = challenge[followed];
    const relation = relations[i];
    if (neutral && prompt && relation && follows(prompt, neutral, face, relation)) followed++;
  });
  return followed;
}

function follows(prompt: Prompt, neutral: Face, face: Face, relation: FrameRelation): boolean {
  const yaw = face.pose.yaw - neutral.pose.yaw;
  const pitch = face.pose.pitch - neutral.pose.pitch;
  const still = Math.abs(yaw) < leastTurn && Math.abs(pitch) < leastTurn;
  switch (prompt) {
    case 'turn_left':
      return yaw >= leastTurn && yaw > Math.abs(pitch) && hasDepth(relation);
    case 'turn_right':
      return yaw <= -leastTurn && -yaw > Math.abs(pitch) && hasDepth(relation);
    case 'look_up':
      return pitch >= leastLookUp && pitch > Math.abs(yaw);
    case 'blink':
      return still && face.expression.eyes <= neutral.expression.eyes * mostOfOpenEyes;
    case 'smile':
      return still && face.expression.smile >= neutral.expression.smile * leastSmile;
  }
}

/** Degrees against the neutral frame, as the mesh reads them. */
const leastTurn = 12;
const leastLookUp = 12;
/** Shares of the neutral frame's ratios. */
const mostOfOpenEyes = 0.65;
const leastSmile = 1.12;

/** Parallax from which a motion is that of a head. */
export const leastParallax = 0.12;

export const hasDepth = ({ parallax }: FrameRelation): boolean =>
  'value' in parallax && parallax.value >= leastParallax;
