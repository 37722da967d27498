import { awaitsReview, endedAt, liveClaim, sameReviewer } from '../../domain/review.ts';
import type { Reviewer } from '../../domain/reviewer.ts';
import { policyOf, type Tenant, type Thresholds } from '../../domain/tenant.ts';
import type { Verification } from '../../domain/verification.ts';
import type { Delivery } from '../../domain/webhook-delivery.ts';
import { toDeliveryReply } from '../submission/account.ts';
import { iso } from '../timestamp.ts';
import type { DeliveryReply, DetailReply, RowReply, SettingsReply } from './schemas.ts';
import { timelineOf } from './timeline.ts';

const isoOrNull = (ms: number | undefined): string | null => (ms === undefined ? null : iso(ms));

/** Who looks, and when. */
export interface Viewer {
  readonly reviewer: Reviewer | undefined;
  readonly now: number;
}

export function toRow(verification: Verification, { reviewer, now }: Viewer): RowReply {
  const { id, contract, state, claims, outcome, createdAt, submittedAt, review } = verification;
  const live = liveClaim(verification, now);
  const claim = live && {
    name: live.by.name,
    keyHint: live.by.keyHint,
    mine: reviewer !== undefined && sameReviewer(live.by, reviewer),
    until: iso(live.until),
  };
  return {
    id,
    contract,
    state,
    userRef: claims.userRef ?? null,
    confidence: outcome?.confidence ?? null,
    flags: [...(outcome?.flags ?? [])],
    createdAt: iso(createdAt),
    submittedAt: isoOrNull(submittedAt),
    completedAt: isoOrNull(endedAt(verification)),
    claim: claim ?? null,
    reviewed: review !== undefined,
  };
}

export const toDelivery = (delivery: Delivery): DeliveryReply => ({
  ...toDeliveryReply(delivery),
  contract: delivery.event.contract,
});

/** What a contract knows of a verification besides, in words: no picture, no token, nothing read on a document. */
function factsOf(verification: Verification): Record<string, string | undefined> {
  switch (verification.contract) {
    case 'submission':
      return {};
    case 'step-up': {
      const { action, amt, asset, live, match, score, modelSet } = verification.stepUp ?? {};
      const amount = amt === undefined ? undefined : [amt, asset].filter((part) => part !== undefined).join(' ');
      return { action, amount, liveness: live, match: match?.toString(), score: score?.toString(), modelSet };
    }
    case 'document': {
      const { request, result, failureReasons } = verification;
      return {
        documentType: result?.documentType ?? request.documentType,
        verificationType: request.verificationType,
        ageThreshold: String(request.ageThreshold),
        age: result?.age?.toString(),
        externalId: request.externalId,
        testMode: request.testMode ? 'true' : undefined,
        reasons: failureReasons?.join(', '),
      };
    }
    case 'hosted': {
      const { userEmail, userPhone, consent, challenge } = verification.hosted ?? {};
      const consented = consent && `${consent.version}, ${consent.lang}, ${iso(consent.at)}`;
      return { email: userEmail, phone: userPhone, consent: consented, challenge: challenge?.join(', ') };
    }
  }
}

const metadataOf = (verification: Verification): Readonly<Record<string, unknown>> | undefined =>
  verification.contract === 'submission'
    ? verification.submission?.metadata
    : verification.contract === 'document'
      ? verification.request.metadata
      : undefined;

const given = (facts: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(facts).filter((fact): fact is [string, string] => fact[1] !== undefined));

export function toDetail(
  verification: Verification,
  deliveries: readonly Delivery[],
  media: DetailReply['media'],
  viewer: Viewer,
): DetailReply {
  const { outcome, review, mode, claims, failure } = verification;
  return {
    ...toRow(verification, viewer),
    mode,
    decision: outcome?.decision ?? null,
    failure: failure ?? null,
    claims: given({ ...claims }),
    facts: given(factsOf(verification)),
    metadata: (metadataOf(verification) ?? null) as DetailReply['metadata'],
    signals: (outcome?.signals ?? []).map(({ name, score, threshold, passed, reason, flags }) => ({
      name,
      score: score ?? null,
      threshold,
      result: score === undefined ? 'unavailable' : passed ? 'passed' : 'failed',
      reason,
      flags: [...flags],
    })),
    scores: { ...outcome?.scores },
    policy: outcome ? { ...outcome.policy } : null,
    policyHash: outcome?.policyHash ?? null,
    models: { ...outcome?.models },
    stages: { ...outcome?.stages },
    media,
    timeline: timelineOf(verification, deliveries),
    deliveries: deliveries.map(toDelivery),
    review: review
      ? {
          decision: review.decision,
          reason: review.reason,
          name: review.by.name,
          keyHint: review.by.keyHint,
          at: iso(review.at),
        }
      : null,
    reviewable: awaitsReview(verification),
  };
}

/** What is set, and what the installation does where nothing is. */
export function toSettings(
  { name, tenantId, plan, settings, webhookDisabledAt }: Tenant,
  defaults: { readonly thresholds: Thresholds; readonly retentionSeconds: number },
): SettingsReply {
  const { requireLiveness, ...thresholds } = policyOf(settings, defaults.thresholds);
  const mostDays = defaults.retentionSeconds / 86_400;
  return {
    account: name,
    tenantId,
    plan,
    webhookUrl: settings.webhookUrl ?? null,
    webhookDisabledAt: isoOrNull(webhookDisabledAt),
    allowedOrigins: [...(settings.allowedOrigins ?? [])],
    returnUrls: [...(settings.returnUrls ?? [])],
    retentionDays: Math.min(mostDays, settings.retentionDays ?? mostDays),
    thresholds,
    requireLiveness,
    consentRequired: settings.consentRequired ?? false,
    theme: (settings.theme ?? null) as SettingsReply['theme'],
  };
}
