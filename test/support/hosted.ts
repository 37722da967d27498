import type { HostedSession } from '../../lambdas/domain/hosted-session.ts';
import type { HostedVerification } from '../../lambdas/domain/verification.ts';
import { anOutcome } from './verification.ts';

const id = '0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d';
const week = 7 * 86_400_000;

/** A session of the page that was opened just now. */
export const aSession = (change: Partial<HostedSession> = {}): HostedSession => {
  const { createdAt = 1_800_000_000_000 } = change;
  return {
    tenantId: 'tn_1',
    mode: 'live',
    id,
    revision: 0,
    applicant: { userIdentifier: 'user_1' },
    challenge: ['turn_left', 'smile'],
    attemptsLeft: 5,
    links: ['link'],
    createdAt,
    expiresAt: createdAt + 900_000,
    ...change,
  };
};

/** A hosted check with its verdict. */
export const aCheck = (change: Partial<HostedVerification> = {}): HostedVerification => {
  const { createdAt = 1_800_000_000_000 } = change;
  return {
    tenantId: 'tn_1',
    mode: 'live',
    id,
    contract: 'hosted',
    state: 'approved',
    claims: { userRef: 'user_1' },
    createdAt,
    submittedAt: createdAt,
    concludedAt: createdAt + 2000,
    outcome: anOutcome(),
    fileSecret: '00112233445566778899aabbccddeeff',
    filesUntil: createdAt + week,
    hosted: { slots: ['id_photo', 'selfie_video'], baseUrl: 'https://verify.example' },
    ...change,
  };
};
