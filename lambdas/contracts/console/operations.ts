import * as z from 'zod';
import { settingsBody } from '../hosted/partner-settings.ts';
import type { OperationSpec } from '../operation.ts';
import {
  creditsReply,
  decisionBody,
  deliveriesQuery,
  deliveriesReply,
  deliveryReply,
  detailReply,
  emptyBody,
  loginBody,
  pageQuery,
  rowReply,
  rowsReply,
  searchQuery,
  sessionReply,
  settingsReply,
} from './schemas.ts';

const review = (summary: string, body: z.ZodType = emptyBody) =>
  ({
    summary,
    body: body as typeof emptyBody,
    reply: { status: 200, description: 'As it is now.', schema: rowReply },
    failures: {
      404: 'There is no such verification.',
      409: 'Decided already, or claimed by somebody else (`reason`).',
    },
  }) as const;

export const consoleOperations = {
  openConsole: { summary: 'To the console', reply: { status: 303, description: 'It is at /console/.' } },
  showConsole: { summary: 'The console', reply: { status: 200, description: 'A page.', contentType: 'text/html' } },
  openConsoleSession: {
    summary: 'Log in at the console with a secret key',
    body: loginBody,
    reply: { status: 200, description: 'Who is logged in; the cookie is the session.', schema: sessionReply },
    failures: {
      400: 'The request is malformed.',
      401: 'The key is unknown, was revoked or has expired.',
      403: 'The key is publishable, the account is disabled, or another page calls.',
      413: 'The body is larger than is taken.',
      415: 'The body is not declared as JSON.',
      429: 'Too many logins; `Retry-After` says when.',
    },
  },
  closeConsoleSession: {
    summary: 'Log out of the console',
    reply: { status: 204, description: 'The cookie is gone.' },
    failures: { 403: 'Another page calls.' },
  },
  readConsoleSession: {
    summary: 'Who is logged in at the console',
    reply: { status: 200, description: 'Of the cookie.', schema: sessionReply },
  },
  searchVerifications: {
    summary: 'Look through verifications, newest first',
    query: searchQuery,
    reply: { status: 200, description: 'At most 50; with a cursor there may be more.', schema: rowsReply },
  },
  showVerification: {
    summary: 'All that is known of a verification',
    reply: { status: 200, description: 'With its pictures, as long as they are kept.', schema: detailReply },
    failures: { 404: 'There is no such verification.' },
  },
  listReviews: {
    summary: 'What waits for a person, oldest first',
    query: pageQuery,
    reply: { status: 200, description: 'At most 50; with a cursor there may be more.', schema: rowsReply },
  },
  claimReview: review('Claim a verification for 15 minutes'),
  releaseReview: review('Give a claim up'),
  decideReview: { ...review('Decide'), body: decisionBody },
  listConsoleDeliveries: {
    summary: 'Webhook deliveries, newest first',
    query: deliveriesQuery,
    reply: { status: 200, description: 'One page.', schema: deliveriesReply },
  },
  replayConsoleDelivery: {
    summary: 'Send a webhook delivery again',
    body: emptyBody,
    reply: { status: 202, description: 'Queued.', schema: deliveryReply },
    failures: { 404: 'There is no such delivery.' },
  },
  showCredits: {
    summary: 'Balance and ledger, newest first',
    query: pageQuery,
    reply: { status: 200, description: 'One page.', schema: creditsReply },
  },
  showSettings: {
    summary: 'Settings of the account',
    reply: { status: 200, description: 'As they are in force.', schema: settingsReply },
  },
  changeSettings: {
    summary: 'Change settings of the account, one by one; null takes one back',
    body: settingsBody,
    reply: { status: 200, description: 'As they are in force now.', schema: settingsReply },
  },
} as const satisfies Readonly<Record<string, OperationSpec>>;

export const consolePathParams = {
  id: z.string().meta({ description: 'Id of a verification.' }),
  deliveryId: z.string().meta({ description: 'Id of a delivery.' }),
} as const;
