import type { Api, CallFault } from './api.ts';
import { backoffMs } from './backoff.ts';
import type { Submitted } from './wire.ts';

const POLL_MS = 1500;
/** With what a verdict may take (25 s) and a lost connection in between, it is over by then, or something is broken. */
const LONGEST_MS = 120_000;
const MOST_FAULTS = 4;

interface Waiting {
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
}

export type Judged =
  | { readonly ok: true; readonly value: Submitted }
  | { readonly ok: false; readonly fault: CallFault };

/**
 * Asks for the verdict until there is one. A call whose answer was lost is not asked again blindly: the session says whether it was
 * taken, is worked on, or never arrived.
 */
export async function judge(api: Api, { now, wait }: Waiting): Promise<Judged> {
  const until = now() + LONGEST_MS;
  let faults = 0;
  let ask = true;
  while (now() < until) {
    if (ask) {
      const submitted = await api.submit();
      if (submitted.ok) return submitted;
      if (submitted.fault === 'expired') return submitted;
      // “Ended” is also said while another device’s call is looking: the session tells which it is.
      if (submitted.fault === 'broken' || submitted.fault === 'ended') faults += 1;
      if (faults >= MOST_FAULTS) return submitted;
    }
    await wait(ask ? backoffMs(Math.max(1, faults), 1) : POLL_MS);
    const session = await api.session();
    if (!session.ok) {
      if (session.fault === 'expired') return session;
      ask = false;
      continue;
    }
    const { status, result } = session.value;
    if (status === 'done' && result) return { ok: true, value: { ...result, retry: false } };
    if (status === 'done') return { ok: false, fault: 'ended' };
    ask = status === 'open';
  }
  return { ok: false, fault: 'broken' };
}
