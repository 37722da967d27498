import { readDocumentData } from '../contracts/document/document-data.ts';
import { documentOperations } from '../contracts/document/operations.ts';
import { toRecordReply } from '../contracts/document/replies.ts';
import { testScenario } from '../contracts/document/schemas.ts';
import { failure } from '../domain/error.ts';
import { fail, ok } from '../domain/result.ts';
import type { Log } from '../http/answering.ts';
import { endpoint } from '../http/endpoint.ts';
import type { DocumentVerifications } from '../ports/verifications.ts';
import { type VerifyDocument, verifyDocument } from '../usecases/verify-document.ts';
import { attemptHash } from './attempt.ts';

export type DocumentVerdicts = VerifyDocument & {
  readonly documents: Pick<DocumentVerifications, 'extraction'>;
  readonly log: Log;
};

const attemptOf = (hash: string | undefined) => hash && { id: `req_${hash.slice(0, 16)}`, hash };

const misplaced = failure(
  'invalid_request',
  'X-Test-Scenario works in test mode only, and names one of its scenarios.',
);

/** What of the document contract looks at a document. */
export function documentVerdicts(deps: DocumentVerdicts) {
  const { documents, log } = deps;
  return {
    verifyDocument: endpoint(documentOperations.verifyDocument, async (call) => {
      const { caller, body, ownId, requestId, receivedAt, asOf, testScenario: header, baseUrl } = call;
      const { document_data = '', document_key: key, metadata, webhook_url, age_threshold } = body;
      const testMode = body.test_mode || caller.mode === 'test';
      const named = testScenario.safeParse(header ?? metadata?.test_scenario);
      if (header !== undefined && !(testMode && named.success)) return fail(misplaced);
      const attempt = attemptOf(attemptHash(call));
      const verified = await verifyDocument(deps, caller, {
        id: ownId,
        documentType: body.document_type,
        verificationType: body.verification_type,
        document: key === undefined ? readDocumentData(document_data) : { key },
        testMode,
        receivedAt,
        asOf,
        ...(metadata && { metadata }),
        ...(webhook_url !== undefined && { webhookUrl: webhook_url }),
        ...(age_threshold !== undefined && { ageThreshold: age_threshold }),
        ...(requestId !== ownId && { externalId: requestId }),
        ...(testMode && named.success && { scenario: named.data }),
        ...(attempt && { attempt }),
      });
      if (!verified.ok) return verified;
      const { id: verificationId, tenantId, mode, outcome, request } = verified.value;
      log.info('document verified', { verificationId, tenantId, mode, stages: outcome?.stages });
      const full = outcome && request.verificationType === 'full_verification';
      const extraction = full ? await documents.extraction(verified.value) : undefined;
      const reply = toRecordReply(verified.value, extraction, baseUrl);
      return ok({ status: reply.status === 'processing' ? 202 : 200, body: reply });
    }),
  };
}
