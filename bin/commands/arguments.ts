import { InvalidArgumentError } from 'commander';

/** A whole number, as commander's parser of an option or argument. */
export function readInteger(text: string): number {
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(value)) throw new InvalidArgumentError('Expected a whole number.');
  return value;
}

/** ISO 8601 or Unix seconds, as the API takes both. */
export function readMoment(text: string): string | number {
  if (/^\d+$/.test(text)) return Number(text);
  if (Number.isNaN(Date.parse(text))) throw new InvalidArgumentError('Expected ISO 8601 or Unix seconds.');
  return new Date(text).toISOString();
}

/** A duration in seconds, above 0. */
export function readSeconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('Expected seconds, above 0.');
  return value;
}
