import type { Caller } from '../domain/caller.ts';
import type { Enrolment, UserRef } from '../domain/enrolment.ts';
import { type Failure, failure } from '../domain/error.ts';
import type { Face } from '../domain/evidence.ts';
import { unfitToEnrol } from '../domain/face-advice.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { policyOf, type Thresholds } from '../domain/tenant.ts';
import type { Tenants } from '../ports/accounts.ts';
import type { Enrolments, TemplateVault } from '../ports/people.ts';
import type { Clock, Random } from '../ports/system.ts';
import type { Faces } from '../ports/vision.ts';
import { marksOf, type ReadFrames, readFrames } from './read-frames.ts';

export interface EnrolUser extends ReadFrames {
  readonly clock: Clock;
  readonly random: Random;
  readonly tenants: Pick<Tenants, 'get'>;
  readonly enrolments: Pick<Enrolments, 'get' | 'put'>;
  readonly vault: Pick<TemplateVault, 'seal' | 'forget'>;
  readonly vision: Pick<Faces, 'readFace' | 'compare'>;
  readonly settings: { readonly thresholds: Thresholds };
}

export interface EnrolRequest {
  readonly userId: string;
  readonly frames: readonly Uint8Array[];
  /** Hash over the caller's idempotency key and request, where there is a key. */
  readonly attempt?: string;
}

const taken = failure('already_enrolled', 'The user is enrolled already; erase that enrolment first.');

/**
 * Enrols a face for later step-ups: of two concurrent calls one wins. Frames are forgotten; their templates are
 * kept, and the hashes of their files: a verification that is made right after may well look alike, but is another picture.
 */
export async function enrolUser(
  deps: EnrolUser,
  { tenantId, mode }: Caller,
  { userId, frames, attempt }: EnrolRequest,
): Promise<Result<Enrolment, Failure>> {
  const { clock, random, tenants, enrolments, vault, settings } = deps;
  const user: UserRef = { tenantId, mode, userId };
  const known = (await enrolments.get(user))?.enrolment;
  if (known) return attempt !== undefined && known.attempt === attempt ? ok(known) : fail(taken);

  const read = await readFrames(deps, frames);
  if (!read.ok) return read;
  const faces: Face[] = [];
  for (const { face, place } of read.value.frames) {
    if (!face) return fail(failure('no_face_detected', `Frame ${place + 1} shows no face.`));
    const why = unfitToEnrol(face);
    if (why !== undefined) return fail(poor(`Frame ${place + 1}: ${why}.`, face.reasons[0]));
    faces.push(face);
  }
  const tenant = await tenants.get(tenantId);
  if (!tenant) throw new Error('A caller without its tenant.');
  const policy = policyOf(tenant.settings, settings.thresholds);
  const least = await leastSimilarity(deps, faces);
  if (least < policy.match) return fail(poor('The frames do not surely show one person.', 'frames_disagree'));

  const [first] = faces;
  if (!first) throw new Error('An enrolment without frames.');
  const embeddingId = `emb_${random.base62(16)}`;
  const sealed = await vault.seal(
    tenantId,
    embeddingId,
    faces.map(({ template }) => template),
  );
  const enrolment: Enrolment = {
    embeddingId,
    purpose: 'step-up',
    enrolledAt: clock.now(),
    framesUsed: faces.length,
    sealed: { [first.template.modelSet]: sealed },
    ...(attempt !== undefined && { attempt }),
  };
  const marks = marksOf(read.value.frames).map(({ sha256 }) => ({ sha256 }));
  if (await enrolments.put(user, enrolment, marks)) return ok(enrolment);
  await vault.forget(tenantId, embeddingId);
  return fail(taken);
}

const poor = (message: string, reason: string | undefined): Failure =>
  failure('quality_below_threshold', message, reason === undefined ? {} : { detail: { reason } });

/** Of the two frames that are least alike; 1 where there is one alone. */
async function leastSimilarity({ vision }: EnrolUser, faces: readonly Face[]): Promise<number> {
  let least = 1;
  for (const [at, a] of faces.entries()) {
    for (const b of faces.slice(at + 1)) {
      const similarity = await vision.compare(a.template, b.template);
      least = Math.min(least, 'value' in similarity ? similarity.value : 0);
    }
  }
  return least;
}
