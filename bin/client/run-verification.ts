import { setTimeout as wait } from 'node:timers/promises';
import type { InitReply, StatusReply } from '../../lambdas/contracts/submission/schemas.ts';
import { CommandError } from '../terminal/command-error.ts';
import { type Api, ApiError, unreachable } from './api.ts';

/** Bytes of two images, and what the applicant says of themselves at init. */
export interface Applicant {
  readonly selfie: Uint8Array;
  readonly document: Uint8Array;
  readonly claims: Readonly<Record<string, string>>;
}

/** Steps in the order in which they are told. */
export const steps = ['opening', 'uploading', 'submitting', 'queued', 'processing', 'completed'] as const;
export type Step = (typeof steps)[number];

/** A verification with its verdict. */
export interface Verified extends StatusReply {
  /** From submit to verdict, as the service's own clock has it. */
  readonly ms: number;
}

const FIRST_POLL_MS = 100;
const SLOWEST_POLL_MS = 2000;

async function upload({ url, method, headers }: InitReply['uploads']['selfie'], bytes: Uint8Array): Promise<void> {
  let response: Response;
  try {
    response = await fetch(url, { method, headers, body: new Uint8Array(bytes), signal: AbortSignal.timeout(60_000) });
  } catch (error) {
    throw unreachable(url, error);
  }
  if (response.ok) return;
  // S3 answers in XML; its message is all that a person needs.
  const message = /<Message>([^<]*)<\/Message>/.exec(await response.text())?.[1];
  throw new CommandError(`The upload was refused: ${message ?? 'no reason given'} (${response.status}).`);
}

/** Waits for the verdict, ever more slowly. A 429 is waited for, too. @throws CommandError after `timeoutMs` */
async function poll(api: Api, id: string, timeoutMs: number, tell: (step: Step) => void): Promise<StatusReply> {
  const deadline = Date.now() + timeoutMs;
  for (let pause = FIRST_POLL_MS; ; pause = Math.min(pause * 1.3, SLOWEST_POLL_MS)) {
    await wait(pause);
    try {
      const found = await api.call('readVerification', { params: { id } });
      const step = steps.find((one) => one === found.status);
      if (!step) throw new CommandError(`Verification ${id} is ${found.status}: there will be no verdict.`);
      tell(step);
      if (step === 'completed') return found;
    } catch (error) {
      if (!(error instanceof ApiError) || error.retryAfter === undefined) throw error;
      await wait(Math.min(error.retryAfter * 1000, Math.max(deadline - Date.now(), 0)));
    }
    if (Date.now() > deadline)
      throw new CommandError(`No verdict after ${timeoutMs / 1000} s. Look later: selfsame verifications show ${id}`);
  }
}

/**
 * One whole verification as an integration makes it: init, two presigned uploads, submit, poll. The operator's key is not needed.
 * @throws CommandError as the service refuses, or when no verdict comes in time
 */
export async function runVerification(
  api: Api,
  { selfie, document, claims }: Applicant,
  { timeoutMs, tell }: { readonly timeoutMs: number; readonly tell: (step: Step) => void },
): Promise<Verified> {
  tell('opening');
  const { verificationId, uploads } = await api.call('initVerification', { body: claims });
  tell('uploading');
  await Promise.all([upload(uploads.selfie, selfie), upload(uploads.docFront, document)]);
  tell('submitting');
  const keys = { docFront: uploads.docFront.key, selfie: uploads.selfie.key };
  await api.call('submitVerification', { body: { verificationId, keys } });
  const found = await poll(api, verificationId, timeoutMs, tell);
  return { ...found, ms: Date.parse(found.completedAt ?? '') - Date.parse(found.submittedAt ?? '') };
}
