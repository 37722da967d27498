import { debitId } from '../../lambdas/domain/credits.ts';
import type { EnrolledUser, FrameMark, IssuedChallenge, UserRef } from '../../lambdas/domain/enrolment.ts';
import { fail, ok } from '../../lambdas/domain/result.ts';
import type { FaceVerification } from '../../lambdas/domain/verification.ts';
import type { Enrolments, TemplateVault } from '../../lambdas/ports/people.ts';
import type { Clock } from '../../lambdas/ports/system.ts';
import type { Tokens } from '../../lambdas/ports/trust.ts';
import type { FaceVerifications } from '../../lambdas/ports/verifications.ts';
import { type MemoryCredits, pageOf } from './memory.ts';
import type { MemoryVerifications } from './memory-records.ts';

/** How long enrolments and marks live in the stores that tests use. */
export const keptDays = { templateDays: 1095, replayDays: 90 } as const;
const dayMs = 86_400_000;

type Challenge = IssuedChallenge & { takenBy?: string };
interface Kept {
  user?: EnrolledUser;
  until: number;
  marks: (FrameMark & { readonly until: number })[];
  challenges: Map<string, Challenge>;
}

/** The step-up contract's stores in memory: enrolments, and the verifications that are concluded on them. */
export function memoryEnrolments(clock: Clock, credits: MemoryCredits, verifications: MemoryVerifications) {
  const users = new Map<string, Kept>();
  const keptOf = ({ tenantId, mode, userId }: UserRef): Kept => {
    const key = JSON.stringify([tenantId, mode, userId]);
    const kept: Kept = users.get(key) ?? { until: 0, marks: [], challenges: new Map() };
    users.set(key, kept);
    if (kept.until <= clock.now()) delete kept.user;
    kept.marks = kept.marks.filter(({ until }) => until > clock.now());
    return kept;
  };
  const use = (kept: Kept, marks: readonly FrameMark[]): void => {
    kept.until = clock.now() + keptDays.templateDays * dayMs;
    kept.marks.push(...marks.map((mark) => ({ ...mark, until: clock.now() + keptDays.replayDays * dayMs })));
  };
  const seen = (kept: Kept, marks: readonly FrameMark[]): boolean =>
    kept.marks.some(({ sha256 }) => marks.some((mark) => mark.sha256 === sha256));

  const enrolments: Enrolments = {
    get: async (user) => structuredClone(keptOf(user).user),
    async put(user, enrolment, marks) {
      const kept = keptOf(user);
      if (kept.user?.enrolment || seen(kept, marks)) return false;
      kept.user = { ...kept.user, enrolment };
      use(kept, marks);
      return true;
    },
    async erase(user, at) {
      const kept = keptOf(user);
      if (kept.user?.enrolment) kept.user = { erasedAt: at };
      kept.marks = [];
      kept.challenges.clear();
      return structuredClone(kept.user);
    },
    async setTokensRevoked(user, count) {
      const kept = keptOf(user);
      kept.user = { tokensRevoked: count, ...kept.user };
    },
    marks: async (user) => keptOf(user).marks.map(({ until: _, ...mark }) => mark),
    async putChallenge(user, challenge) {
      keptOf(user).challenges.set(challenge.challengeId, challenge);
    },
    async takeChallenge(user, id, by) {
      const found = keptOf(user).challenges.get(id);
      if (!found || (found.takenBy ?? by) !== by) return undefined;
      found.takenBy = by;
      return found;
    },
  };

  const faceVerifications: FaceVerifications = {
    async conclude(verification, { userId, embeddingId, marks, renewed }) {
      const { tenantId, mode, id, createdAt } = verification;
      const kept = keptOf({ tenantId, mode, userId });
      const enrolment = kept.user?.enrolment;
      if (await verifications.get(verification)) return fail('exists');
      if (enrolment?.embeddingId !== embeddingId) return fail('erased');
      if (seen(kept, marks)) return fail('seen');
      let record = verification;
      if (mode === 'live') {
        const entry = { amount: -1, verificationId: id, reason: 'verification', createdAt };
        const debit = credits.post(tenantId, { id: debitId(id), type: 'debit', ...entry });
        if (!debit.ok) return fail('insufficient_credits');
        record = { ...verification, balanceAfter: debit.value.balance };
      }
      use(kept, marks);
      if (renewed) {
        const sealed = { ...enrolment.sealed, [renewed.modelSet]: renewed.sealed };
        kept.user = { ...kept.user, enrolment: { ...enrolment, sealed } };
      }
      return ok(verifications.put(record));
    },
    async list({ tenantId, mode, userId }, cursor) {
      const found = await verifications.byUserRef(tenantId, mode, userId);
      const own = found.filter((one): one is FaceVerification => one.contract === 'step-up');
      return pageOf(
        own.toSorted((a, b) => b.createdAt - a.createdAt),
        cursor,
      );
    },
  };
  return { enrolments, faceVerifications };
}

/** Sealed for a tenant and an owner: for others it cannot be opened. */
export const memoryVault = (): TemplateVault & { readonly forgotten: string[] } => {
  const forgotten: string[] = [];
  return {
    forgotten,
    seal: async (tenantId, owner, templates) =>
      JSON.stringify([
        tenantId,
        owner,
        templates.map((one) => ('vector' in one ? { ...one, vector: [...one.vector] } : one)),
      ]),
    async open(tenantId, owner, sealed) {
      const [tenant, whose, templates] = JSON.parse(sealed);
      if (tenant !== tenantId || whose !== owner) throw new Error('Sealed for another owner.');
      return templates.map((one: { vector: number[] }) => ({ ...one, vector: Float32Array.from(one.vector) }));
    },
    async forget(_, owner) {
      forgotten.push(owner);
    },
  };
};

/** Tokens that anybody can read; another tenant's are none. */
export const memoryTokens: Tokens = {
  sign: async (tenantId, claims) => JSON.stringify([tenantId, claims]),
  async verify(tenantId, token) {
    const [tenant, claims] = JSON.parse(token);
    return tenant === tenantId ? claims : undefined;
  },
  peek: (token) => JSON.parse(token)[1],
};
