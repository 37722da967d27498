import { asJudged, endedAt } from '../../domain/review.ts';
import type { Verification } from '../../domain/verification.ts';
import type { VerificationEvent } from '../../domain/webhook-delivery.ts';
import { canonicalJson } from '../canonical-json.ts';
import { iso } from '../timestamp.ts';
import { metadataOf, toResult } from './replies.ts';
import type { WebhookBody } from './schemas.ts';

const isoOrNull = (ms: number | undefined): string | null => (ms === undefined ? null : iso(ms));

function toWebhookBody(event: VerificationEvent, found: Verification): WebhookBody {
  const verification = event.type === 'verification.review_required' ? asJudged(found) : found;
  const { id, tenantId, claims, submittedAt } = verification;
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
  return { ...head, ...toResult(verification), completedAt: isoOrNull(endedAt(verification)) };
}

/** a receiver who parses the body and writes it again, keys sorted, gets the signed bytes. */
export const submissionWebhook = {
  body: (event: VerificationEvent, verification: Verification): string =>
    canonicalJson(toWebhookBody(event, verification)),
  headers: (
    event: VerificationEvent,
    { unixSeconds, hex }: { readonly unixSeconds: number; readonly hex: readonly string[] },
  ): Readonly<Record<string, string>> => ({
    'user-agent': 'Veridia-Webhooks/1.0',
    'veridia-event': event.type,
    'veridia-signature': [`t=${unixSeconds}`, ...hex.map((signature) => `v1=${signature}`)].join(','),
  }),
};
