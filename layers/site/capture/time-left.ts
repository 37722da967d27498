import { useEffect, useState } from 'preact/hooks';

/** From then on people are told, minutes. */
const WARN_MINUTES = 3;
const EVERY_MS = 5000;

/** Whole minutes until a session ends, where they are few; undefined before and after. */
export function minutesLeft(expiresAt: number, now: number): number | undefined {
  const minutes = Math.ceil((expiresAt - now) / 60_000);
  return minutes > 0 && minutes <= WARN_MINUTES ? minutes : undefined;
}

export function useMinutesLeft(expiresAt: string): number | undefined {
  const read = () => minutesLeft(Date.parse(expiresAt), Date.now());
  const [left, setLeft] = useState(read);
  useEffect(() => {
    const timer = setInterval(() => setLeft(read()), EVERY_MS);
    return () => clearInterval(timer);
  }, [expiresAt]);
  return left;
}
