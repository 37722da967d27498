import * as z from 'zod';

/**
 * Text of a person or a system: 1 to `max` characters, none of them a control character.
 * @param words of a contract whose failures are read without their field's bounds
 */
export const text = (max: number, words: { readonly empty?: string; readonly long?: string } = {}) =>
  z
    .string()
    .min(1, words.empty)
    .max(max, words.long)
    .regex(/^\P{Cc}*$/u, 'must not contain control characters');
