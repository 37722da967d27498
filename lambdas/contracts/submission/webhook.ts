import type { Verification } from '../../domain/verification.ts';
import type { VerificationEvent } from '../../domain/webhook-delivery.ts';
import { iso } from '../timestamp.ts';
import { metadataOf, toResult } from './replies.ts';
import type { WebhookBody } from './schemas.ts';

const isoOrNull = (ms: number | undefined): string | null => (ms === undefined ? null : iso(ms));

/** Compact JSON, the keys of every object in code-unit order. */
function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${sortedJson(inner)}`).join(',')}}`;
}

function toWebhookBody(event: VerificationEvent, verification: Verification): WebhookBody {
  const { id, tenantId, claims, submittedAt, concludedAt } = verification;
  const metadata = verification.contract === 'submission' ? verification.submission?.metadata : undefined;
  const head = {
    event: event.type,
    verificationId: id,
    tenantId,
    userRef: claims.userRef ?? null,
    metadata: metadataOf(metadata),
    submittedAt: isoOrNull(submittedAt),
  };
  if (event.type === 'credits.low') return { ...head, completedAt: null, balance: Number(event.facts?.balance) };
  return { ...head, ...toResult(verification), completedAt: isoOrNull(concludedAt) };
}

/** X-36: compact JSON with sorted keys, so that a receiver who parses and writes it again gets the signed bytes. */
export const submissionWebhook = {
  body: (event: VerificationEvent, verification: Verification): string =>
    sortedJson(toWebhookBody(event, verification)),
  headers: (
    event: VerificationEvent,
    { unixSeconds, hex }: { readonly unixSeconds: number; readonly hex: readonly string[] },
  ): Readonly<Record<string, string>> => ({
    'user-agent': 'Veridia-Webhooks/1.0',
    'veridia-event': event.type,
    'veridia-signature': [`t=${unixSeconds}`, ...hex.map((signature) => `v1=${signature}`)].join(','),
  }),
};
