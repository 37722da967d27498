import fc from 'fast-check';
import { type Validation, type ValidationState, validationMoves } from '../../lambdas/domain/validation.ts';

/** A validation as it is opened, but for what is changed. */
export const aValidation = (change: Partial<Validation> = {}): Validation => ({
  id: '6553f1000000000000000018',
  createdAt: 1_800_000_000_000,
  updatedAt: 1_800_000_000_000,
  revision: 0,
  project: '6553f10000000000000000aa',
  projectFlow: '6553f10000000000000000bb',
  type: 'login',
  identifier: 'ana@example.com',
  state: 'active',
  expiresAt: 1_800_000_600_000,
  attempts: 0,
  ...change,
});

/** A validation in any state, of any type, after any number of tries. */
export const anyValidation: fc.Arbitrary<Validation> = fc
  .record({
    state: fc.constantFrom(...(Object.keys(validationMoves) as ValidationState[])),
    type: fc.constantFrom('validation' as const, 'login' as const, 'onboarding' as const, 'oneTimeLink' as const),
    attempts: fc.nat(2),
  })
  .map(aValidation);
