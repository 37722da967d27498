import { toUploadReply } from '../contracts/document/account.ts';
import { documentOperations } from '../contracts/document/operations.ts';
import { toRecordReply } from '../contracts/document/replies.ts';
import { ok } from '../domain/result.ts';
import { type Call, endpoint } from '../http/endpoint.ts';
import { type OpenUpload, openDocumentUpload } from '../usecases/open-document-upload.ts';
import { findDocuments, type ReadDocument, readDocument } from '../usecases/read-document.ts';

/** What is asked of documents without looking at one. */
export function documentReads(deps: ReadDocument & OpenUpload) {
  const read = async ({ caller, params, baseUrl }: Call<undefined, undefined>) => {
    const found = await readDocument(deps, caller, params.id ?? '');
    if (!found.ok) return found;
    const { verification, extraction } = found.value;
    return ok({ status: 200, body: toRecordReply(verification, extraction, baseUrl) });
  };
  return {
    readDocument: endpoint(documentOperations.readDocument, read),
    readDocumentStatus: endpoint(documentOperations.readDocumentStatus, read),
    findDocuments: endpoint(documentOperations.findDocuments, async ({ caller, query, baseUrl }) => {
      const { items, cursor } = await findDocuments(deps, caller, query.x_request_id, query.cursor);
      const requests = items.map(({ verification, extraction }) => toRecordReply(verification, extraction, baseUrl));
      return ok({ status: 200, body: { requests, ...(cursor !== undefined && { cursor }) } });
    }),
    openDocumentUpload: endpoint(documentOperations.openDocumentUpload, async ({ caller, body }) => {
      const { upload, maxBytes, expiresAt } = await openDocumentUpload(deps, caller, body.content_type);
      return ok({ status: 200, body: toUploadReply(upload, maxBytes, expiresAt) });
    }),
  };
}
