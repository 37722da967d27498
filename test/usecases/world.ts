import { webhookSigner } from '../../lambdas/adapters/webhook-signer.ts';
import { documentWebhook } from '../../lambdas/contracts/document/webhook.ts';
import { hostedWebhook } from '../../lambdas/contracts/hosted/webhook.ts';
import { loginWebhook } from '../../lambdas/contracts/login/webhook.ts';
import { submissionWebhook } from '../../lambdas/contracts/submission/webhook.ts';
import type { Caller } from '../../lambdas/domain/caller.ts';
import { type DocumentReading, type Measure, measured } from '../../lambdas/domain/evidence.ts';
import { ok } from '../../lambdas/domain/result.ts';
import type { IdentityVerification } from '../../lambdas/domain/verification.ts';
import type { Egress } from '../../lambdas/ports/messages.ts';
import type { Vision } from '../../lambdas/ports/vision.ts';
import { settingsSchema } from '../../lambdas/settings.ts';
import { formatOf } from '../../lambdas/usecases/deliver-webhook.ts';
import { readDocumentSubject } from '../../lambdas/usecases/read-document.ts';
import { readHostedSubject } from '../../lambdas/usecases/read-hosted-check.ts';
import { readLoginSubject } from '../../lambdas/usecases/read-login-subject.ts';
import { document, faces } from '../support/evidence.ts';
import {
  countedRandom,
  digest,
  memoryCredits,
  memoryKeys,
  memorySecrets,
  memoryTenants,
  movableClock,
} from '../support/memory.ts';
import { memoryDocuments } from '../support/memory-documents.ts';
import { memoryEnrolments, memoryTokens, memoryVault } from '../support/memory-enrolments.ts';
import { memoryGallery } from '../support/memory-gallery.ts';
import { memoryHosted } from '../support/memory-hosted.ts';
import { memoryLogins } from '../support/memory-logins.ts';
import {
  memoryDeliveries,
  memoryDeliveryQueue,
  memoryEvents,
  memoryJobs,
  memoryKeptFaces,
  memoryMedia,
  memoryReadings,
  memoryVerifications,
  scriptedEgress,
} from '../support/memory-records.ts';
import { aVerification } from '../support/verification.ts';

/** Sees in every image what was prepared, and counts how often it looked. */
export function preparedVision(prepared: {
  readonly document?: DocumentReading;
  readonly similarity?: Measure;
  readonly liveness?: Measure;
}) {
  const looked = { faces: 0, documents: 0, portraits: 0 };
  const vision: Vision = {
    capabilities: { modelSet: 'test/1', models: { 'test-model': 'a'.repeat(64) }, missing: {} },
    async readFace() {
      looked.faces++;
      return ok(faces(1, prepared.liveness ?? measured(0.9)));
    },
    async readDocumentFront(_, known) {
      looked.portraits++;
      if (!known) looked.documents++;
      return ok({ document: known ?? prepared.document ?? document(), portrait: faces(1) });
    },
    async readDocumentBack() {
      looked.documents++;
      return ok(prepared.document ?? document());
    },
    async readDocument(_, { portrait }) {
      looked.documents++;
      if (portrait) looked.portraits++;
      return ok({ document: prepared.document ?? document(), ...(portrait && { portrait: faces(1) }) });
    },
    compare: async () => prepared.similarity ?? measured(0.93),
    relate: async () => ({ samePerson: measured(0.93), parallax: measured(0.05), difference: 0.2 }),
  };
  return { vision, looked };
}

/** Everything that a use case can want, in memory, with one tenant, ten credits and a caller of each kind. */
export function aWorld({ egress = scriptedEgress() }: { readonly egress?: Egress } = {}) {
  const clock = movableClock();
  const keys = memoryKeys();
  const credits = memoryCredits();
  const tenants = memoryTenants(keys, credits);
  const tenant = tenants.add({ settings: { webhookUrl: 'https://hooks.example/a' } });
  const { tenantId } = tenant;
  credits.post(tenantId, { id: 'grant_1', type: 'grant', amount: 10, reason: 'test', createdAt: 0 });
  const caller = (change: Partial<Caller> = {}): Caller => ({
    tenantId,
    mode: 'live',
    keyId: 'key_1',
    keyType: 'secret',
    ...change,
  });
  const { vision, looked } = preparedVision({});
  const verifications = memoryVerifications(credits);
  const documents = memoryDocuments(clock, credits, verifications);
  const logins = memoryLogins(credits);
  const media = memoryMedia();

  /** A verification whose uploads are there. */
  const opened = (change: Partial<IdentityVerification> = {}): IdentityVerification => {
    const verification = aVerification({ createdAt: clock.now(), expiresAt: clock.now() + 3_600_000, ...change });
    for (const key of Object.values(verification.uploads)) media.objects.set(key, new TextEncoder().encode(key));
    return verifications.put(verification, verification.expiresAt);
  };
  const accepted = (change: Partial<IdentityVerification> = {}): IdentityVerification => {
    const at = clock.now();
    const verification = opened({
      state: 'submitted',
      submission: { docBack: false },
      submittedAt: at,
      balanceAfter: 9,
      ...change,
    });
    if (verification.mode === 'live') {
      const entry = { id: `debit_${verification.id}`, type: 'debit', amount: -1, reason: 'verification' } as const;
      credits.post(tenantId, { ...entry, createdAt: at });
    }
    return verifications.put(verification, at + 60_000);
  };

  return {
    clock,
    random: countedRandom(),
    digest,
    keys,
    credits,
    tenants,
    registry: tenants,
    tenant,
    caller,
    secrets: memorySecrets,
    verifications,
    documents,
    addresses: { isPublic: async (host: string) => host !== 'intranet.example' },
    ...memoryEnrolments(clock, credits, verifications),
    vault: memoryVault(),
    tokens: memoryTokens,
    ...logins,
    ...memoryHosted(credits, verifications),
    media,
    gallery: memoryGallery(),
    readings: memoryReadings(clock),
    jobs: memoryJobs(),
    events: memoryEvents(),
    deliveries: memoryDeliveries(),
    deliveryQueue: memoryDeliveryQueue(),
    keptFaces: memoryKeptFaces(),
    egress,
    signer: webhookSigner,
    formats: {
      submission: formatOf(
        ({ tenantId, mode, subject }) => verifications.get({ tenantId, mode, id: subject }),
        submissionWebhook,
      ),
      document: formatOf((event) => readDocumentSubject({ verifications, documents }, event), documentWebhook),
      hosted: formatOf(async (event) => {
        const check = await readHostedSubject({ verifications }, event);
        return check && { check, telling: { method: 'face_embedding_v1', sha256: digest.sha256 } };
      }, hostedWebhook),
      login: formatOf((event) => readLoginSubject({ records: logins.records, digest }, event), loginWebhook),
    },
    vision,
    looked,
    settings: settingsSchema.parse({}),
    opened,
    accepted,
    balance: () => credits.balance(tenantId),
  };
}

export type World = ReturnType<typeof aWorld>;
