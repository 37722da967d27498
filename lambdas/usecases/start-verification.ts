import type { Caller } from '../domain/caller.ts';
import type { Claims, IdentityVerification, UploadSlot } from '../domain/verification.ts';
import type { Upload, Uploads } from '../ports/media.ts';
import type { Clock, Random } from '../ports/system.ts';
import type { Verifications } from '../ports/verifications.ts';

export interface StartVerification {
  readonly clock: Clock;
  readonly random: Random;
  readonly uploads: Pick<Uploads, 'presign'>;
  readonly verifications: Pick<Verifications, 'create'>;
  readonly settings: {
    readonly intentTtlSeconds: number;
    readonly uploads: { readonly urlTtlSeconds: number; readonly maxBytes: number };
  };
}

export interface StartedVerification {
  readonly verification: IdentityVerification;
  readonly uploads: Readonly<Record<UploadSlot, Upload>>;
}

const fileOf: Readonly<Record<UploadSlot, string>> = {
  docFront: 'doc-front.jpg',
  docBack: 'doc-back.jpg',
  selfie: 'selfie.jpg',
};

/** Opens an intent and signs its three uploads. Nothing is charged. */
export async function startVerification(
  { clock, random, uploads, verifications, settings }: StartVerification,
  caller: Caller,
  claims: Claims,
  asOf: number,
): Promise<StartedVerification> {
  const { tenantId, mode } = caller;
  const id = `vf_${random.base62(20)}`;
  const keyOf = (slot: UploadSlot) => `verif/${tenantId}/${id}/${fileOf[slot]}`;
  const now = clock.now();
  const verification: IdentityVerification = {
    tenantId,
    mode,
    id,
    contract: 'submission',
    state: 'created',
    claims,
    uploads: { docFront: keyOf('docFront'), docBack: keyOf('docBack'), selfie: keyOf('selfie') },
    createdAt: now,
    expiresAt: asOf + settings.intentTtlSeconds * 1000,
    attempts: 0,
  };
  const signed = (slot: UploadSlot) =>
    uploads.presign(keyOf(slot), { ttlSeconds: settings.uploads.urlTtlSeconds, maxBytes: settings.uploads.maxBytes });
  const [docFront, docBack, selfie] = await Promise.all([signed('docFront'), signed('docBack'), signed('selfie')]);
  await verifications.create(verification);
  return { verification, uploads: { docFront, docBack, selfie } };
}
