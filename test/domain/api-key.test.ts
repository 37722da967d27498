import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc32, formatKey, keyHint, readKey } from '../../lambdas/domain/api-key.ts';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const random = fc.string({ unit: fc.constantFrom(...alphabet), minLength: 32, maxLength: 32 });
const type = fc.constantFrom('publishable', 'secret');
const mode = fc.constantFrom('live', 'test');
const key = fc.tuple(type, mode, random).map((parts) => formatKey(...parts));

describe('C-02 the checksum', () => {
  test('C-02 is CRC-32 as zlib has it', () => {
    expect(crc32('123456789')).toBe(0xcbf43926);
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...alphabet, '_', '-', '.') }), (text) => {
        expect(crc32(text)).toBe(zlibCrc32(text));
      }),
    );
  });

  test('C-02 stands in base62, six digits, behind the body', () => {
    const written = formatKey('secret', 'live', 'A'.repeat(32));
    expect(written).toMatch(/^sk_live_A{32}[0-9A-Za-z]{6}$/);
    const value = [...written.slice(-6)].reduce((sum, digit) => sum * 62 + alphabet.indexOf(digit), 0);
    expect(value).toBe(zlibCrc32(`sk_live_${'A'.repeat(32)}`));
  });
});

describe('C-02 a key', () => {
  test('C-02 says its type and mode back', () => {
    fc.assert(
      fc.property(type, mode, random, (type, mode, random) => {
        expect(readKey(formatKey(type, mode, random))).toEqual({ type, mode });
      }),
    );
  });

  test('C-02 with any one character changed is rejected', () => {
    fc.assert(
      fc.property(key, (key) => {
        for (let at = 0; at < key.length; at++) {
          for (const other of '0OolI1aZ_-é') {
            if (other === key[at]) continue;
            expect(readKey(key.slice(0, at) + other + key.slice(at + 1))).toBeUndefined();
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  test('C-02 with two neighbours swapped is rejected', () => {
    fc.assert(
      fc.property(key, (key) => {
        for (let at = 0; at + 1 < key.length; at++) {
          if (key[at] === key[at + 1]) continue;
          const swapped = key.slice(0, at) + key[at + 1] + key[at] + key.slice(at + 2);
          expect(readKey(swapped)).toBeUndefined();
        }
      }),
      { numRuns: 100 },
    );
  });

  test('C-02 with a character too few or too many, or anything around it, is rejected', () => {
    fc.assert(
      fc.property(key, fc.nat(45), fc.constantFrom(...alphabet), (key, at, extra) => {
        expect(readKey(key.slice(0, at) + key.slice(at + 1))).toBeUndefined();
        expect(readKey(key.slice(0, at) + extra + key.slice(at))).toBeUndefined();
        for (const around of [` ${key}`, `${key} `, `${key}\n`, `${key}\0`]) expect(readKey(around)).toBeUndefined();
      }),
    );
  });

  test('C-02 text that is none is rejected', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(readKey(text)).toBeUndefined();
      }),
    );
  });

  test('C-02 shows its prefix and its last four characters, nothing between', () => {
    fc.assert(
      fc.property(key, (key) => {
        expect(keyHint(key)).toBe(`${key.slice(0, 8)}…${key.slice(-4)}`);
        expect(keyHint(key)).toMatch(/^(pk|sk)_(live|test)_….{4}$/);
      }),
    );
  });
});
