import type { Prompt } from './challenge.ts';
import { failure } from './error.ts';
import { type Flag, isCritical, needsPerson } from './flags.ts';
import type { Verdict } from './verdict.ts';
import type { HostedConsent, State, VerificationRef } from './verification.ts';

/** What a check of the hosted contract is made from; the back of the document is welcome, and not asked for. */
export const hostedSlots = ['id_photo', 'id_back', 'selfie_video'] as const;
export type HostedSlot = (typeof hostedSlots)[number];

/** The text that people agree to on the page; another text is another version. */
export const consentVersion = '2026-11';
/** C-12, C-16: what the consent is for. */
export const consentPurpose = 'identity_verification';

/** Whose check it is, as the partner says it. */
export interface Applicant {
  readonly userIdentifier: string;
  readonly userEmail?: string;
  readonly userPhone?: string;
}

/** One visit to the hosted page, under the id of the check that it may come to. Times are ms since the epoch. */
export interface HostedSession extends VerificationRef {
  /** Counts what was written over it; it is written over only where it still has the one that was read. */
  readonly revision: number;
  readonly applicant: Applicant;
  /** What the person is asked to do in front of the camera. */
  readonly challenge: readonly Prompt[];
  readonly returnUrl?: string;
  /** The partner's own, given back with the result. */
  readonly state?: string;
  readonly lang?: string;
  readonly consent?: HostedConsent;
  readonly attemptsLeft: number;
  /** Names of addresses that open it once and were not used. */
  readonly links: readonly string[];
  /** What was submitted is being looked at; after that moment the one that looked is taken for dead. */
  readonly busyUntil?: number;
  /** When the check had its result. */
  readonly doneAt?: number;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export type HostedStatus = 'open' | 'processing' | 'done';

export const hostedStatus = ({ doneAt, busyUntil = 0 }: HostedSession, now: number): HostedStatus =>
  doneAt !== undefined ? 'done' : busyUntil > now ? 'processing' : 'open';

/** P-33: what a check came to, in the contract's words. What could not be judged is for a person to look at (C-03). */
export type HostedResult = 'verified' | 'rejected' | 'needs_review';

export const resultOf = (state: State): HostedResult =>
  state === 'approved' ? 'verified' : state === 'rejected' ? 'rejected' : 'needs_review';

/** A version 4 UUID (RFC 9562, 5.4). @param drawn 32 hex digits */
export const checkIdOf = (drawn: string): string => {
  const variant = ((Number.parseInt(drawn.charAt(16), 16) & 3) | 8).toString(16);
  const parts = [drawn.slice(0, 8), drawn.slice(8, 12), `4${drawn.slice(13, 16)}`, variant + drawn.slice(17, 20)];
  return [...parts, drawn.slice(20, 32)].join('-');
};

export const isCheckId = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(text);

/** Who comes with no token of a session, or with another's. */
export const sessionMissing = failure(
  'session_missing',
  'This page was opened elsewhere, or its time is over. Start again.',
);

const fileOf = (slot: HostedSlot): string => slot.replace('_', '-');

/** Where what a check was made from is kept. */
export const evidenceKey = ({ tenantId, id }: VerificationRef, slot: HostedSlot): string =>
  `hosted/${tenantId}/${id}/${fileOf(slot)}`;

/** Where a browser uploads to. It can write over it as long as its form is good, so that evidence is never read there again. */
export const incomingKey = ({ tenantId, id }: VerificationRef, slot: HostedSlot): string =>
  `hosted/${tenantId}/${id}/incoming/${fileOf(slot)}`;

/** How many days media are kept: the tenant's, where they are fewer than the installation's. @returns ms */
export const filesUntil = (at: number, retentionSeconds: number, retentionDays = Number.POSITIVE_INFINITY): number =>
  at + Math.min(retentionSeconds, retentionDays * 86_400) * 1000;

/** What a better photo or video can put right: the person may take it again, and nothing was decided. */
const retaken: Partial<Record<Flag, HostedSlot>> = {
  no_face_in_selfie: 'selfie_video',
  multiple_faces_in_selfie: 'selfie_video',
  selfie_quality_low: 'selfie_video',
  selfie_unreadable: 'selfie_video',
  face_often_missing: 'selfie_video',
  head_did_not_turn: 'selfie_video',
  challenge_not_followed: 'selfie_video',
  no_face_in_id_photo: 'id_photo',
  no_face_in_document: 'id_photo',
  document_quality_low: 'id_photo',
  document_unreadable: 'id_photo',
};

/**
 * Which file should be taken again before anything is decided; undefined where a verdict stands. A face that does not match, or one
 * that does not live, is a verdict: whoever is told so at every try learns how to pass.
 */
export function toRetake({ decision, flags }: Pick<Verdict, 'decision' | 'flags'>) {
  if (decision === 'approved') return undefined;
  const told = flags.filter((flag) => isCritical(flag) || needsPerson(flag));
  if (told.length === 0 || !told.every((flag) => flag in retaken)) return undefined;
  const [first] = told;
  return first && { slot: retaken[first] as HostedSlot, flags: told };
}

/** P-30: what a file's address says of whose it is, since whoever follows it has no key. */
export interface FileAddress extends VerificationRef {
  readonly slot: HostedSlot;
  /** Hex; known from the address alone. */
  readonly proof: string;
}
