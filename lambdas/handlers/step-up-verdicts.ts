import { systemDigest } from '../adapters/system.ts';
import { stepUpOperations } from '../contracts/step-up/operations.ts';
import { toReceiptClaims } from '../contracts/step-up/receipt.ts';
import { toEnrolled, toVerifyReply } from '../contracts/step-up/replies.ts';
import { perMinute, perSecond } from '../domain/rate-limit.ts';
import { ok } from '../domain/result.ts';
import type { Mode } from '../domain/verification.ts';
import type { Log } from '../http/answering.ts';
import type { Limit } from '../http/call-state.ts';
import { type Call, endpoint } from '../http/endpoint.ts';
import { factor } from '../http/gates.ts';
import type { Receipts } from '../ports/trust.ts';
import type { Settings } from '../settings.ts';
import { type EnrolUser, enrolUser } from '../usecases/enrol-user.ts';
import { type VerifyFace, verifyFace } from '../usecases/verify-face.ts';

export type StepUpVerdicts = EnrolUser &
  VerifyFace & { readonly receipts: Pick<Receipts, 'sign'>; readonly log: Log; readonly settings: Settings };

type Named = Pick<Call<unknown, unknown>, 'idempotencyKey' | 'requestHash'>;

/** The key alone could be used again for something else; the request alone could be meant twice. */
const attemptOf = ({ idempotencyKey: key, requestHash }: Named) =>
  key === undefined ? undefined : { key, hash: systemDigest.sha256(JSON.stringify([key, requestHash])) };

/** Names of actions and users are free text: their hash names the bucket. */
const bucketName = (kind: string, mode: Mode, name: string): string => `${kind}#${mode}#${systemDigest.sha256(name)}`;

/** L-54, beside the tenant's own bucket. */
function limitsOf(
  { rateLimits }: Settings,
  {
    caller: { mode },
    plan,
    body,
  }: Pick<Call<{ readonly action: string; readonly user_id: string }, unknown>, 'caller' | 'plan' | 'body'>,
): readonly Limit[] {
  const { actionPerSecond, actionBurst, userPerMinute } = rateLimits.stepUp;
  const times = factor(plan, rateLimits);
  const bucket = perSecond(actionPerSecond * times, actionBurst * times);
  return [
    { scope: 'action', name: bucketName('step-up-action', mode, body.action), bucket },
    { scope: 'user', name: bucketName('step-up-user', mode, body.user_id), bucket: perMinute(userPerMinute) },
  ];
}

/** What of the step-up contract looks at a face. */
export function stepUpVerdicts(deps: StepUpVerdicts) {
  const { receipts, log, settings } = deps;
  return {
    verifyStepUp: endpoint(
      stepUpOperations.verifyStepUp,
      async (call) => {
        const { caller, body, query, requestId, asOf } = call;
        const { user_id: userId, challenge_id: id, nonce, ...asked } = body;
        const attempt = attemptOf(call);
        const verified = await verifyFace(deps, caller, {
          ...asked,
          userId,
          ...(id !== undefined && { challenge: { id, ...(nonce !== undefined && { nonce }) } }),
          requestId,
          asOf,
          ...(attempt && { attempt }),
        });
        if (!verified.ok) return verified;
        const { id: verificationId, tenantId, mode, outcome } = verified.value;
        log.info('verified', { verificationId, tenantId, mode, stages: outcome?.stages });
        const claims = toReceiptClaims(settings.issuer, systemDigest.sha256, verified.value);
        const receipt = query.receipt ? await receipts.sign(claims) : undefined;
        return ok(toVerifyReply(verified.value, receipt));
      },
      (call) => limitsOf(settings, call),
    ),
    enroll: endpoint(stepUpOperations.enroll, async (call) => {
      const { user_id: userId, frames } = call.body;
      const attempt = attemptOf(call)?.hash;
      const enrolled = await enrolUser(deps, call.caller, { userId, frames, ...(attempt && { attempt }) });
      return enrolled.ok ? ok({ status: 200, body: toEnrolled(userId, enrolled.value) }) : enrolled;
    }),
  };
}
