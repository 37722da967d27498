import type * as z from 'zod';
import type { OperationSpec } from '../operation.ts';
import { uploadBody, uploadReply, usageReply, webhookReply, webhookSettings } from './account.ts';
import { findQuery, findReply, processingReply, recordReply, requestId, verifyBody, verifyReply } from './schemas.ts';
import { tokenBody, tokenReply, validateBody, validateReply } from './tokens.ts';

const missing = { 404: 'Unknown to this account and mode.' };
const read = { status: 200, description: 'As it was answered, or as it is by now.', schema: recordReply };
const webhook = { status: 200, description: 'As it is now.', schema: webhookReply };

export const documentOperations = {
  verifyDocument: {
    summary:
      'Verify the age, or the identity, that a document says. One credit for each that is verified or rejected; what ends in an error, and test mode, is free. In test mode `X-Test-Scenario` or `metadata.test_scenario` (`success`, `underage`, `expired`, `poor_quality`) chooses what is shown, else the document: the text `%PDF-1.4\\n% Selfsame sandbox document: success. It shows nobody.\\n%%EOF\\n` (or another scenario in its place) stands for its scenario, less than 64 bytes for `poor_quality`, a `passport` for `success`, a `drivers_license` for `underage`, a `national_id` for `expired`.',
    body: verifyBody,
    reply: { status: 200, description: 'The verdict.', schema: verifyReply },
    accepted: {
      status: 202,
      description: 'With `webhook_url`, or where it would take more than 25 s: the result follows.',
      schema: processingReply,
    },
    failures: {
      400: '`DOCUMENT_INVALID_FORMAT`, `WEBHOOK_URL_INVALID`, `REQUEST_INVALID`.',
      402: 'The balance is 0 (`QUOTA_EXCEEDED`).',
      413: '`DOCUMENT_TOO_LARGE`; `upload_url` says how to send it.',
      422: '`DOCUMENT_QUALITY_LOW` with reasons, `DOCUMENT_NOT_FOUND`, `DOCUMENT_UNSUPPORTED`; or the idempotency key was used for another request.',
    },
  },
  readDocument: { summary: 'Read the state and the result', reply: read, failures: missing },
  readDocumentStatus: { summary: 'Read the state and the result', reply: read, failures: missing },
  findDocuments: {
    summary: 'Find requests by your own id of them, newest first',
    query: findQuery,
    reply: { status: 200, description: 'One page.', schema: findReply },
  },
  openDocumentUpload: {
    summary: 'Open an upload for a document that is too large for a call',
    body: uploadBody,
    reply: {
      status: 200,
      description: 'Where to put it. It is forgotten with its verdict, or after a day.',
      schema: uploadReply,
    },
  },
  readUsage: {
    summary: 'Read what was used of the quota',
    reply: { status: 200, description: 'This month, and the credits that are left.', schema: usageReply },
  },
  readWebhook: { summary: 'Read the default endpoint of webhooks', reply: webhook },
  setWebhook: {
    summary: 'Set the default endpoint of webhooks, and its secret',
    body: webhookSettings,
    reply: webhook,
    failures: { 400: '`WEBHOOK_URL_INVALID`, or the request is malformed.' },
  },
  issueAgeToken: {
    summary: 'Make a short token that says how old somebody is at least, and nothing else',
    body: tokenBody,
    reply: { status: 200, description: 'Good for five minutes.', schema: tokenReply },
    failures: { ...missing, 409: 'It was not verified; or the first call with its `Idempotency-Key` has not ended.' },
  },
  validateAgeToken: {
    summary: 'Tell what a token is worth',
    body: validateBody,
    reply: { status: 200, description: 'Whether it holds, and for which age.', schema: validateReply },
  },
  removeWebhook: { summary: 'Remove the default endpoint of webhooks', reply: webhook },
} as const satisfies Readonly<Record<string, OperationSpec>>;

export const documentPathParams = {
  id: requestId.meta({ description: 'Id of a request.', example: 'req_1234567890abcdef' }),
} as const satisfies Readonly<Record<string, z.ZodType>>;
