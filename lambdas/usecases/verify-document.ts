import type { Caller } from '../domain/caller.ts';
import type { Failure } from '../domain/error.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { TestScenario } from '../domain/sandbox-document.ts';
import type { Tenant } from '../domain/tenant.ts';
import type { DocumentRequest, DocumentVerification } from '../domain/verification.ts';
import type { Credits, Tenants } from '../ports/accounts.ts';
import type { Media } from '../ports/media.ts';
import { type CheckWebhookUrl, checkWebhookUrl } from './check-webhook-url.ts';
import { type JudgeDocument, judgeDocument } from './judge-document.ts';
import {
  acceptDocument,
  answerOf,
  concludeDocument,
  type DocumentWork,
  isFree,
  noCredits,
  type RecordDocument,
  refuseDocument,
} from './record-document.ts';
import { type SentDocument, type TakeDocument, type TakenDocument, takeDocument } from './take-document.ts';
import { within } from './within.ts';

export interface VerifyDocument extends JudgeDocument, TakeDocument, CheckWebhookUrl, RecordDocument {
  readonly tenants: Pick<Tenants, 'get'>;
  readonly credits: Pick<Credits, 'balance'>;
  readonly media: Pick<Media, 'read' | 'size' | 'put' | 'delete'>;
  readonly settings: JudgeDocument['settings'] &
    TakeDocument['settings'] &
    CheckWebhookUrl['settings'] &
    RecordDocument['settings'] & {
      readonly document: { readonly syncMs: number; readonly ageThreshold: number };
      readonly idempotencyTtlSeconds: number;
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
  /** When the call came in, ms. */
  readonly receivedAt: number;
  readonly asOf: number;
  /** What the caller named this attempt, as the id that it then has, and a hash over the name and the request. */
  readonly attempt?: { readonly id: string; readonly hash: string };
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
  const begun = await begin(deps, caller, asked);
  if (typeof begun !== 'string') return answerOf(begun);
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

  const work: DocumentWork = {
    caller,
    tenant,
    id: begun,
    request: requestOf(asked, caller, tenant, taken.value, settings.document.ageThreshold),
    taken: taken.value,
    startedAt,
  };
  if (asked.webhookUrl !== undefined) return acceptDocument(deps, work);
  const left = asked.receivedAt + settings.document.syncMs - clock.now();
  const judged = await within(judgeDocument(deps, tenant, work.request, taken.value.bytes), left);
  if (!judged) return acceptDocument(deps, work);
  return judged.ok ? concludeDocument(deps, work, judged.value) : refuseDocument(deps, work, judged.error);
}

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

/** The id of the verification to come, or what came of the same attempt before. */
async function begin(
  { clock, verifications, settings }: VerifyDocument,
  { tenantId, mode }: Caller,
  { id, attempt }: VerifyDocumentRequest,
): Promise<string | DocumentVerification> {
  if (!attempt) return id;
  const found = await verifications.get({ tenantId, mode, id: attempt.id });
  if (!found) return attempt.id;
  const fresh = clock.now() - found.createdAt < settings.idempotencyTtlSeconds * 1000;
  return found.contract === 'document' && found.request.attempt === attempt.hash && fresh ? found : id;
}
