import type { Route } from './routes.ts';

/** The partner's view of its verifications: a page, and the calls that it makes with the cookie of its session. */
const open = <const Operation extends string>(method: Route['method'], path: string, operation: Operation) =>
  ({ method, path, auth: 'none', contract: 'console', function: 'console', operation }) as const satisfies Route;

const seen = <const Operation extends string>(method: Route['method'], path: string, operation: Operation) =>
  ({
    method,
    path: `/console/api${path}`,
    auth: 'console',
    contract: 'console',
    function: 'console',
    operation,
    limit: 'console',
  }) as const satisfies Route;

export const consoleRoutes = [
  open('GET', '/console', 'openConsole'),
  open('GET', '/console/', 'showConsole'),
  open('POST', '/console/api/session', 'openConsoleSession'),
  open('DELETE', '/console/api/session', 'closeConsoleSession'),
  seen('GET', '/session', 'readConsoleSession'),
  seen('GET', '/verifications', 'searchVerifications'),
  seen('GET', '/verifications/{id}', 'showVerification'),
  seen('GET', '/reviews', 'listReviews'),
  seen('POST', '/reviews/{id}/claim', 'claimReview'),
  seen('POST', '/reviews/{id}/release', 'releaseReview'),
  seen('POST', '/reviews/{id}/decide', 'decideReview'),
  seen('GET', '/deliveries', 'listConsoleDeliveries'),
  seen('POST', '/deliveries/{deliveryId}/replay', 'replayConsoleDelivery'),
  seen('GET', '/credits', 'showCredits'),
  seen('GET', '/settings', 'showSettings'),
  seen('PUT', '/settings', 'changeSettings'),
] as const;
