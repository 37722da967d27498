import type { VerificationRef } from '../domain/verification.ts';
import type { Clock } from '../ports/system.ts';
import type { Verifications } from '../ports/verifications.ts';
import { type Announce, announce } from './announce.ts';

export interface GiveUpVerification extends Announce {
  readonly clock: Clock;
  readonly verifications: Pick<Verifications, 'get' | 'fail' | 'settle'>;
  readonly settings: { readonly jobs: { readonly redriveAfterSeconds: number } };
}

/** Ends a verification that a fault of ours keeps from its verdict: its credit comes back, and its end is made known. */
export async function giveUpVerification(
  deps: GiveUpVerification,
  ref: VerificationRef,
  reason: string,
): Promise<void> {
  const { clock, verifications, settings } = deps;
  const now = clock.now();
  await verifications.fail(ref, reason, now, now + settings.jobs.redriveAfterSeconds * 1000);
  const failed = await verifications.get(ref);
  if (failed) await announce(deps, failed);
}
