import type { MiddlewareObj } from '@middy/core';
import { failure } from '../domain/error.ts';
import { type Answer, baseUrlOf, type CallContext, type Event, Refusal } from './call-state.ts';
import type { ContractName } from './routes.ts';

/** Contracts whose browsers bring a cookie: a call that changes something must come from a page of ours. */
const withCookies: readonly ContractName[] = ['console'];

/** Whether a browser says that one of our own pages calls. One that says nothing is no browser of today, and not believed. */
export const fromOurPage = (event: Event): boolean =>
  event.headers['sec-fetch-site'] === 'same-origin' || event.headers.origin === baseUrlOf(event);

/** Against forged calls (CSRF), beside `SameSite`: also a login must be one's own. */
export const ownPagesOnly: MiddlewareObj<Event, Answer, Error, CallContext> = {
  before: ({ event, context: { call } }) => {
    const { route } = call;
    if (!route || route.method === 'GET' || !withCookies.includes(route.contract) || fromOurPage(event)) return;
    throw new Refusal(failure('origin_not_allowed', 'This is for pages of this service alone.'));
  },
};
