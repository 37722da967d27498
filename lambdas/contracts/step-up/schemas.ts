import * as z from 'zod';
import { prompts } from '../../domain/challenge.ts';
import { leastFrames } from '../../domain/liveness.ts';
import { readBase64 } from '../base64.ts';
import { text } from '../printable-text.ts';

const userId = text(256).meta({ description: 'Your id of the user.' });
const action = text(64).meta({
  description: 'Class of the action, such as withdrawal, wire, trade, reset, beneficiary_change.',
});
const cursor = z.string().max(2048).exactOptional();

const mostFrames = 10;
/** The first bytes of every JPEG: SOI and the marker that follows it (ITU-T T.81, B.1.1). */
const isJpeg = ([a, b, c]: Uint8Array): boolean => a === 0xff && b === 0xd8 && c === 0xff;

/** A JPEG in base64, bare or as a data URI → its bytes. */
const frame = z
  .string()
  .transform((value, context): Uint8Array => {
    const fault = (message: string): Uint8Array => {
      context.issues.push({ code: 'custom', message, input: '' });
      return z.NEVER;
    };
    const { type, bytes } = readBase64(value);
    if (type !== undefined && !/^image\/jpe?g;base64$/i.test(type)) return fault('must be data:image/jpeg;base64,…');
    if (!bytes?.length) return fault('is not valid base64');
    return isJpeg(bytes) ? bytes : fault('is not a JPEG');
  })
  .meta({ description: 'JPEG in base64, bare or as `data:image/jpeg;base64,…`.' });

export const verifyBody = z
  .strictObject({
    user_id: userId,
    action,
    amt: z
      .string()
      .regex(/^\d{1,30}(\.\d{1,18})?$/, 'must be a decimal string such as "50000" or "0.25"')
      .exactOptional()
      .meta({ description: 'Amount of the action; it is in the JWT.' }),
    asset: text(32).exactOptional().meta({ description: 'Symbol of the asset; it is in the JWT.' }),
    live: z.enum(['passive', 'dual_frame', 'active']).default('passive'),
    frames: z.array(frame).min(1).max(mostFrames),
    challenge_id: z.string().max(64).exactOptional().meta({
      description: 'Challenge that the frames answer, with `live: "active"`: first a neutral frame, then its prompts.',
    }),
    nonce: z.string().max(64).exactOptional().meta({ description: 'Of the challenge; compared where it is sent.' }),
  })
  .superRefine(({ live, frames, challenge_id, nonce }, context) => {
    const least = leastFrames[live];
    const fault = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (frames.length < least) fault('frames', `${live} needs ${least} frames at least; ${frames.length} came`);
    if (challenge_id !== undefined && live !== 'active') fault('challenge_id', 'goes with live: "active" alone');
    if (nonce !== undefined && challenge_id === undefined) fault('nonce', 'goes with a challenge_id');
  })
  .meta({ id: 'StepUpRequest' });

export const verifyQuery = z.strictObject({
  receipt: z
    .enum(['true', 'false'])
    .default('false')
    .transform((value) => value === 'true')
    .meta({ description: 'With `true` the reply carries an Ed25519 receipt.' }),
});

const score = z.number().min(0).max(1);

const signal = z
  .object({
    name: z.string(),
    score: score.nullable().meta({ description: '0..1; null: unavailable, and never a pass.' }),
    threshold: z.number(),
    passed: z.boolean(),
    reason: z.string(),
  })
  .meta({ id: 'StepUpSignal' });
const signals = z.array(signal);

const verificationId = z.string().regex(/^ver_[A-Za-z0-9]{11}$/);
const unixSeconds = z.number().int();

export const verifyReply = z
  .object({
    jwt: z.string().meta({ description: 'HS256 by your signing secret; check it before you trust the rest.' }),
    verification_id: verificationId,
    match: z.literal(true),
    score,
    iat: unixSeconds,
    exp: unixSeconds,
    signals,
    model_set: z.string(),
    receipt: z
      .string()
      .exactOptional()
      .meta({ description: 'Detached proof, EdDSA, by the keys at `/.well-known/jwks.json`.' }),
  })
  .meta({ id: 'StepUpReply' });

export const enrollBody = z
  .strictObject({ user_id: userId, frames: z.array(frame).min(1).max(5) })
  .meta({ id: 'EnrollRequest' });

const when = z.string().meta({ description: 'ISO 8601, UTC.' });

export const enrollReply = z
  .object({
    user_id: z.string(),
    enrolled_at: when,
    frames_used: z.number().int(),
    embedding_id: z.string().regex(/^emb_[A-Za-z0-9]{16}$/),
    model_set: z.string(),
  })
  .meta({ id: 'EnrollReply' });

export const deleteBody = z.strictObject({ user_id: userId }).meta({ id: 'DeleteRequest' });

export const deleteReply = z
  .object({
    user_id: z.string(),
    deleted_at: when,
    embedding_zeroized: z.literal(true),
    jwts_revoked: z.number().int().meta({ description: 'Tokens of the user that had not expired yet.' }),
  })
  .meta({ id: 'DeleteReply' });

export const challengeBody = z
  .strictObject({
    user_id: userId,
    action: action.exactOptional().meta({ description: 'The challenge then counts for this action alone.' }),
  })
  .meta({ id: 'ChallengeRequest' });

export const challengeReply = z
  .object({
    challenge_id: z.string(),
    nonce: z.string(),
    prompts: z.array(z.enum(prompts)).meta({ description: 'To be followed in this order, after a neutral frame.' }),
    expires_at: when,
    user_id: z.string(),
    action: z.string().exactOptional(),
  })
  .meta({ id: 'Challenge' });

export const introspectBody = z.strictObject({ jwt: z.string().min(1).max(8192) }).meta({ id: 'IntrospectRequest' });

export const introspectReply = z
  .object({
    active: z.boolean(),
    revoked: z.boolean(),
    claims: z.record(z.string(), z.json()).exactOptional().meta({ description: 'Of a token that is ours.' }),
  })
  .meta({ id: 'IntrospectReply' });

export const verificationReply = z
  .object({
    verification_id: verificationId,
    status: z.enum(['completed', 'redacted']),
    match: z.boolean(),
    created_at: when,
    user_id: z.string().exactOptional(),
    action: z.string().exactOptional(),
    amt: z.string().exactOptional(),
    asset: z.string().exactOptional(),
    live: z.string().exactOptional(),
    score: score.exactOptional(),
    iat: unixSeconds.exactOptional(),
    exp: unixSeconds.exactOptional(),
    signals: signals.exactOptional(),
    model_set: z.string().exactOptional(),
  })
  .meta({ id: 'StepUpRecord' });

export const verificationsQuery = z.strictObject({ cursor });
export const verificationsReply = z
  .object({ verifications: z.array(verificationReply), cursor: z.string().exactOptional() })
  .meta({ id: 'StepUpRecords' });

export const receiptReply = z.object({ verification_id: verificationId, receipt: z.string() }).meta({ id: 'Receipt' });

export const userReply = z
  .object({
    user_id: z.string(),
    enrolled: z.boolean(),
    enrolled_at: when.exactOptional(),
    embedding_id: z.string().exactOptional(),
    frames_used: z.number().int().exactOptional(),
    model_sets: z.array(z.string()).exactOptional(),
    deleted_at: when
      .exactOptional()
      .meta({ description: 'When the enrolment before this one was erased, if any was.' }),
  })
  .meta({ id: 'EnrolledUser' });

export const errorReply = z
  .object({
    error: z.string().meta({ description: 'The code.' }),
    code: z.string(),
    message: z.string(),
    request_id: z.string(),
    scope: z
      .enum(['key', 'tenant', 'action', 'user'])
      .exactOptional()
      .meta({ description: 'Whose limit was reached.' }),
    next: z.literal('active').exactOptional().meta({ description: 'What to try after `liveness_failed`.' }),
    reason: z.string().exactOptional(),
    fields: z.record(z.string(), z.array(z.string())).exactOptional().meta({ description: 'What is wrong, by field.' }),
    signals: signals.exactOptional(),
    verification_id: z.string().exactOptional(),
    match: z.literal(false).exactOptional(),
    score: score.exactOptional(),
    jwt: z.string().exactOptional().meta({ description: 'With `low_confidence`: signed, `match: false`.' }),
    iat: unixSeconds.exactOptional(),
    exp: unixSeconds.exactOptional(),
    model_set: z.string().exactOptional(),
    receipt: z.string().exactOptional(),
  })
  .meta({ id: 'StepUpError' });

export type VerifyReply = z.infer<typeof verifyReply>;
export type ErrorReply = z.infer<typeof errorReply>;
export type VerificationReply = z.infer<typeof verificationReply>;
export type SignalReply = z.infer<typeof signal>;
export type UserReply = z.infer<typeof userReply>;
