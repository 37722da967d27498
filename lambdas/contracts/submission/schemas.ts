import * as z from 'zod';
import { metadata } from '../metadata.ts';
import { text } from '../printable-text.ts';
import { uploadForm, uploadHeaders } from '../upload-form.ts';

const key = z.string().min(1).max(512);

export const initBody = z
  .strictObject({
    userRef: text(128).exactOptional().meta({ description: 'Your id of the applicant.' }),
    country: z
      .string()
      .regex(/^[A-Za-z]{2}$/, 'must be an ISO 3166-1 alpha-2 code')
      .transform((code) => code.toUpperCase())
      .exactOptional(),
    documentType: z.enum(['dni', 'passport', 'drivers_license', 'national_id', 'other']).exactOptional(),
    submittedFullName: text(255).exactOptional(),
  })
  .meta({ id: 'InitRequest' });

const upload = z
  .object({
    key,
    url: z.string().meta({ description: 'Presigned PUT.' }),
    method: z.literal('PUT'),
    headers: uploadHeaders,
    post: uploadForm,
  })
  .meta({ id: 'Upload' });

export const initReply = z
  .object({
    verificationId: z.string().regex(/^vf_[A-Za-z0-9]{16,24}$/),
    uploads: z.object({ docFront: upload, docBack: upload, selfie: upload }),
    expiresAt: z.number().int().meta({ description: 'Unix seconds until which it can be submitted.' }),
  })
  .meta({ id: 'InitReply' });

export const submitBody = z
  .strictObject({
    verificationId: z.string().regex(/^vf_[A-Za-z0-9]{16,24}$/, 'must match vf_[A-Za-z0-9]{16,24}'),
    keys: z.strictObject({ docFront: key, selfie: key, docBack: key.exactOptional() }),
    livenessScore: z.number().min(0).max(100).exactOptional(),
    metadata: metadata.meta({ description: 'Opaque; echoed in webhooks and in the verdict.' }).exactOptional(),
  })
  .meta({ id: 'SubmitRequest' });

const progress = z.enum(['queued', 'processing', 'completed']);

export const submitReply = z
  .object({ verificationId: z.string(), status: progress, statusUrl: z.string() })
  .meta({ id: 'SubmitReply' });

const score = z.number().min(0).max(100).nullable();

const signalReply = z
  .object({
    name: z.string(),
    score: score.meta({ description: '0..100; null: unavailable, and never a pass.' }),
    threshold: z.number(),
    passed: z.boolean(),
    reason: z.string(),
  })
  .meta({ id: 'Signal' });

const scores = z.object({ ocrConfidence: score, faceMatch: score, liveness: score, docQuality: score });

const verdictWord = z.enum(['approved', 'review', 'rejected']);

export const statusReply = z
  .object({
    verificationId: z.string(),
    status: z.enum(['created', 'queued', 'processing', 'completed', 'canceled', 'redacted']),
    submittedAt: z.string().exactOptional(),
    verdict: verdictWord.exactOptional(),
    confidence: z.number().min(0).max(100).exactOptional(),
    scores: scores.exactOptional(),
    flags: z.array(z.string()).exactOptional(),
    signals: z.array(signalReply).exactOptional(),
    models: z
      .record(z.string(), z.string())
      .exactOptional()
      .meta({ description: 'SHA-256 of each model that measured.' }),
    metadata: z.record(z.string(), z.json()).exactOptional(),
    completedAt: z.string().exactOptional(),
  })
  .meta({ id: 'VerificationStatus' });

export const errorReply = z
  .object({
    error: z.string(),
    message: z.string(),
    requestId: z.string(),
    detail: z
      .object({
        reason: z.string().exactOptional(),
        fieldErrors: z.record(z.string(), z.array(z.string())).exactOptional(),
      })
      .exactOptional(),
  })
  .meta({ id: 'SubmissionError' });

export const webhookBody = z
  .object({
    event: z.enum(['verification.approved', 'verification.review_required', 'verification.rejected', 'credits.low']),
    verificationId: z.string(),
    tenantId: z.string(),
    userRef: z.string().nullable(),
    verdict: verdictWord.exactOptional(),
    confidence: z.number().exactOptional(),
    scores: scores.exactOptional(),
    flags: z.array(z.string()).exactOptional(),
    metadata: z.record(z.string(), z.json()),
    submittedAt: z.string().nullable(),
    completedAt: z.string().nullable(),
    balance: z.number().int().exactOptional(),
  })
  .meta({ id: 'SubmissionWebhook' });

export type InitReply = z.infer<typeof initReply>;
export type SubmitReply = z.infer<typeof submitReply>;
export type StatusReply = z.infer<typeof statusReply>;
export type ErrorReply = z.infer<typeof errorReply>;
export type WebhookBody = z.infer<typeof webhookBody>;
