import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bestPerPerson, recognise } from '../../lambdas/domain/recognise.ts';

const of = (id: string, score: number) => ({ person: { id }, score });
const score = fc.double({ min: 0, max: 1, noNaN: true });
const candidates = fc.array(fc.record({ person: fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd') }), score }));

describe('V-33 whose face it is', () => {
  test('V-26 nobody below the minimum, and the best score is told', () => {
    expect(recognise([], 0.85)).toEqual({ outcome: 'nobody' });
    expect(recognise([of('a', 0.84), of('b', 0.2)], 0.85)).toEqual({ outcome: 'nobody', best: 0.84 });
    expect(recognise([of('a', 0.85)], 0.85)).toMatchObject({ outcome: 'person', score: 0.85 });
  });

  test('V-33 two people above the minimum and within 0.02 are ambiguous; further apart the better one is it', () => {
    expect(recognise([of('a', 0.91), of('b', 0.9)], 0.85)).toEqual({ outcome: 'ambiguous', score: 0.91 });
    expect(recognise([of('a', 0.95), of('b', 0.9)], 0.85)).toMatchObject({ outcome: 'person', person: { id: 'a' } });
    expect(recognise([of('a', 0.86), of('b', 0.8499)], 0.85)).toMatchObject({ outcome: 'person', person: { id: 'a' } });
  });

  test('V-33 several faces of one person are no ambiguity', () => {
    const found = recognise([of('a', 0.99), of('a', 0.985), of('a', 0.98), of('b', 0.9)], 0.85);
    expect(found).toEqual({ outcome: 'person', person: { id: 'a' }, score: 0.99 });
  });

  test('V-33 whoever is recognised reaches the minimum, is the best, and is alone there', () => {
    fc.assert(
      fc.property(candidates, score, (all, minScore) => {
        const found = recognise(all, minScore);
        const reach = bestPerPerson(all).filter((one) => one.score >= minScore);
        const best = all.reduce((most, one) => Math.max(most, one.score), 0);
        const rivals = reach.slice(1).filter((one) => best - one.score <= 0.02);
        expect(found.outcome).toBe(reach.length === 0 ? 'nobody' : rivals.length > 0 ? 'ambiguous' : 'person');
        if (found.outcome !== 'nobody') expect(found.score).toBe(best);
      }),
    );
  });

  test('V-33 the order in which candidates come does not matter, nor does a higher minimum name somebody else', () => {
    fc.assert(
      fc.property(candidates, score, score, (all, minScore, higher) => {
        const outcome = (found: ReturnType<typeof recognise>) => [found.outcome, 'score' in found ? found.score : 0];
        expect(outcome(recognise(all.toReversed(), minScore))).toEqual(outcome(recognise(all, minScore)));
        const [low, high] = [recognise(all, Math.min(minScore, higher)), recognise(all, Math.max(minScore, higher))];
        if (low.outcome === 'person' && high.outcome === 'person') expect(high.person.id).toBe(low.person.id);
        if (low.outcome === 'nobody') expect(high.outcome).toBe('nobody');
      }),
    );
  });
});
