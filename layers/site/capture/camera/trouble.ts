/** Why there is no picture, as far as a person can do something about it. */
export type Trouble = 'denied' | 'absent' | 'busy' | 'insecure' | 'failed';

/** Names of the errors of `getUserMedia`, by the standard and by older browsers. */
const byName: Readonly<Record<string, Trouble>> = {
  NotAllowedError: 'denied',
  PermissionDeniedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'absent',
  DevicesNotFoundError: 'absent',
  OverconstrainedError: 'absent',
  NotReadableError: 'busy',
  TrackStartError: 'busy',
  AbortError: 'busy',
};

/** @param possible whether the page may ask at all: it may not over `http:`, or in a frame without the right */
export function troubleOf(error: unknown, possible: boolean): Trouble {
  if (!possible) return 'insecure';
  const { name } = (error ?? {}) as { name?: string };
  return byName[name ?? ''] ?? 'failed';
}
