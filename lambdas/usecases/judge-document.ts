import { utcDay } from '../domain/age.ts';
import { assessDocument } from '../domain/assess-document.ts';
import { type DocumentExtraction, extractionOf } from '../domain/document-extraction.ts';
import { faultOfImage, type Unread, unreadReading } from '../domain/document-fault.ts';
import type { DocumentReading, FaceReading } from '../domain/evidence.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { sandboxReading } from '../domain/sandbox-document.ts';
import { policyOf, type Tenant, type Thresholds } from '../domain/tenant.ts';
import { decide } from '../domain/verdict.ts';
import type { DocumentRequest, DocumentResult, Outcome } from '../domain/verification.ts';
import type { Clock, Digest } from '../ports/system.ts';
import type { Vision } from '../ports/vision.ts';

export interface JudgeDocument {
  readonly clock: Clock;
  readonly digest: Digest;
  readonly vision: Pick<Vision, 'capabilities' | 'readDocument'>;
  readonly settings: {
    readonly thresholds: Thresholds;
    readonly document: { readonly leastSide: number; readonly acceptSpecimens: boolean };
  };
}

export interface JudgedDocument {
  readonly outcome: Outcome;
  readonly result: DocumentResult;
  readonly extraction: DocumentExtraction;
}

interface Looked {
  readonly reading: DocumentReading;
  readonly portrait?: Pick<FaceReading, 'faces' | 'stages'>;
  /** By id with their SHA-256; none where nothing was measured. */
  readonly models: Readonly<Record<string, string>>;
}

/** Looks at a document and judges it, or says why it cannot be judged. In test mode the evidence is prepared, the rules are the same. */
export async function judgeDocument(
  deps: JudgeDocument,
  tenant: Tenant,
  request: DocumentRequest,
  image: Uint8Array,
): Promise<Result<JudgedDocument, Unread>> {
  const { clock, digest, settings } = deps;
  const startedAt = clock.now();
  const today = utcDay(request.asOf ?? startedAt);
  const looked = request.scenario
    ? ok<Looked>({
        reading: sandboxReading(request.scenario, request.documentType, today),
        portrait: { faces: 1, stages: {} },
        models: {},
      })
    : await look(deps, request, image);
  if (!looked.ok) return looked;
  const { reading, portrait, models } = looked.value;
  const unread = unreadReading(reading);
  if (unread) return fail(unread);

  const acceptSpecimens = settings.document.acceptSpecimens || request.testMode;
  const policy = { ...policyOf(tenant.settings, settings.thresholds), acceptSpecimens };
  const evidence = { reading, request, today, ...(portrait && { faces: portrait.faces }) };
  const { signals, kind, fields, age } = assessDocument(evidence, policy);
  const [ocrConfidence, docQuality] = ['document_readable', 'document_quality'].map(
    (name) => signals.find((one) => one.name === name)?.score,
  );
  const total = clock.now() - startedAt;
  const outcome: Outcome = {
    ...decide(signals, [], policy),
    policy,
    policyHash: digest.sha256(JSON.stringify(policy)),
    models,
    scores: { ...(ocrConfidence !== undefined && { ocrConfidence }), ...(docQuality !== undefined && { docQuality }) },
    stages: { ...reading.stages, ...portrait?.stages, total },
  };
  const result = { documentType: kind, ...(age !== undefined && { age }), processingTimeMs: Math.round(total) };
  return ok({ outcome, result, extraction: extractionOf(reading, fields) });
}

async function look(
  { vision, settings }: JudgeDocument,
  { verificationType }: DocumentRequest,
  image: Uint8Array,
): Promise<Result<Looked, Unread>> {
  const portrait = verificationType === 'full_verification';
  const read = await vision.readDocument(image, { portrait, leastSide: settings.document.leastSide });
  if (!read.ok) return fail(faultOfImage(read.error));
  const { document: reading, ...more } = read.value;
  return ok({ reading, ...more, models: vision.capabilities.models });
}
