import type { Event } from './call-state.ts';

/** The value of a cookie; of two with one name the first, which is the one with the longer path (RFC 6265, 5.4). */
export function cookieOf({ cookies }: Pick<Event, 'cookies'>, name: string): string | undefined {
  const found = cookies?.find((cookie) => cookie.startsWith(`${name}=`));
  return found?.slice(name.length + 1);
}
