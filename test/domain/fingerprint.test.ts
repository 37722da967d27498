import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fingerprintDifference, isCopy } from '../../lambdas/domain/fingerprint.ts';

const fingerprint = fc
  .array(fc.constantFrom(...'0123456789abcdef'), { minLength: 64, maxLength: 64 })
  .map((digits) => digits.join(''));

/** The fingerprint with so many of its 256 bits turned over. */
const flipped = (digits: string, bits: number): string =>
  [...digits]
    .map((digit, i) => {
      const here = [0, 1, 2, 3].filter((bit) => bit * 64 + i < bits);
      return (Number.parseInt(digit, 16) ^ here.reduce((mask, bit) => mask | (1 << bit), 0)).toString(16);
    })
    .join('');

describe('the difference of two fingerprints', () => {
  test('is the share of bits that differ, either way round', () => {
    fc.assert(
      fc.property(fingerprint, fc.nat(256), (one, bits) => {
        expect(fingerprintDifference(one, flipped(one, bits))).toBe(bits / 256);
        expect(fingerprintDifference(flipped(one, bits), one)).toBe(bits / 256);
      }),
    );
  });

  test('is refused for other lengths and for what is no hex', () => {
    expect(() => fingerprintDifference('ab', 'abc')).toThrow(RangeError);
    expect(() => fingerprintDifference('', '')).toThrow(RangeError);
    expect(() => fingerprintDifference('ag', 'ab')).toThrow(RangeError);
  });
});

describe('L-57 a copy', () => {
  test('has 15 of 256 bits turned at most', () => {
    fc.assert(
      fc.property(fingerprint, fc.nat(256), (one, bits) => {
        expect(isCopy(one, flipped(one, bits))).toBe(bits <= 15);
      }),
    );
  });

  test('is never found in a mark of another length, which an older version made', () => {
    expect(isCopy('ab', 'abab')).toBe(false);
  });
});
