import * as z from 'zod';
import { flagSeverity } from '../../domain/flags.ts';
import { hostedSlots } from '../../domain/hosted-session.ts';
import { text, textOrNone } from '../printable-text.ts';

export const checkId = z.uuid().meta({ description: 'Of a check: it names its session first, and then its result.' });

const optional = (max: number) => textOrNone(max).exactOptional();

/** P-04, P-05. Either of the first two; with both, `user_identifier` counts. */
const applicant = {
  user_identifier: optional(256),
  user_id: optional(256).meta({ description: 'Another name of `user_identifier`.' }),
  user_email: optional(320),
  user_phone: optional(64),
} as const;

const lang = optional(35).meta({ description: 'BCP 47; default: as the browser asks.' });

const visit = {
  ...applicant,
  return_url: optional(2048).meta({
    description: 'Where the person goes with the result: an address that the account’s settings list.',
  }),
  state: optional(1024).meta({ description: 'Yours; comes back with the result.' }),
  lang,
} as const;

/** Whatever else an address carries, such as a campaign's marks, is passed over. */
export const pageQuery = z.object({
  ...visit,
  api_key: z.string().exactOptional().meta({ description: 'Exchanged for a session at once; prefer `t`.' }),
  t: z.string().exactOptional().meta({ description: 'Opens a session once; from `POST /verif/sessions`.' }),
  s: z.string().exactOptional().meta({ description: 'The session that the browser has.' }),
});

export const sessionBody = z
  .strictObject({ ...visit, api_key: z.string().exactOptional().meta({ description: 'Where it is not the Bearer.' }) })
  .meta({ id: 'HostedSessionRequest' });

export const sessionReply = z
  .object({
    url: z.string().meta({ description: 'Send the person there; it opens the session once.' }),
    session_token: z.string().meta({ description: 'Bearer of the session’s calls, for a page of your own.' }),
    expires_at: z.string(),
    check_id: checkId,
  })
  .meta({ id: 'HostedSession' });

const prompt = z.enum(['turn_left', 'turn_right', 'look_up', 'blink', 'smile']);
const result = z.enum(['verified', 'rejected', 'needs_review']);
const flags = z.array(z.enum(Object.keys(flagSeverity) as [keyof typeof flagSeverity]));

export const viewReply = z
  .object({
    check_id: checkId,
    expires_at: z.string(),
    status: z.enum(['open', 'processing', 'done']),
    lang: z.string().exactOptional(),
    partner: z.object({ name: z.string(), theme: z.record(z.string(), z.json()) }),
    consent: z.object({ version: z.string(), given: z.boolean() }),
    challenge: z.array(z.object({ prompt })),
    uploads: z.object({ id_photo: z.boolean(), id_back: z.boolean(), selfie_video: z.boolean() }),
    attempts_left: z.number().int(),
    back_wanted: z.boolean(),
    retention_days: z.number().int().positive(),
    result: z.object({ status: result, reasons: flags, redirect_url: z.string().exactOptional() }).exactOptional(),
  })
  .meta({ id: 'HostedSessionView' });

export const consentBody = z.strictObject({ version: text(32), lang: text(35) }).meta({ id: 'HostedConsentRequest' });

export const consentReply = z.object({ given_at: z.string() }).meta({ id: 'HostedConsent' });

/** What a browser may declare; what it really is, its bytes tell. */
const photoTypes = ['jpeg', 'png', 'webp', 'tiff', 'heic', 'heif', 'avif', 'gif', 'bmp'].map((name) => `image/${name}`);
const videoTypes = ['mp4', 'webm', 'quicktime', 'x-matroska', '3gpp', '3gpp2', 'mpeg', 'x-m4v', 'x-msvideo', 'ogg'].map(
  (name) => `video/${name}`,
);

export const uploadBody = z
  .strictObject({
    kind: z.enum(hostedSlots),
    content_type: z
      .string()
      .max(200)
      .transform((type) => (type.split(';')[0] ?? '').trim().toLowerCase())
      .meta({ description: 'Without its parameters.' }),
    size: z.number().int().positive(),
  })
  .superRefine(({ kind, content_type: type }, context) => {
    const types = kind === 'selfie_video' ? videoTypes : photoTypes;
    if (!types.includes(type)) {
      context.addIssue({ code: 'custom', path: ['content_type'], message: `must be one of ${types.join(', ')}` });
    }
  })
  .meta({ id: 'HostedUploadRequest' });

export const uploadReply = z
  .object({
    url: z.string(),
    fields: z.record(z.string(), z.string()).meta({ description: 'All of them, and the file last, as `file`.' }),
    max_bytes: z.number().int(),
    expires_at: z.string(),
  })
  .meta({ id: 'HostedUpload' });

export const handOffBody = z.strictObject({}).meta({ id: 'HostedHandOffRequest' });
export const handOffReply = z
  .object({ url: z.string().meta({ description: 'For another device; good once.' }), expires_at: z.string() })
  .meta({ id: 'HostedHandOff' });

const file = z.object({
  url: z.string().meta({ description: 'Leads to the file for as long as it is kept.' }),
  fileName: z.string(),
});
const share = z.number().min(0).max(1);
const points = z.number().int().min(0).max(100);

const comparison = {
  isIdentical: z.boolean(),
  confidence: share.meta({ description: 'That both faces are of one person: 0.90 ≙ one false match in 10,000.' }),
  similarityScore: points.meta({ description: '100 × `confidence`, rounded.' }),
} as const;
const level = z.enum(['high', 'medium', 'low']);

const resultReply = z
  .object({
    sessionId: checkId,
    timestamp: z.string(),
    files: z.object({
      selfieVideo: file.exactOptional(),
      idPhoto: file.exactOptional(),
      idBack: file.exactOptional(),
    }),
    faceComparison: z.object({ ...comparison, method: z.string() }).exactOptional(),
    verificationAssessment: z
      .object({
        overallScore: points,
        verificationStatus: result,
        confidenceLevel: level,
        summary: z.string(),
        riskFactors: z.array(z.string()),
      })
      .exactOptional(),
    status: result,
  })
  .meta({ id: 'HostedResult' });

/** P-21. */
export const submitForm = z
  .object({
    api_key: z.string().exactOptional().meta({ description: 'Where it is not the Bearer.' }),
    ...applicant,
    consent_version: optional(32).meta({
      description: 'The text that the person agreed to, where the account asks for a record of consent.',
    }),
    consent_lang: optional(35),
  })
  .meta({ id: 'HostedSubmission' });

export const submitReply = z
  .object({ success: z.literal(true), check_id: checkId, result: resultReply })
  .meta({ id: 'HostedSubmitReply' });

export const sessionSubmitBody = z.strictObject({}).meta({ id: 'HostedSessionSubmitRequest' });
export const sessionSubmitReply = z
  .object({
    success: z.literal(true),
    check_id: checkId,
    status: result,
    reasons: flags,
    redirect_url: z.string().exactOptional(),
    retry: z.boolean(),
  })
  .meta({ id: 'HostedSessionSubmitReply' });

/** P-53. */
export const checkReply = z
  .object({
    check_id: checkId,
    status: z.enum([...result.options, 'open', 'processing', 'expired', 'deleted']),
    created_at: z.string(),
    expires_at: z.string().exactOptional().meta({ description: 'Of the page, while there is no result.' }),
    completed_at: z.string().exactOptional(),
    user_identifier: z.string().exactOptional(),
    user_email: z.string().exactOptional(),
    user_phone: z.string().exactOptional(),
    failure: z.string().exactOptional().meta({ description: 'Why it could not be judged.' }),
    consent: z
      .object({ version: z.string(), lang: z.string(), purpose: z.string(), given_at: z.string() })
      .exactOptional(),
    files_until: z.string().exactOptional(),
    result: resultReply.exactOptional(),
  })
  .meta({ id: 'HostedCheck' });

export const fileKind = z.enum(['selfie-video', 'id-photo', 'id-back']);
export const fileQuery = z.object({ t: z.string().max(256).exactOptional() });

export const deletedReply = z
  .object({ check_id: checkId, deleted: z.literal(true), deleted_at: z.string() })
  .meta({ id: 'HostedCheckDeleted' });

/** P-41. */
export const webhookBody = z
  .object({
    check_id: checkId,
    user_identifier: z.string(),
    verification_result: z.object({
      sessionId: checkId,
      timestamp: z.string(),
      status: result,
      faceComparison: z.object(comparison),
      verificationAssessment: z.object({ overallScore: points, verificationStatus: result, confidenceLevel: level }),
    }),
    selfie_video_url: z.string().nullable(),
    id_photo_url: z.string().nullable(),
    completed_at: z.string(),
  })
  .meta({ id: 'HostedWebhook' });

export const errorReply = z
  .object({
    success: z.literal(false),
    error: z.string(),
    code: z.string(),
    check_id: checkId.exactOptional(),
    which: z.enum(hostedSlots).exactOptional().meta({ description: 'The file that should be taken again.' }),
    reason: z.string().exactOptional(),
    reasons: z.array(z.string()).exactOptional(),
    retry: z.boolean().exactOptional(),
    fields: z.record(z.string(), z.array(z.string())).exactOptional(),
    upload_url: z.string().exactOptional().meta({
      description: 'Where a session is opened with which files of the full size are uploaded.',
    }),
    max_bytes: z.number().int().exactOptional(),
    request_id: z.string(),
  })
  .meta({ id: 'HostedError' });

export type ErrorReply = z.infer<typeof errorReply>;
export type ViewReply = z.infer<typeof viewReply>;
export type ResultReply = z.infer<typeof resultReply>;
export type CheckReply = z.infer<typeof checkReply>;
export type WebhookBody = z.infer<typeof webhookBody>;
