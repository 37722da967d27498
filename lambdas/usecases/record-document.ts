import type { Caller } from '../domain/caller.ts';
import { failureOfDocument, type Unread } from '../domain/document-fault.ts';
import { documentFormat } from '../domain/document-format.ts';
import { type Failure, failure } from '../domain/error.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Tenant } from '../domain/tenant.ts';
import type { DocumentRequest, DocumentVerification } from '../domain/verification.ts';
import type { Media } from '../ports/media.ts';
import type { Jobs } from '../ports/messages.ts';
import type { Clock } from '../ports/system.ts';
import type { DocumentVerifications, Verifications } from '../ports/verifications.ts';
import type { JudgedDocument } from './judge-document.ts';
import { documentKey, type TakenDocument } from './take-document.ts';

export interface RecordDocument {
  readonly clock: Clock;
  readonly verifications: Pick<Verifications, 'get'>;
  readonly documents: Pick<DocumentVerifications, 'put'>;
  readonly media: Pick<Media, 'put' | 'delete'>;
  readonly jobs: Jobs;
  readonly settings: {
    readonly creditsLowAt: number;
    readonly jobs: { readonly redriveAfterSeconds: number };
  };
}

export const noCredits = failure('insufficient_credits', 'The balance is 0; nothing was looked at.');
const busy = failure('unavailable', 'Too many calls at once for this balance; try again.', { retryAfter: 1 });

/** One call under way. */
export interface DocumentWork {
  readonly caller: Caller;
  readonly tenant: Tenant;
  readonly id: string;
  readonly request: DocumentRequest;
  readonly taken: TakenDocument;
  readonly startedAt: number;
}

export const isFree = ({ mode }: Caller, testMode: boolean): boolean => mode === 'test' || testMode;

/** A verification as it is answered: one that could not be judged is a failure. */
export function answerOf(verification: DocumentVerification): Result<DocumentVerification, Failure> {
  const told = failureOfDocument(verification);
  return told ? fail(told) : ok(verification);
}

const recordOf = ({ caller: { tenantId, mode }, id, request, startedAt }: DocumentWork) =>
  ({
    tenantId,
    mode,
    id,
    contract: 'document',
    claims: {},
    request,
    createdAt: startedAt,
    submittedAt: startedAt,
    attempts: 0,
  }) as const;

const chargeOf = ({ settings }: RecordDocument, { caller, tenant, request }: DocumentWork) => ({
  charged: !isFree(caller, request.testMode),
  warnBelow: tenant.settings.creditsLowAt ?? settings.creditsLowAt,
});

/** The verdict is there: it is written with its debit. */
export async function concludeDocument(
  deps: RecordDocument,
  work: DocumentWork,
  { outcome, result, extraction }: JudgedDocument,
): Promise<Result<DocumentVerification, Failure>> {
  const now = deps.clock.now();
  const verification: DocumentVerification = {
    ...recordOf(work),
    state: outcome.decision,
    outcome,
    result: { ...result, processingTimeMs: now - work.startedAt },
    concludedAt: now,
  };
  const written = await write(deps, work, verification, { ...chargeOf(deps, work), extraction });
  await forget(deps, work);
  return written;
}

/** Nothing could be made out: that is written too, and costs nothing. */
export async function refuseDocument(
  deps: RecordDocument,
  work: DocumentWork,
  { code, reasons }: Unread,
): Promise<Result<DocumentVerification, Failure>> {
  const verification: DocumentVerification = {
    ...recordOf(work),
    state: 'failed',
    failure: code,
    failureReasons: reasons,
    concludedAt: deps.clock.now(),
  };
  const written = await write(deps, work, verification, { charged: false, warnBelow: 0 });
  await forget(deps, work);
  return written.ok ? answerOf(written.value) : written;
}

/** An upload is looked at once. */
async function forget({ media }: RecordDocument, { taken: { key } }: DocumentWork): Promise<void> {
  // What stays behind goes by the bucket's own rule.
  if (key !== undefined) await media.delete([key]).catch(() => undefined);
}

/** A worker will judge it: the picture waits in storage, the record for its verdict. */
export async function acceptDocument(
  deps: RecordDocument,
  work: DocumentWork,
): Promise<Result<DocumentVerification, Failure>> {
  const { clock, media, jobs, settings } = deps;
  const { caller, id, request, taken } = work;
  const ref = { tenantId: caller.tenantId, mode: caller.mode, id };
  const key = taken.key ?? documentKey(caller, id);
  const waits = request.scenario === undefined;
  if (waits && taken.key === undefined)
    await media.put(key, taken.bytes, documentFormat(taken.bytes) ?? 'application/octet-stream');
  const verification: DocumentVerification = {
    ...recordOf(work),
    state: 'submitted',
    request: { ...request, ...(waits && { media: key }) },
  };
  const dueAt = clock.now() + settings.jobs.redriveAfterSeconds * 1000;
  const written = await write(deps, work, verification, { ...chargeOf(deps, work), dueAt });
  // It is accepted: a job that cannot be sent now is sent when it is due.
  if (written.ok && written.value.state === 'submitted') await jobs.send(ref).catch(() => undefined);
  return written;
}

async function write(
  { documents, verifications }: RecordDocument,
  { caller: { tenantId, mode }, id }: DocumentWork,
  verification: DocumentVerification,
  more: Parameters<DocumentVerifications['put']>[1],
): Promise<Result<DocumentVerification, Failure>> {
  const written = await documents.put(verification, more);
  if (written.ok) return written;
  switch (written.error) {
    case 'exists': {
      // Another call with this key came to its end in the meantime.
      const winner = await verifications.get({ tenantId, mode, id });
      return winner?.contract === 'document' ? answerOf(winner) : fail(busy);
    }
    case 'insufficient_credits':
      return fail(noCredits);
    case 'busy':
      return fail(busy);
  }
}
