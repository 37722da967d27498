import * as z from 'zod';
import type { OperationSpec } from '../operation.ts';
import {
  checkId,
  consentBody,
  consentReply,
  handOffBody,
  handOffReply,
  pageQuery,
  sessionBody,
  sessionReply,
  uploadBody,
  uploadReply,
  viewReply,
} from './schemas.ts';

const session = { 401: 'No session, or its time is over.' };
const closed = { ...session, 409: 'The check has its result, or is being looked at.' };

export const hostedPathParams = {
  id: checkId,
  file: z.string().meta({ description: 'Name of a script or a style; it changes with the content.' }),
} as const;

export const hostedOperations = {
  openPage: {
    summary:
      'The page on which a person is verified. A key, or an address that is good once, is exchanged for a session of 15 minutes and forgotten by the browser’s address',
    query: pageQuery,
    reply: { status: 200, description: 'With `s` and its session: the page.', contentType: 'text/html' },
    accepted: { status: 303, description: 'To the page, with the session as a cookie.' },
    failures: {
      400: '“API key is required”, “User identifier is required”, or `return_url` is not listed.',
      401: '“Invalid API key”; or no session.',
      410: 'The address was used before.',
    },
  },
  readAsset: {
    summary: 'A script or a style of the hosted page or the console',
    reply: { status: 200, description: 'For ever the same under this name.', contentType: 'text/javascript' },
    failures: { 404: 'There is no such file.' },
  },
  openHostedSession: {
    summary: 'Open the page for one person, without a key in any browser',
    body: sessionBody,
    reply: { status: 201, description: 'Send the person to `url`.', schema: sessionReply },
    failures: { 400: '“API key is required”, “User identifier is required”, or `return_url` is not listed.' },
  },
  readHostedSession: {
    summary: 'Read where a session is',
    reply: { status: 200, description: 'All that a page needs to go on with it.', schema: viewReply },
    failures: session,
  },
  giveConsent: {
    summary: 'Agree to the text of that version',
    body: consentBody,
    reply: { status: 200, description: 'Kept with the check.', schema: consentReply },
    failures: closed,
  },
  openHostedUpload: {
    summary: 'Open the upload of one file',
    body: uploadBody,
    reply: { status: 200, description: 'A form for storage, which enforces type and size.', schema: uploadReply },
    failures: { ...closed, 413: 'The file is larger than is taken.' },
  },
  handOff: {
    summary: 'Get an address with which another device goes on',
    body: handOffBody,
    reply: { status: 200, description: 'To be shown as a QR code.', schema: handOffReply },
    failures: closed,
  },
} as const satisfies Record<string, OperationSpec>;
