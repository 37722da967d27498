import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  canMove,
  isAccepted,
  type State,
  states,
  statesBefore,
  transitions,
} from '../../lambdas/domain/verification.ts';

const reachable = (from: State): Set<State> => {
  const found = new Set<State>();
  const visit = (state: State): void => {
    for (const next of transitions[state]) {
      if (found.has(next)) continue;
      found.add(next);
      visit(next);
    }
  };
  visit(from);
  return found;
};

describe('the life of a verification', () => {
  test('begins at created, and every other state can come of it', () => {
    expect(statesBefore('created')).toEqual([]);
    expect([...reachable('created'), 'created'].sort()).toEqual([...states].sort());
  });

  test('never comes back to where it was', () => {
    for (const state of states) expect(reachable(state)).not.toContain(state);
  });

  test('the states before a state are those that it can be reached from', () => {
    for (const to of states) {
      for (const from of states) expect(statesBefore(to).includes(from)).toBe(canMove(from, to));
    }
  });

  test('ends: a verdict, a failure, an expiry stand until they are redacted, and what is redacted stays so', () => {
    for (const state of ['approved', 'rejected', 'failed', 'expired', 'canceled'] as const) {
      expect(transitions[state]).toEqual(['redacted']);
    }
    expect(transitions.redacted).toEqual([]);
  });

  test('a review ends by a decision of a person, or is redacted', () => {
    expect([...transitions.review].sort()).toEqual(['approved', 'redacted', 'rejected']);
  });

  test('a verdict comes of work alone, and work of a submission alone', () => {
    expect(statesBefore('submitted')).toEqual(['created']);
    expect(statesBefore('processing')).toEqual(['submitted']);
    expect(statesBefore('review')).toEqual(['processing']);
    expect(statesBefore('approved')).toEqual(['processing', 'review']);
    expect(statesBefore('rejected')).toEqual(['processing', 'review']);
    expect(statesBefore('expired')).toEqual(['created']);
    expect(statesBefore('canceled')).toEqual(['created', 'submitted']);
  });

  test('a fault of ours ends only what was accepted and has no verdict: nothing else was debited and can be refunded', () => {
    expect(statesBefore('failed')).toEqual(['submitted', 'processing']);
  });

  test('any walk through the table ends in redacted within six steps', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 6, maxLength: 6 }), (choices) => {
        let state: State = 'created';
        for (const choice of choices) {
          const next: readonly State[] = transitions[state];
          if (next.length > 0) state = next[choice % next.length] as State;
        }
        expect(state).toBe('redacted');
      }),
    );
  });
});

describe('accepted for work', () => {
  test.each<[State, number | undefined, boolean]>([
    ['created', undefined, false],
    ['expired', undefined, false],
    ['canceled', undefined, false],
    ['canceled', 1, false],
    ['submitted', 1, true],
    ['processing', 1, true],
    ['failed', 1, true],
    ['approved', 1, true],
    ['redacted', 1, true],
    ['redacted', undefined, false],
  ])('%s, submitted at %s: %s', (state, submittedAt, accepted) => {
    expect(isAccepted({ state, ...(submittedAt !== undefined && { submittedAt }) })).toBe(accepted);
  });
});
