import type { Caller } from '../domain/caller.ts';
import { failureOfDocument, type Unread } from '../domain/document-fault.ts';
import { documentFormat } from '../domain/document-format.ts';
import { type Failure, failure } from '../domain/error.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { TestScenario } from '../domain/sandbox-document.ts';
import type { Tenant } from '../domain/tenant.ts';
import type { DocumentRequest, DocumentVerification } from '../domain/verification.ts';
import type { Clock, Credits, DocumentVerifications, Jobs, Media, Tenants, Verifications } from '../ports.ts';
import { type CheckWebhookUrl, checkWebhookUrl } from './check-webhook-url.ts';
import { type JudgeDocument, type JudgedDocument, judgeDocument } from './judge-document.ts';
import {
  documentKey,
  type SentDocument,
  type TakeDocument,
  type TakenDocument,
  takeDocument,
} from './take-document.ts';
import { within } from './within.ts';

export interface VerifyDocument extends JudgeDocument, TakeDocument, CheckWebhookUrl {
  readonly clock: Clock;
  readonly tenants: Pick<Tenants, 'get'>;
  readonly credits: Pick<Credits, 'balance'>;
  readonly verifications: Pick<Verifications, 'get'>;
  readonly documents: Pick<DocumentVerifications, 'put'>;
  readonly media: Pick<Media, 'read' | 'size' | 'put' | 'delete'>;
  readonly jobs: Jobs;
  readonly settings: JudgeDocument['settings'] &
    TakeDocument['settings'] &
    CheckWebhookUrl['settings'] & {
      readonly document: { readonly syncMs: number; readonly ageThreshold: number };
      readonly idempotencyTtlSeconds: number;
      readonly creditsLowAt: number;
      readonly jobs: { readonly redriveAfterSeconds: number };
    };
}

export interface VerifyDocumentRequest
  extends Pick<DocumentRequest, 'documentType' | 'verificationType' | 'metadata' | 'webhookUrl' | 'externalId'> {
  /** Of the verification to come. */
  readonly id: string;
  readonly document: SentDocument;
  readonly ageThreshold?: number;
  readonly testMode: boolean;
  /** The scenario that was asked for by name. */
  readonly scenario?: TestScenario;
  readonly asOf: number;
  /** What the caller named this attempt, as the id that it then has, and a hash over the name and the request. */
  readonly attempt?: { readonly id: string; readonly hash: string };
}

const noCredits = failure('insufficient_credits', 'The balance is 0; nothing was looked at.');
const busy = failure('unavailable', 'Too many calls at once for this balance; try again.', { retryAfter: 1 });

/** One call under way. */
interface Work {
  readonly caller: Caller;
  readonly tenant: Tenant;
  readonly id: string;
  readonly request: DocumentRequest;
  readonly taken: TakenDocument;
  readonly startedAt: number;
}

/**
 * Judges a document within the call, or takes it in for work where its result is to be sent, or looking takes too long. What is
 * cheap is asked first. Record, debit and what was read are written in one; what could not be judged is recorded, and free.
 */
export async function verifyDocument(
  deps: VerifyDocument,
  caller: Caller,
  asked: VerifyDocumentRequest,
): Promise<Result<DocumentVerification, Failure>> {
  const { clock, credits, tenants, settings } = deps;
  const startedAt = clock.now();
  const repeated = await earlier(deps, caller, asked);
  if (repeated) return answerOf(repeated);
  const { document, scenario: named, documentType: kind, testMode } = asked;
  const test = testMode ? { kind, ...(named && { named }) } : undefined;
  const [taken, address] = await Promise.all([
    takeDocument(deps, caller, document, test),
    asked.webhookUrl === undefined ? ok(undefined) : checkWebhookUrl(deps, asked.webhookUrl),
  ]);
  if (!address.ok) return address;
  if (!taken.ok) return taken;
  const [balance, tenant] = await Promise.all([
    isFree(caller, testMode) ? 1 : credits.balance(caller.tenantId),
    tenants.get(caller.tenantId),
  ]);
  if (!tenant) throw new Error('A caller without its tenant.');
  if (balance < 1) return fail(noCredits);

  const work: Work = {
    caller,
    tenant,
    id: asked.attempt?.id ?? asked.id,
    request: requestOf(asked, caller, tenant, taken.value, settings.document.ageThreshold),
    taken: taken.value,
    startedAt,
  };
  if (asked.webhookUrl !== undefined) return accept(deps, work);
  const judged = await within(judgeDocument(deps, tenant, work.request, taken.value.bytes), settings.document.syncMs);
  if (!judged) return accept(deps, work);
  return judged.ok ? conclude(deps, work, judged.value) : refuse(deps, work, judged.error);
}

const isFree = ({ mode }: Caller, testMode: boolean): boolean => mode === 'test' || testMode;

function requestOf(
  {
    documentType,
    verificationType,
    metadata,
    webhookUrl,
    externalId,
    testMode,
    asOf,
    attempt,
    ...asked
  }: VerifyDocumentRequest,
  caller: Caller,
  tenant: Tenant,
  { scenario }: TakenDocument,
  defaultThreshold: number,
): DocumentRequest {
  return {
    documentType,
    verificationType,
    ageThreshold: asked.ageThreshold ?? tenant.settings.ageThreshold ?? defaultThreshold,
    testMode,
    ...(metadata && { metadata }),
    ...(webhookUrl !== undefined && { webhookUrl }),
    ...(externalId !== undefined && { externalId }),
    ...(scenario && { scenario }),
    ...(caller.mode === 'test' && { asOf }),
    ...(attempt && { attempt: attempt.hash }),
  };
}

/** What came of the same attempt before. */
async function earlier(
  { clock, verifications, settings }: VerifyDocument,
  { tenantId, mode }: Caller,
  { attempt }: VerifyDocumentRequest,
): Promise<DocumentVerification | undefined> {
  const found = attempt && (await verifications.get({ tenantId, mode, id: attempt.id }));
  if (found?.contract !== 'document' || found.request.attempt !== attempt?.hash) return undefined;
  const fresh = clock.now() - found.createdAt < settings.idempotencyTtlSeconds * 1000;
  return fresh ? found : undefined;
}

/** A verification as it is answered: one that could not be judged is a failure. */
function answerOf(verification: DocumentVerification): Result<DocumentVerification, Failure> {
  const told = failureOfDocument(verification);
  return told ? fail(told) : ok(verification);
}

const recordOf = ({ caller: { tenantId, mode }, id, request, startedAt }: Work) =>
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

const chargeOf = ({ settings }: VerifyDocument, { caller, tenant, request }: Work) => ({
  charged: !isFree(caller, request.testMode),
  warnBelow: tenant.settings.creditsLowAt ?? settings.creditsLowAt,
});

/** The verdict is there: it is written with its debit. */
async function conclude(
  deps: VerifyDocument,
  work: Work,
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
async function refuse(
  deps: VerifyDocument,
  work: Work,
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
async function forget({ media }: VerifyDocument, { taken: { key } }: Work): Promise<void> {
  // What stays behind goes by the bucket's own rule.
  if (key !== undefined) await media.delete([key]).catch(() => undefined);
}

/** A worker will judge it: the picture waits in storage, the record for its verdict. */
async function accept(deps: VerifyDocument, work: Work): Promise<Result<DocumentVerification, Failure>> {
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
  { documents, verifications }: VerifyDocument,
  { caller: { tenantId, mode }, id }: Work,
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
