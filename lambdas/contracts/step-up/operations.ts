import * as z from 'zod';
import type { OperationSpec } from '../operation.ts';
import {
  challengeBody,
  challengeReply,
  deleteBody,
  deleteReply,
  enrollBody,
  enrollReply,
  introspectBody,
  introspectReply,
  receiptReply,
  userReply,
  verificationReply,
  verificationsQuery,
  verificationsReply,
  verifyBody,
  verifyQuery,
  verifyReply,
} from './schemas.ts';

const one = (description: string, schema: z.ZodType) => ({ status: 200, description, schema });
const notEnrolled = { 404: '`user_not_enrolled`: nobody is enrolled under this id.' };
const tooLarge = { 413: '`payload_too_large`: 16 MB of JSON are taken; on AWS what the gateway and Lambda take.' };
const repeated = '`duplicate_request`: the idempotency key is in use, or was used with another body.';

export const stepUpOperations = {
  verifyStepUp: {
    summary: 'Verify a user at the moment of a risky action',
    body: verifyBody,
    query: verifyQuery,
    reply: one('The face is the enrolled one: a signed token says so for 60 s.', verifyReply),
    failures: {
      402: '`insufficient_credits`: the balance is 0; nothing was looked at.',
      ...notEnrolled,
      409: repeated,
      ...tooLarge,
      422: '`low_confidence` (with the signed token, `match: false`), `liveness_failed`, `no_face_detected`, `multiple_faces_detected`.',
    },
  },
  enroll: {
    summary: 'Enrol the face of a user from 1 to 5 frames',
    body: enrollBody,
    reply: one('Enrolled. The frames are not kept.', enrollReply),
    failures: {
      409: `\`already_enrolled\`; ${repeated}`,
      ...tooLarge,
      422: '`no_face_detected`, `multiple_faces_detected`, `quality_below_threshold`.',
    },
  },
  deleteUser: {
    summary: "Erase a user's enrolment and revoke their tokens",
    body: deleteBody,
    reply: one('Erased; a repeated call says when.', deleteReply),
    failures: notEnrolled,
  },
  issueChallenge: {
    summary: 'Draw what a user has to do in front of the camera: once, within two minutes',
    body: challengeBody,
    reply: one('The prompts.', challengeReply),
    failures: notEnrolled,
  },
  introspect: {
    summary: 'Ask whether a token is genuine, unexpired and not revoked',
    body: introspectBody,
    reply: one('What is so now.', introspectReply),
  },
  readStepUp: {
    summary: 'Read a step-up verification',
    reply: one('The record.', verificationReply),
    failures: { 404: '`verification_not_found`.' },
  },
  readReceipt: {
    summary: 'Get a receipt that anybody can check and nobody but this service can make',
    reply: one('Compact JWS, EdDSA.', receiptReply),
    failures: { 404: '`verification_not_found`.' },
  },
  readUser: { summary: 'Read whether a user is enrolled', reply: one('The user.', userReply), failures: notEnrolled },
  listUserVerifications: {
    summary: "List a user's step-up verifications, newest first",
    query: verificationsQuery,
    reply: one('One page.', verificationsReply),
    failures: notEnrolled,
  },
  health: { summary: 'Is the service up', reply: one('It is.', z.object({ status: z.literal('ok') })) },
} as const satisfies Readonly<Record<string, OperationSpec>>;

export const stepUpPathParams = {
  id: z.string().meta({ description: 'Id of a step-up verification.', example: 'ver_xK2mP9nL3jH' }),
  userId: z.string().meta({ description: 'Your id of the user.' }),
} as const;
