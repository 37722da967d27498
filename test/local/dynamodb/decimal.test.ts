import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addNumbers, canonicalNumber, compareNumbers, encodeNumber } from '../../../local/dynamodb/decimal.ts';

/** Decimals of up to 18 digits at any allowed magnitude, beside their exact value as digits · 10^exponent. */
const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.integer({ min: -100, max: 100 }))
  .map(([digits, exponent]) => ({ text: `${digits}e${exponent}`, digits, exponent }));
type Decimal = typeof decimal extends fc.Arbitrary<infer T> ? T : never;
const exact = ({ digits, exponent }: Decimal) => digits * 10n ** BigInt(exponent + 100);

test('canonical numbers keep their value and are one text per value', () => {
  fc.assert(
    fc.property(decimal, fc.integer({ min: 0, max: 3 }), ({ text, digits, exponent }, zeros) => {
      const same = `${digits}${'0'.repeat(zeros)}e${exponent - zeros}`;
      expect(canonicalNumber(same)).toBe(canonicalNumber(text));
      expect(canonicalNumber(canonicalNumber(text))).toBe(canonicalNumber(text));
      expect(Number(canonicalNumber(text))).toBe(Number(text));
    }),
  );
});

test('encoded numbers sort as numbers', () => {
  fc.assert(
    fc.property(decimal, decimal, (a, b) => {
      const order = exact(a) < exact(b) ? -1 : exact(a) > exact(b) ? 1 : 0;
      expect(Buffer.compare(encodeNumber(a.text), encodeNumber(b.text))).toBe(order);
      expect(Math.sign(compareNumbers(canonicalNumber(a.text), canonicalNumber(b.text)))).toBe(order);
    }),
    { numRuns: 1000 },
  );
});

test('sums and differences are exact', () => {
  const near = decimal.filter(({ exponent }) => Math.abs(exponent) < 9);
  fc.assert(
    fc.property(near, near, (a, b) => {
      const sum = addNumbers(canonicalNumber(a.text), canonicalNumber(b.text));
      expect(sum).toBe(canonicalNumber(`${exact(a) + exact(b)}e-100`));
      expect(addNumbers(sum, canonicalNumber(b.text), true)).toBe(canonicalNumber(a.text));
    }),
  );
});

test('numbers out of range are refused', () => {
  expect(canonicalNumber('9.9999999999999999999999999999999999999E+125')).toHaveLength(126);
  expect(() => canonicalNumber('1E126')).toThrow('Number overflow');
  expect(() => canonicalNumber('1E-131')).toThrow('Number underflow');
  expect(() => canonicalNumber('1'.repeat(39))).toThrow('38 significant digits');
  for (const text of ['', ' 1', '1 ', '0x10', '1e', '.', 'NaN', 'Infinity', '1_000']) {
    expect(() => canonicalNumber(text)).toThrow('cannot be converted to a numeric value');
  }
  expect(canonicalNumber('-0.00')).toBe('0');
});
