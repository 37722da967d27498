import type { Caller } from '../domain/caller.ts';
import type { DocumentExtraction } from '../domain/document-extraction.ts';
import { type Failure, failure } from '../domain/error.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { DocumentVerification, VerificationRef } from '../domain/verification.ts';
import type { DocumentEvent } from '../domain/webhook-delivery.ts';
import type { DocumentVerifications, Page, Verifications } from '../ports/verifications.ts';

export interface ReadDocument {
  readonly verifications: Pick<Verifications, 'get'>;
  readonly documents: Pick<DocumentVerifications, 'extraction' | 'byExternalId'>;
}

/** A verification with what was read, where that is to be shown and still kept. */
export interface DocumentSubject {
  readonly verification: DocumentVerification;
  readonly extraction?: DocumentExtraction;
}

type Reading = Pick<ReadDocument, 'verifications'> & { readonly documents: Pick<DocumentVerifications, 'extraction'> };

async function withExtraction({ documents }: Reading, verification: DocumentVerification): Promise<DocumentSubject> {
  const shown = verification.outcome && verification.request.verificationType === 'full_verification';
  const extraction = shown ? await documents.extraction(verification) : undefined;
  return { verification, ...(extraction && { extraction }) };
}

async function find(deps: Reading, ref: VerificationRef): Promise<DocumentSubject | undefined> {
  const found = await deps.verifications.get(ref);
  return found?.contract === 'document' ? withExtraction(deps, found) : undefined;
}

/** A document of the caller's own tenant and mode. */
export async function readDocument(
  deps: Reading,
  { tenantId, mode }: Caller,
  id: string,
): Promise<Result<DocumentSubject, Failure>> {
  const found = await find(deps, { tenantId, mode, id });
  return found ? ok(found) : fail(failure('verification_not_found', 'There is no such request.'));
}

/** Documents of the caller's own that it named so, newest first. */
export async function findDocuments(
  deps: ReadDocument,
  caller: Caller,
  externalId: string,
  cursor: string | undefined,
): Promise<Page<DocumentSubject>> {
  const { items, ...page } = await deps.documents.byExternalId(caller, externalId, cursor);
  return { ...page, items: await Promise.all(items.map((one) => withExtraction(deps, one))) };
}

/** What an event tells of. */
export const readDocumentSubject = (deps: Reading, { tenantId, mode, subject }: DocumentEvent) =>
  find(deps, { tenantId, mode, id: subject });
