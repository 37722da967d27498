import type { Measure } from './evidence.ts';
import { type Policy, type Signal, signal } from './verdict.ts';

/** How long a token says what it says, seconds. */
export const tokenSeconds = 60;

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const idLength = 11;
const shape = new RegExp(`^ver_[0-9A-Za-z]{${idLength}}$`);

export const isVerificationId = (text: unknown): text is string => typeof text === 'string' && shape.test(text);

/** L-09: the id that a caller's idempotency key wants for its verification; a digest of the key (hex) stands in for other keys. */
export function idOfKey(key: string, digest: string): string {
  if (isVerificationId(key)) return key;
  let rest = BigInt(`0x${digest}`);
  let id = '';
  for (let at = 0; at < idLength; at++) {
    id += alphabet.charAt(Number(rest % 62n));
    rest /= 62n;
  }
  return `ver_${id}`;
}

/** Four decimals, as the score is signed. */
const roundScore = (score: number): number => Math.round(score * 10_000) / 10_000;

/** Whether the face is the enrolled one. */
export const faceMatch = (similarity: Measure, policy: Policy): Signal =>
  signal(
    'face_match',
    'value' in similarity ? { value: roundScore(similarity.value) } : similarity,
    {
      threshold: policy.match,
      passes: 'The face is the enrolled one.',
      fails: 'The face is not surely the enrolled one.',
      ceiling: (score) => score,
      // Below a false-match rate of 1 in 100 nothing speaks for the same person.
      failFlags: 'value' in similarity && similarity.value < 0.5 ? ['face_mismatch'] : [],
    },
    policy,
  );
