/** How long all must be well before the picture is taken by itself, ms. */
export const HOLD_MS = 800;

/** Since when all has been well; undefined while it is not. */
export type Hold = number | undefined;

export const hold = (before: Hold, good: boolean, now: number): Hold => (good ? (before ?? now) : undefined);

/** How much of the time is over, 0..1; the picture is taken at 1. */
export const heldShare = (since: Hold, now: number): number =>
  since === undefined ? 0 : Math.min(1, (now - since) / HOLD_MS);

/** A screen reader is told a hint when it has stood for so long, and the next one not before that is read out, ms. */
const SETTLE_MS = 600;
const QUIET_MS = 2000;

export interface Announcing {
  readonly spoken: string;
  readonly spokenAt: number;
  readonly next: string;
  readonly since: number;
}

export const silence: Announcing = { spoken: '', spokenAt: Number.NEGATIVE_INFINITY, next: '', since: 0 };

/** Hints change eight times a second; a voice follows only what stays. */
export function announce(state: Announcing, text: string, now: number): Announcing {
  const waiting = state.next === text ? state : { ...state, next: text, since: now };
  const due = now - waiting.since >= SETTLE_MS && now - waiting.spokenAt >= QUIET_MS && waiting.spoken !== text;
  return due ? { ...waiting, spoken: text, spokenAt: now } : waiting;
}
