import { createHash, randomBytes, randomInt } from 'node:crypto';
import type { Clock, Digest, Random } from '../ports/system.ts';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

export const systemClock: Clock = { now: () => Date.now() };

export const systemRandom: Random = {
  base62(length) {
    let text = '';
    while (text.length < length) {
      // 248 is the largest multiple of 62 in a byte: what lies above it would favour the first letters.
      for (const byte of randomBytes(length))
        if (byte < 248 && text.length < length) text += alphabet.charAt(byte % 62);
    }
    return text;
  },
  hex: (length) => randomBytes(length / 2).toString('hex'),
  unit: () => randomInt(2 ** 32) / 2 ** 32,
};

export const systemDigest: Digest = {
  sha256: (data) => createHash('sha256').update(data).digest('hex'),
};
