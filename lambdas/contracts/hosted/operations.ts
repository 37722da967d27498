import * as z from 'zod';
import type { OperationSpec } from '../operation.ts';
import { settingsBody, settingsReply } from './partner-settings.ts';
import {
  checkId,
  checkReply,
  consentBody,
  consentReply,
  deletedReply,
  fileKind,
  fileQuery,
  handOffBody,
  handOffReply,
  pageQuery,
  sessionBody,
  sessionReply,
  sessionSubmitBody,
  sessionSubmitReply,
  submitForm,
  submitReply,
  uploadBody,
  uploadReply,
  viewReply,
} from './schemas.ts';

const missing = { 404: 'Unknown to this account and mode.' };
const session = { 401: 'No session, or its time is over.' };
const closed = { ...session, 409: 'The check has its result, or is being looked at.' };

export const hostedPathParams = {
  id: checkId,
  kind: fileKind,
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
  submitHostedSession: {
    summary: 'Have judged what was uploaded within a session; a repeated call gets the first one’s result',
    body: sessionSubmitBody,
    reply: {
      status: 200,
      description: 'The result. One credit, unless nothing could be judged.',
      schema: sessionSubmitReply,
    },
    failures: {
      400: 'A file is missing.',
      401: 'No session, or its time is over.',
      402: 'The balance is 0; nothing was looked at.',
      409: 'Consent is missing, or another call is looking at it.',
      422: 'A file cannot be used: take it again, and submit once more.',
      500: '“Verification processing failed”.',
    },
  },
  submitHosted: {
    summary:
      'Verify the face of a video against the photo on a document, within the call. One credit for each verdict. On AWS forms of more than about 4.4 MB do not pass the gateway: open a session, and upload',
    form: { fields: submitForm, files: ['selfie_video', 'id_photo', 'id_back'] },
    reply: { status: 200, description: 'The verdict, also where it is a rejection.', schema: submitReply },
    failures: {
      400: '“API key is required”, “User identifier is required”, “Both selfie video and ID photo are required”; or it is no form.',
      401: '“Invalid API key”.',
      402: 'The balance is 0; nothing was looked at.',
      409: 'Consent is missing; or the first call with its `Idempotency-Key` has not ended.',
      413: '“Selfie video exceeds 50MB”; `upload_url` says how to send it.',
      500: '“Verification processing failed”: nothing can be seen in a file (`reason`, `which`), or a fault of ours. Nothing is charged.',
    },
  },
  readHostedFile: {
    summary: 'A file of a check, by the address that the result told',
    query: fileQuery,
    reply: { status: 302, description: 'To the file, at an address that is good for a minute.' },
    failures: { 404: 'There is no such file.', 410: 'It was kept for as long as was agreed, or was deleted.' },
  },
  readHostedCheck: {
    summary: 'Read a check',
    reply: { status: 200, description: 'As it is now.', schema: checkReply },
    failures: missing,
  },
  deleteHostedCheck: {
    summary: 'Erase a check: its files, and all that says whose it was. Id, verdict and times stay',
    reply: { status: 200, description: 'Erased; a repeated call says when.', schema: deletedReply },
    failures: { ...missing, 409: 'It is being looked at.' },
  },
  readPartnerSettings: {
    summary: 'Read what the account says of its pages and checks',
    reply: { status: 200, description: 'As it is now.', schema: settingsReply },
  },
  setPartnerSettings: {
    summary:
      'Set what the account says of its pages and checks. What is left out stays; null takes one back to its default',
    body: settingsBody,
    reply: { status: 200, description: 'As it is now.', schema: settingsReply },
  },
} as const satisfies Record<string, OperationSpec>;
