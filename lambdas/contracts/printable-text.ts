import * as z from 'zod';

const printable = /^\P{Cc}*$/u;
const notPrintable = 'must not contain control characters';

/**
 * Text of a person or a system: 1 to `max` characters, none of them a control character.
 * @param words of a contract whose failures are read without their field's bounds
 */
export const text = (max: number, words: { readonly empty?: string; readonly long?: string } = {}) =>
  z.string().min(1, words.empty).max(max, words.long).regex(printable, notPrintable);

/** The same of a field that forms and addresses send empty where it is left out. */
export const textOrNone = (max: number) => z.string().max(max).regex(printable, notPrintable);
