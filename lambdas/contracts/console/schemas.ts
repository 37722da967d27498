import * as z from 'zod';
import { states } from '../../domain/verification.ts';
import { deliveryReply as told } from '../submission/account.ts';

const optionalText = (max: number) => z.string().max(max).exactOptional();
const cursor = optionalText(2048);
const state = z.enum(states as unknown as [string, ...string[]]);
const contract = z.enum(['submission', 'step-up', 'document', 'hosted']);
const mode = z.enum(['live', 'test']);
const printable = 'must not contain control characters';
const name = z
  .string()
  .trim()
  .min(1, 'is required')
  .max(80)
  .regex(/^\P{Cc}*$/u, printable);

export const loginBody = z
  .strictObject({
    key: z.string().min(1).max(256).meta({ description: 'A secret key (sk_…).' }),
    name: name.meta({ description: 'Who sits there: written beside every review.' }),
  })
  .meta({ id: 'ConsoleLogin' });

export const sessionReply = z
  .object({
    account: z.string(),
    tenantId: z.string(),
    mode,
    keyHint: z.string(),
    name: z.string(),
    expiresAt: z.string().exactOptional(),
  })
  .meta({ id: 'ConsoleSession' });

export const searchQuery = z.strictObject({
  state: state.exactOptional(),
  contract: contract.exactOptional(),
  q: optionalText(256).meta({ description: 'An id, or your own reference of the user; exact.' }),
  cursor,
});
export const pageQuery = z.strictObject({ cursor });
export const deliveriesQuery = z.strictObject({
  status: z.enum(['pending', 'delivered', 'failed']).exactOptional(),
  cursor,
});
export const emptyBody = z.strictObject({}).meta({ id: 'Nothing' });
export const decisionBody = z
  .strictObject({
    decision: z.enum(['approved', 'rejected']),
    reason: z
      .string()
      .trim()
      .min(1, 'is required')
      .max(2000)
      .regex(/^\P{Cc}*(?:\r?\n\P{Cc}*)*$/u, printable),
  })
  .meta({ id: 'ReviewDecision' });

const claim = z.object({ name: z.string(), keyHint: z.string(), mine: z.boolean(), until: z.string() });
const review = z.object({
  decision: z.enum(['approved', 'rejected']),
  reason: z.string(),
  name: z.string(),
  keyHint: z.string(),
  at: z.string(),
});

/** A row of a list: what tells one from another, and what it came to. */
export const rowReply = z
  .object({
    id: z.string(),
    contract,
    state,
    userRef: z.string().nullable(),
    confidence: z.number().nullable().meta({ description: "The machine's, 0..100." }),
    flags: z.array(z.string()),
    createdAt: z.string(),
    submittedAt: z.string().nullable(),
    completedAt: z.string().nullable(),
    claim: claim.nullable(),
    reviewed: z.boolean(),
  })
  .meta({ id: 'ConsoleRow' });

export const rowsReply = z.object({ items: z.array(rowReply), cursor: z.string().exactOptional() });

const share = z.number().nullable();
const signal = z.object({
  name: z.string(),
  score: share.meta({ description: '0..1; null: unavailable, and never a pass.' }),
  threshold: z.number(),
  result: z.enum(['passed', 'failed', 'unavailable']),
  reason: z.string(),
  flags: z.array(z.string()),
});

/** As the partner's own address for it tells a delivery, and in whose words it is told. */
export const deliveryReply = told.extend({ contract: z.string() }).meta({ id: 'ConsoleDelivery' });

export const deliveriesReply = z.object({ items: z.array(deliveryReply), cursor: z.string().exactOptional() });

const media = z.object({
  slot: z.enum(['docFront', 'docBack', 'selfie', 'id_photo', 'id_back', 'selfie_video']),
  kind: z.enum(['image', 'video']),
  url: z.string().nullable().meta({ description: 'Good for a minute; null: the file is gone.' }),
});

const moment = z.object({
  at: z.string(),
  what: z.enum(['created', 'submitted', 'concluded', 'failed', 'ended', 'reviewed', 'attempt']),
  detail: z.string().exactOptional(),
  ok: z.boolean().exactOptional(),
});

export const detailReply = rowReply
  .extend({
    mode,
    decision: z.enum(['approved', 'review', 'rejected']).nullable().meta({ description: "The machine's." }),
    failure: z.string().nullable(),
    claims: z.record(z.string(), z.string()),
    facts: z.record(z.string(), z.string()).meta({ description: 'What its contract knows besides.' }),
    metadata: z.record(z.string(), z.json()).nullable(),
    signals: z.array(signal),
    scores: z.record(z.string(), z.number()),
    policy: z.record(z.string(), z.union([z.number(), z.boolean()])).nullable(),
    policyHash: z.string().nullable(),
    models: z.record(z.string(), z.string()),
    stages: z.record(z.string(), z.number()),
    media: z.array(media),
    timeline: z.array(moment),
    deliveries: z.array(deliveryReply),
    review: review.nullable(),
    reviewable: z.boolean().meta({ description: 'It waits for a person.' }),
  })
  .meta({ id: 'ConsoleVerification' });

const ledgerEntry = z.object({
  id: z.string(),
  type: z.enum(['grant', 'debit', 'refund']),
  amount: z.number().int(),
  balance: z.number().int(),
  verificationId: z.string().exactOptional(),
  reason: z.string(),
  createdAt: z.string(),
});

export const creditsReply = z
  .object({
    balance: z.number().int(),
    items: z.array(ledgerEntry),
    cursor: z.string().exactOptional(),
  })
  .meta({ id: 'ConsoleCredits' });

export const settingsReply = z
  .object({
    account: z.string(),
    tenantId: z.string(),
    plan: z.string(),
    webhookUrl: z.string().nullable(),
    webhookDisabledAt: z.string().nullable(),
    allowedOrigins: z.array(z.string()),
    returnUrls: z.array(z.string()),
    retentionDays: z.number().meta({ description: 'For how long photos and videos of the hosted page are kept.' }),
    thresholds: z.record(z.string(), z.number()).meta({ description: 'As they are in force.' }),
    requireLiveness: z.boolean(),
    consentRequired: z.boolean(),
    theme: z.record(z.string(), z.json()).nullable(),
  })
  .meta({ id: 'ConsoleSettings' });

export type RowReply = z.infer<typeof rowReply>;
export type DetailReply = z.infer<typeof detailReply>;
export type DeliveryReply = z.infer<typeof deliveryReply>;
export type SettingsReply = z.infer<typeof settingsReply>;
