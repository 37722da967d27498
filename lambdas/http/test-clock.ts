import { failure } from '../domain/error.ts';
import { type CallState, type Event, Refusal } from './call-state.ts';

const header = 'x-test-clock';

/**
 * The moment as of which a call is judged, ms: now, or with a test key what `X-Test-Clock` says (ISO 8601 or Unix seconds), so that
 * a sandbox can see an intent lapse or a document expire. Only judgements move with it; work is scheduled by the real clock.
 */
export function asOf(event: Event, { caller, startedAt }: CallState): number {
  const given = event.headers[header];
  if (given === undefined) return startedAt;
  const moment = momentOf(given);
  const fault = caller?.mode !== 'test' ? 'works with test keys only' : 'takes ISO 8601 or Unix seconds';
  if (caller?.mode !== 'test' || !Number.isFinite(moment)) {
    throw new Refusal(failure('invalid_request', `X-Test-Clock ${fault}.`));
  }
  return moment;
}

function momentOf(text: string): number {
  if (/^\d{1,11}$/.test(text)) return Number(text) * 1000;
  // Date.parse alone takes nearly anything for a date.
  return /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
}
