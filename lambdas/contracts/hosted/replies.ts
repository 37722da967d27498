import {
  type FileAddress,
  type HostedSession,
  type HostedSlot,
  hostedSlots,
  hostedStatus,
  isCheckId,
  resultOf,
} from '../../domain/hosted-session.ts';
import { endedAt } from '../../domain/review.ts';
import { type HostedVerification, isKept, type KeptCheck, type Outcome } from '../../domain/verification.ts';
import { iso } from '../timestamp.ts';
import { riskFactors, summaryOf } from './risk-factors.ts';
import type { CheckReply, ResultReply } from './schemas.ts';

/** What a reply rests on beside its record. */
export interface Telling {
  /** How faces were compared, in the word that the installation tells it by. */
  readonly method: string;
  readonly sha256: (text: string) => string;
}

const four = (value: number): number => Math.round(value * 10_000) / 10_000;
const fileOf = (slot: HostedSlot): string => slot.replace('_', '-');

/** What proves an address: nobody makes it up who has not seen it, and one file's says nothing of another's. */
export const proofOf = ({ sha256 }: Pick<Telling, 'sha256'>, fileSecret: string, slot: HostedSlot): string =>
  sha256(`${fileSecret} ${slot}`).slice(0, 32);

/** P-30, K-12. */
export function fileUrl(telling: Pick<Telling, 'sha256'>, check: KeptCheck, slot: HostedSlot): string {
  const { tenantId, mode, id, fileSecret, hosted } = check;
  const t = `${mode}.${tenantId}.${proofOf(telling, fileSecret, slot)}`;
  return `${hosted.baseUrl}/verif/files/${id}/${fileOf(slot)}?t=${t}`;
}

const address = /^(live|test)\.(tn_\w{1,64})\.([0-9a-f]{32})$/;

/** What an address of a file says; undefined where nobody can have told it. */
export function readFileAddress(id: string, kind: string, t: string | undefined): FileAddress | undefined {
  const slot = hostedSlots.find((one) => fileOf(one) === kind);
  const [, mode, tenantId, proof] = address.exec(t ?? '') ?? [];
  if (!slot || !tenantId || !proof || !isCheckId(id)) return undefined;
  return { tenantId, mode: mode === 'live' ? 'live' : 'test', id, slot, proof };
}

/** P-29: the names are the text's, whatever the format of a file is. */
const endings = { selfie_video: 'selfie_%.mp4', id_photo: 'id_%.jpg', id_back: 'id_back_%.jpg' } as const;
export const fileName = ({ id, createdAt }: Pick<HostedVerification, 'id' | 'createdAt'>, slot: HostedSlot): string =>
  `${id}_${endings[slot].replace('%', String(createdAt))}`;

function comparisonOf({ scores, policy }: Outcome, method: string) {
  const confidence = four(scores.faceMatch ?? 0);
  return {
    isIdentical: confidence >= policy.match,
    confidence,
    similarityScore: Math.round(100 * confidence),
    method,
  };
}

function assessmentOf(check: HostedVerification, outcome: Outcome) {
  const { confidence, policy, flags } = outcome;
  return {
    overallScore: Math.round(confidence),
    verificationStatus: resultOf(check.state),
    confidenceLevel: confidence >= policy.approve ? 'high' : confidence >= policy.review ? 'medium' : 'low',
    summary: summaryOf(outcome),
    riskFactors: riskFactors(flags),
  } as const;
}

/** P-27 to P-33. A check that could not be judged has neither comparison nor assessment. */
export function toResult(check: KeptCheck, telling: Telling): ResultReply {
  const { id, createdAt, outcome, hosted } = check;
  const file = (slot: HostedSlot) => ({ url: fileUrl(telling, check, slot), fileName: fileName(check, slot) });
  const { slots } = hosted;
  return {
    sessionId: id,
    timestamp: iso(endedAt(check) ?? createdAt),
    files: {
      ...(slots.includes('selfie_video') && { selfieVideo: file('selfie_video') }),
      ...(slots.includes('id_photo') && { idPhoto: file('id_photo') }),
      ...(slots.includes('id_back') && { idBack: file('id_back') }),
    },
    ...(outcome && {
      faceComparison: comparisonOf(outcome, telling.method),
      verificationAssessment: assessmentOf(check, outcome),
    }),
    status: resultOf(check.state),
  };
}

/** P-53. */
export function toCheck(check: HostedVerification, telling: Telling): CheckReply {
  const { id, state, claims, createdAt, failure } = check;
  const head = {
    check_id: id,
    status: isKept(check) ? resultOf(state) : 'deleted',
    created_at: iso(createdAt),
    completed_at: iso(endedAt(check) ?? createdAt),
  } as const;
  if (!isKept(check)) return head;
  const { userEmail, userPhone, consent } = check.hosted;
  return {
    ...head,
    user_identifier: claims.userRef ?? '',
    ...(userEmail !== undefined && { user_email: userEmail }),
    ...(userPhone !== undefined && { user_phone: userPhone }),
    ...(failure !== undefined && { failure }),
    ...(consent && {
      consent: { version: consent.version, lang: consent.lang, purpose: consent.purpose, given_at: iso(consent.at) },
    }),
    files_until: iso(check.filesUntil),
    result: toResult(check, telling),
  };
}

/** A check whose page is still open, or was left. */
export function toOpenCheck(session: HostedSession, now: number): CheckReply {
  const { id, applicant, createdAt, expiresAt } = session;
  const { userIdentifier, userEmail, userPhone } = applicant;
  return {
    check_id: id,
    status: expiresAt <= now ? 'expired' : hostedStatus(session, now) === 'processing' ? 'processing' : 'open',
    created_at: iso(createdAt),
    expires_at: iso(expiresAt),
    user_identifier: userIdentifier,
    ...(userEmail !== undefined && { user_email: userEmail }),
    ...(userPhone !== undefined && { user_phone: userPhone }),
  };
}
