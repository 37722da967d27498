import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Prompt } from '../../lambdas/domain/challenge.ts';
import { type Face, type FrameRelation, measured, unavailable } from '../../lambdas/domain/evidence.ts';
import { bestFrames, judgeLiveness, type LivenessEvidence, leastFrames } from '../../lambdas/domain/liveness.ts';
import type { LivenessMode } from '../../lambdas/domain/verification.ts';
import { defaultPolicy, face } from '../support/evidence.ts';

const missing = 'No model for passive liveness is installed.';
const none = unavailable(missing);
const modes = ['passive', 'dual_frame', 'active'] as const;
const policy = { ...defaultPolicy, liveness: 0.55 };

/** Fingerprints that no encoder could have made of one another. */
const prints = Array.from({ length: 10 }, (_, i) => i.toString(16).repeat(64));
/** A person who turns their head, frame by frame. */
const frames = (count: number, change: Partial<Face> = {}): Face[] =>
  Array.from({ length: count }, (_, i) =>
    face({ fingerprint: prints[i] as string, pose: { yaw: i * 8, pitch: 0, roll: 0 }, ...change }),
  );
const relation = (change: Partial<FrameRelation> = {}): FrameRelation => ({
  samePerson: measured(0.96),
  parallax: measured(0.2),
  difference: 0.4,
  ...change,
});
function evidence(mode: LivenessMode, change: Partial<LivenessEvidence> = {}): LivenessEvidence {
  const shown = change.frames ?? frames(leastFrames[mode]);
  return { mode, frames: shown, relations: shown.slice(1).map(() => relation()), replayed: false, ...change };
}
const judge = (mode: LivenessMode, change: Partial<LivenessEvidence> = {}, rules = policy) =>
  judgeLiveness(evidence(mode, change), rules);
const named = (mode: LivenessMode, change: Partial<LivenessEvidence>, name: string, rules = policy) =>
  judge(mode, change, rules).signals.find((one) => one.name === name);

describe('L-17 S-13 every rung', () => {
  test.each(modes)('%s: a live person passes, and the signals say what was looked at', (mode) => {
    const { passed, signals, score } = judge(mode);
    expect(passed).toBe(true);
    expect(score).toEqual({ value: 0.9 });
    const rungs = ['liveness', 'frames_new', 'same_person', 'frames_differ', 'depth_motion', 'challenge'];
    expect(signals.map(({ name }) => name)).toEqual(rungs.slice(0, { passive: 2, dual_frame: 5, active: 6 }[mode]));
    expect(signals.filter(({ passed: one }) => !one).map(({ name }) => name)).toEqual(
      mode === 'active' ? ['challenge'] : [],
    );
  });

  test.each(modes)('%s: a frame that looks like a print fails it, whatever the others show', (mode) => {
    const shown = frames(leastFrames[mode]).with(
      -1,
      face({ fingerprint: prints[9] as string, liveness: measured(0.3) }),
    );
    const { passed, score } = judge(mode, { frames: shown });
    expect([passed, score]).toEqual([false, { value: 0.3 }]);
  });

  test.each(['dual_frame', 'active'] as const)(
    '%s: a face too small to judge hides no print in another frame',
    (mode) => {
      const [first, ...later] = frames(leastFrames[mode]) as [Face, ...Face[]];
      const shown = [{ ...first, liveness: unavailable('Too small.') }, ...later];
      expect(judge(mode, { frames: shown })).toMatchObject({ passed: true, score: unavailable('Too small.') });
      const print = shown.map((one, i) => (i === 1 ? { ...one, liveness: measured(0.2) } : one));
      expect(judge(mode, { frames: print })).toMatchObject({ passed: false, score: { value: 0.2 } });
    },
  );

  test.each(modes)('L-57 %s: a frame that was seen before fails it', (mode) => {
    expect(judge(mode, { replayed: true }).passed).toBe(false);
    expect(named(mode, { replayed: true }, 'frames_new')).toMatchObject({ passed: false, flags: ['liveness_failed'] });
  });

  test('nothing that is missing is ever better than having it', () => {
    const measure = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }).map(measured), fc.constant(none));
    fc.assert(
      fc.property(fc.constantFrom(...modes), measure, measure, measure, (mode, liveness, same, parallax) => {
        const shown = frames(leastFrames[mode], { liveness });
        const relations = shown.slice(1).map(() => relation({ samePerson: same, parallax }));
        const { passed, signals } = judge(mode, { frames: shown, relations });
        const good = (measured: typeof same, least: number) => 'value' in measured && measured.value >= least;
        const seen = good(liveness, 0.55) || (mode !== 'passive' && 'unavailable' in liveness);
        expect(passed).toBe(seen && (mode === 'passive' || (good(same, 0.8) && good(parallax, 0.13))));
        for (const one of signals) if (one.score === undefined) expect(one.passed).toBe(false);
      }),
    );
  });

  test('refuses too few frames, and frames without their relations: bugs of a caller', () => {
    for (const mode of modes) expect(() => judge(mode, { frames: frames(leastFrames[mode] - 1) })).toThrow(RangeError);
    expect(() => judge('dual_frame', { relations: [] })).toThrow(RangeError);
  });
});

describe('S-05 S-13 where no passive model is installed', () => {
  const blind = (mode: LivenessMode) => ({ frames: frames(leastFrames[mode], { liveness: none }) });

  test('passive is no pass, and says why', () => {
    const { passed, signals, score } = judge('passive', blind('passive'));
    expect([passed, score]).toEqual([false, none]);
    expect(signals[0]).toMatchObject({ passed: false, reason: missing, flags: ['liveness_unavailable'] });
    expect(signals[0]).not.toHaveProperty('score');
  });

  test.each(['dual_frame', 'active'] as const)('%s passes on what it sees itself, and says so', (mode) => {
    const { passed, signals } = judge(mode, blind(mode));
    expect(passed).toBe(true);
    expect(signals[0]).toMatchObject({ passed: false, flags: ['liveness_unavailable'] });
  });

  test('a tenant can do without, and every judgement then says so', () => {
    const { passed, signals } = judge('passive', blind('passive'), { ...policy, requireLiveness: false });
    expect(passed).toBe(true);
    expect(signals[0]).toMatchObject({ passed: false, flags: ['liveness_not_required'], ceiling: 1 });
  });

  test.each(modes)('S-13 %s: with a threshold of 0 the passive rung is off, which a signal says', (mode) => {
    const prints = { frames: frames(leastFrames[mode], { liveness: measured(0.01) }) };
    const off = { ...policy, liveness: 0 };
    expect(judge(mode, prints, off).passed).toBe(true);
    const said = { passed: false, reason: expect.stringContaining('turned'), flags: ['liveness_not_required'] };
    expect(named(mode, prints, 'liveness', off)).toMatchObject(said);
  });
});

describe.each(['dual_frame', 'active'] as const)('%s', (mode) => {
  test('one plane that moves is no person', () => {
    const relations = frames(leastFrames[mode] - 1).map(() => relation({ parallax: measured(0.095) }));
    expect(judge(mode, { relations }).passed).toBe(false);
    expect(named(mode, { relations }, 'depth_motion')).toMatchObject({ passed: false, score: 0.095 });
  });

  test('another person in a later frame fails it', () => {
    const relations = frames(leastFrames[mode] - 1).map((_, i) =>
      relation(i === 0 ? { samePerson: measured(0.4) } : {}),
    );
    expect(judge(mode, { relations }).passed).toBe(false);
  });

  test('L-57 copies fail it: any two of the frames', () => {
    const shown = frames(leastFrames[mode]).with(-1, face({ fingerprint: `1${'0'.repeat(63)}` }));
    expect(judge(mode, { frames: shown }).passed).toBe(false);
    expect(named(mode, { frames: shown }, 'frames_differ')).toMatchObject({ passed: false, score: 0 });
  });
});

describe('active', () => {
  test('one turn among the frames is enough; the others may be still', () => {
    const still = relation({ parallax: measured(0.01) });
    expect(judge('active', { frames: frames(4), relations: [still, relation(), still] }).passed).toBe(true);
  });

  test('L-64 with a challenge, it must be followed', () => {
    const challenge: readonly Prompt[] = ['turn_left', 'smile'];
    const [neutral, , turned] = frames(3) as [Face, Face, Face];
    const smiling = {
      ...neutral,
      fingerprint: prints[7] as string,
      expression: { eyes: 0.28, mouth: 0.1, smile: 0.66 },
    };
    const asked = (shown: readonly Face[]) => ({ frames: shown, challenge });
    expect(judge('active', asked([neutral, turned, smiling])).passed).toBe(true);
    expect(judge('active', asked([neutral, smiling, turned])).passed).toBe(false);
    expect(named('active', asked([neutral, smiling, turned]), 'challenge')).toMatchObject({
      score: 0.5,
      reason: 'Not shown after a neutral first frame: smile.',
    });
  });

  test('without a challenge the judgement says that it would take a recording', () => {
    expect(named('active', {}, 'challenge')).toMatchObject({
      passed: false,
      reason: expect.stringContaining('a recording cannot be told'),
    });
  });
});

describe('L-18 the best frames', () => {
  const anyFrames = fc.array(
    fc
      .record({ quality: fc.double({ min: 0, max: 1, noNaN: true }), yaw: fc.integer({ min: -30, max: 30 }) })
      .map(({ quality, yaw }) => face({ quality, pose: { yaw, pitch: 0, roll: 0 } })),
    { maxLength: 10 },
  );

  test('are so many, the clearest among them, in the order in which they came', () => {
    fc.assert(
      fc.property(anyFrames, fc.integer({ min: 1, max: 10 }), (all, count) => {
        const best = bestFrames(all, count);
        expect(best).toHaveLength(Math.min(count, all.length));
        expect(best).toEqual(all.filter((one) => best.includes(one)));
        expect(Math.max(0, ...best.map(({ quality }) => quality))).toBe(
          Math.max(0, ...all.map(({ quality }) => quality)),
        );
      }),
    );
  });

  test('leave a frame that is fit for none that is not', () => {
    fc.assert(
      fc.property(anyFrames, fc.integer({ min: 1, max: 10 }), (all, count) => {
        const best = bestFrames(all, count);
        const left = all.filter((one) => !best.includes(one));
        if (best.some(({ quality }) => quality < 0.5)) expect(left.filter(({ quality }) => quality >= 0.5)).toEqual([]);
      }),
    );
  });

  test('show the head turned rather than twice the same', () => {
    const at = (yaw: number, quality: number) => face({ quality, pose: { yaw, pitch: 0, roll: 0 } });
    const [frontal, again, turned, blurred] = [at(0, 1), at(1, 0.98), at(16, 0.75), at(30, 0.2)];
    expect(bestFrames([again, turned, blurred, frontal], 2)).toEqual([turned, frontal]);
  });
});
