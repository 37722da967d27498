import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawChallenge, type Prompt, prompts, promptsFollowed } from '../../lambdas/domain/challenge.ts';
import { type Face, type FrameRelation, measured, unavailable } from '../../lambdas/domain/evidence.ts';
import { face } from '../support/evidence.ts';

interface Frame {
  readonly face: Face;
  readonly relation: FrameRelation;
}
const relation = (parallax = 0.02): FrameRelation => ({
  samePerson: measured(0.97),
  parallax: measured(parallax),
  difference: 0.2,
});

/** Somebody with a face of their own: turned a little, with small eyes, with a wide mouth. */
const anyone = fc
  .record({
    yaw: fc.integer({ min: -15, max: 15 }),
    pitch: fc.integer({ min: -15, max: 15 }),
    eyes: fc.double({ min: 0.18, max: 0.34, noNaN: true }),
    smile: fc.double({ min: 0.51, max: 0.7, noNaN: true }),
  })
  .map(({ yaw, pitch, eyes, smile }) => face({ pose: { yaw, pitch, roll: 0 }, expression: { eyes, mouth: 0, smile } }));
const somebody = face();

/** The person, having done this much of what was asked: 1 is enough, by a hair. */
function following(prompt: Prompt, { pose, expression, ...rest }: Face, share = 1.01): Frame {
  const moved = (yaw: number, pitch: number, parallax: number): Frame => ({
    face: { ...rest, expression, pose: { ...pose, yaw: pose.yaw + yaw * share, pitch: pose.pitch + pitch * share } },
    relation: relation(parallax),
  });
  const changed = (change: Partial<Face['expression']>): Frame => ({
    face: { ...rest, pose, expression: { ...expression, ...change } },
    relation: relation(),
  });
  switch (prompt) {
    case 'turn_left':
      return moved(12, 0, 0.15);
    case 'turn_right':
      return moved(-12, 0, 0.15);
    case 'look_up':
      return moved(0, 12, 0.1);
    case 'blink':
      return changed({ eyes: expression.eyes * (1 - 0.2 * share) });
    case 'smile':
      return changed({ smile: expression.smile * (1 + 0.1 * share) });
  }
}
const idle = (neutral: Face): Frame => ({ face: neutral, relation: relation() });
const count = (challenge: readonly Prompt[], neutral: Face, frames: readonly Frame[]): number =>
  promptsFollowed(
    challenge,
    [neutral, ...frames.map((one) => one.face)],
    frames.map((one) => one.relation),
  );

const challenges = fc.double({ min: 0, max: 1, noNaN: true }).map((unit) => drawChallenge(() => unit));

describe('L-64 a challenge', () => {
  test('is two or three different prompts, with a turn and something that the face does', () => {
    fc.assert(
      fc.property(challenges, (challenge) => {
        expect([2, 3]).toContain(challenge.length);
        expect(new Set(challenge).size).toBe(challenge.length);
        expect(challenge.filter((prompt) => prompt.startsWith('turn')).length).toBeGreaterThan(0);
        expect(challenge.filter((prompt) => prompt === 'blink' || prompt === 'smile').length).toBeGreaterThan(0);
      }),
    );
  });

  test('is one of 56, each as likely', () => {
    const drawn = Array.from({ length: 560 }, (_, i) => drawChallenge(() => (i + 0.5) / 560).join());
    const times = Map.groupBy(drawn, (challenge) => challenge);
    expect(times.size).toBe(56);
    for (const [, all] of times) expect(all).toHaveLength(10);
  });
});

describe('L-64 what was asked', () => {
  test('is followed in its order, with any frames in between, by anybody', () => {
    fc.assert(
      fc.property(
        challenges,
        anyone,
        fc.array(fc.nat(2), { minLength: 3, maxLength: 3 }),
        (challenge, neutral, idles) => {
          const frames = challenge.flatMap((prompt, i) => [
            ...Array.from({ length: idles[i] ?? 0 }, () => idle(neutral)),
            following(prompt, neutral),
          ]);
          expect(count(challenge, neutral, frames)).toBe(challenge.length);
        },
      ),
    );
  });

  test('is not followed in another order, or with a prompt left out', () => {
    fc.assert(
      fc.property(challenges, anyone, fc.nat(2), (challenge, neutral, which) => {
        const frames = challenge.map((prompt) => following(prompt, neutral));
        expect(count(challenge, neutral, frames.toReversed())).toBeLessThan(challenge.length);
        const left = which % challenge.length;
        expect(count(challenge, neutral, frames.toSpliced(left, 1, idle(neutral)))).toBe(left);
      }),
    );
  });

  test.each(prompts)('%s: done by nine tenths is not done', (prompt) => {
    expect(count([prompt], somebody, [following(prompt, somebody, 0.9)])).toBe(0);
  });

  test('of a still face is followed by nothing', () => {
    fc.assert(
      fc.property(challenges, anyone, (challenge, neutral) => {
        expect(
          count(
            challenge,
            neutral,
            Array.from({ length: 9 }, () => idle(neutral)),
          ),
        ).toBe(0);
      }),
    );
  });

  test('one frame follows one prompt, even if it shows two', () => {
    const { face: turned, relation: deep } = following('turn_left', somebody);
    const both = { face: { ...turned, expression: following('smile', somebody).face.expression }, relation: deep };
    expect(count(['turn_left', 'smile'], somebody, [both])).toBe(1);
  });

  test.each(['turn_left', 'turn_right'] as const)(
    'a tilted photo, which has no depth, does not follow %s',
    (prompt) => {
      const { face: turned } = following(prompt, somebody);
      for (const flat of [relation(0.095), { ...relation(), parallax: unavailable('No mesh.') }]) {
        expect(count([prompt], somebody, [{ face: turned, relation: flat }])).toBe(0);
      }
    },
  );

  test('left is the left of the person: to the right in the picture', () => {
    expect(count(['turn_left'], somebody, [following('turn_right', somebody)])).toBe(0);
    expect(following('turn_left', somebody).face.pose.yaw).toBeGreaterThan(0);
  });

  test('a turned head neither blinks nor smiles: from the side eyes and mouth look narrower', () => {
    for (const prompt of ['blink', 'smile'] as const) {
      const { face: done, relation: same } = following(prompt, somebody);
      const turned = { face: { ...done, pose: { yaw: 20, pitch: 0, roll: 0 } }, relation: same };
      expect(count([prompt], somebody, [turned])).toBe(0);
    }
  });
});
