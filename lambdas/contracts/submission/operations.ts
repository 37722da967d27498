import * as z from 'zod';
import type { OperationSpec } from '../operation.ts';
import {
  creditsReply,
  deletionReply,
  deliveriesQuery,
  deliveriesReply,
  deliveryReply,
  replayBody,
  replayReply,
  secretReply,
} from './account.ts';
import { initBody, initReply, statusReply, submitBody, submitReply } from './schemas.ts';

export const submissionOperations = {
  initVerification: {
    summary: 'Open a verification and get its presigned uploads',
    body: initBody,
    reply: { status: 200, description: 'The intent, open for an hour.', schema: initReply },
  },
  submitVerification: {
    summary: 'Submit the uploads: one credit, one verdict, however often it is repeated',
    body: submitBody,
    reply: { status: 202, description: 'Accepted; poll `statusUrl` or wait for the webhook.', schema: submitReply },
    failures: {
      403: 'The balance is 0 (`insufficient_credits`), or the key may not.',
      404: 'Unknown, or its hour is over.',
    },
  },
  readVerification: {
    summary: 'Read the state and the verdict',
    reply: {
      status: 200,
      description: 'State, and the verdict with every signal once there is one.',
      schema: statusReply,
    },
    failures: { 404: 'Unknown to this tenant and mode.' },
  },
  readCredits: {
    summary: 'Read the balance',
    reply: { status: 200, description: 'Credits left.', schema: creditsReply },
  },
  listDeliveries: {
    summary: 'List webhook deliveries, newest first',
    query: deliveriesQuery,
    reply: { status: 200, description: 'One page.', schema: deliveriesReply },
  },
  readDelivery: {
    summary: 'Read a webhook delivery with its attempts',
    reply: { status: 200, description: 'The delivery.', schema: deliveryReply },
    failures: { 404: 'Unknown.' },
  },
  replayDelivery: {
    summary: 'Send a webhook delivery again, under its id',
    reply: { status: 202, description: 'Queued.', schema: deliveryReply },
    failures: { 404: 'Unknown.' },
  },
  replayDeliveries: {
    summary: 'Send every webhook delivery of a time range again',
    body: replayBody,
    reply: { status: 202, description: 'Queued.', schema: replayReply },
  },
  rotateWebhookSecret: {
    summary: 'Make a new webhook secret; the old one signs beside it for a day',
    reply: { status: 200, description: 'The new secret, shown once.', schema: secretReply },
  },
  deleteSubject: {
    summary: 'Erase everything that identifies a subject',
    reply: { status: 200, description: 'What was erased, with a signed receipt.', schema: deletionReply },
    failures: { 404: 'Nothing is kept under that reference.', 409: 'A verification of the subject is under way.' },
  },
} as const satisfies Readonly<Record<string, OperationSpec>>;

export const submissionPathParams = {
  id: z.string().meta({ description: 'Id of a verification.', example: 'vf_AG07CDWRRFQV4T05ZXG2' }),
  deliveryId: z.string().meta({ description: 'Id of a delivery; it is the `webhook-id` of each of its attempts.' }),
  ref: z.string().meta({ description: 'Your id of the subject: `userRef` at init.' }),
} as const;
