import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newRecord } from '../../lambdas/domain/login-records.ts';

const hex16 = fc.stringMatching(/^[0-9a-f]{16}$/);
const moment = fc.integer({ min: 0, max: 4_102_444_800_000 });

describe('V-13 records', () => {
  test('V-13 have ids of 24 hex digits that begin with the second of their birth', () => {
    expect(newRecord(1_732_676_739_000, '21c72be3cc42b8a9').id).toBe('67468c8321c72be3cc42b8a9');
    fc.assert(
      fc.property(moment, hex16, (at, drawn) => {
        const record = newRecord(at, drawn);
        expect(record).toMatchObject({ createdAt: at, updatedAt: at, revision: 0 });
        expect(record.id).toMatch(/^[0-9a-f]{24}$/);
        expect(Number.parseInt(record.id.slice(0, 8), 16)).toBe(Math.floor(at / 1000));
      }),
    );
  });

  test('V-13 sort by their ids as they were born, to the second', () => {
    fc.assert(
      fc.property(moment, moment, hex16, (a, b, drawn) => {
        const [early, late] = [Math.min(a, b), Math.max(a, b) + 1000];
        expect(newRecord(early, drawn).id < newRecord(late, drawn).id).toBe(true);
      }),
    );
  });
});
