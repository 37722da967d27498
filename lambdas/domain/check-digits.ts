import { type Measure, type MrzReading, measured } from './evidence.ts';
import type { Flag } from './flags.ts';

interface CheckDigits {
  readonly measure: Measure;
  /** Not one that contradicts the text that it covers. */
  readonly allHold: boolean;
  readonly threshold: number;
  readonly passes: string;
  readonly fails: string;
  readonly failFlags: readonly Flag[];
}

/** What the check digits of a zone say: the share that holds, and no more than `repaired` where a character was put right by them. */
export function checkDigits({ checks, corrected }: MrzReading, repaired: number): CheckDigits {
  const results = Object.entries(checks);
  const failed = results.flatMap(([field, right]) => (right ? [] : [field]));
  const share = results.length === 0 ? 1 : (results.length - failed.length) / results.length;
  const allHold = failed.length === 0;
  return {
    measure: measured(corrected ? Math.min(share, repaired) : share),
    allHold,
    threshold: 1,
    passes: 'Every check digit of the machine-readable zone is right.',
    fails: allHold ? 'A character was repaired by its check digit.' : `Check digits do not fit: ${failed.join(', ')}.`,
    failFlags: [allHold ? 'mrz_corrected' : 'mrz_check_failed'],
  };
}
