import type { Unread } from '../domain/document-fault.ts';
import type { Stages } from '../domain/evidence.ts';
import { fail, type Result } from '../domain/result.ts';
import type { DocumentVerification, VerificationRef } from '../domain/verification.ts';
import type { Tenants } from '../ports/accounts.ts';
import type { Media } from '../ports/media.ts';
import type { DocumentVerifications, Verifications } from '../ports/verifications.ts';
import { type Announce, announce } from './announce.ts';
import { type JudgeDocument, type JudgedDocument, judgeDocument } from './judge-document.ts';

export interface ExamineDocument extends JudgeDocument, Announce {
  readonly tenants: Pick<Tenants, 'get'>;
  readonly media: Pick<Media, 'read' | 'delete'>;
  readonly verifications: Pick<Verifications, 'get' | 'begin' | 'fail' | 'settle'>;
  readonly documents: Pick<DocumentVerifications, 'conclude'>;
  readonly settings: JudgeDocument['settings'] & { readonly jobs: { readonly redriveAfterSeconds: number } };
}

/**
 * Judges a document that was taken in for work. Safe to repeat at any point, as `examineVerification` is. What cannot be judged ends
 * as failed, its credit given back.
 * @returns where the time went, in ms by stage; nothing where another worker had been there
 */
export async function examineDocument(deps: ExamineDocument, ref: VerificationRef): Promise<Stages | undefined> {
  const { clock, tenants, verifications, documents, settings } = deps;
  const redriveAt = () => clock.now() + settings.jobs.redriveAfterSeconds * 1000;
  const begun = await verifications.begin(ref, redriveAt());
  if (!begun) return finish(deps, ref);
  if (begun.contract !== 'document') throw new Error('A job of another contract.');
  const tenant = await tenants.get(ref.tenantId);
  if (!tenant) throw new Error('A verification without its tenant.');

  const judged = await judge(deps, begun, tenant);
  if (judged.ok) await documents.conclude(ref, { ...judged.value, at: clock.now(), redriveAt: redriveAt() });
  else await verifications.fail(ref, judged.error.code, clock.now(), redriveAt(), judged.error.reasons);
  await finish(deps, ref);
  return judged.ok ? judged.value.outcome.stages : {};
}

async function judge(
  deps: ExamineDocument,
  { request }: DocumentVerification,
  tenant: Parameters<typeof judgeDocument>[1],
): Promise<Result<JudgedDocument, Unread>> {
  const image = request.media === undefined ? new Uint8Array() : await deps.media.read(request.media);
  if (!image) return fail({ code: 'document_invalid_format', reasons: ['empty'] });
  return judgeDocument(deps, tenant, request, image);
}

/** Makes its end known; after that nobody needs the picture. */
async function finish(deps: ExamineDocument, ref: VerificationRef): Promise<undefined> {
  const concluded = await deps.verifications.get(ref);
  if (concluded?.contract !== 'document') throw new Error('A job without its verification.');
  await announce(deps, concluded);
  const { media } = concluded.request;
  if (media !== undefined && concluded.concludedAt !== undefined) await deps.media.delete([media]);
}
