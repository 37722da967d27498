import { setTimeout as wait } from 'node:timers/promises';
import { hostedOperations } from '../contracts/hosted/operations.ts';
import { toResult } from '../contracts/hosted/replies.ts';
import { toApplicant } from '../contracts/hosted/session-replies.ts';
import { failure } from '../domain/error.ts';
import { resultOf } from '../domain/hosted-session.ts';
import { fail, ok } from '../domain/result.ts';
import { type HostedVerification, isKept } from '../domain/verification.ts';
import type { Log } from '../http/answering.ts';
import { endpoint } from '../http/endpoint.ts';
import type { Videos } from '../ports/vision.ts';
import { type JudgeHosted, judgeHosted } from '../usecases/judge-hosted.ts';
import type { RecordHosted } from '../usecases/record-hosted.ts';
import { erased, filesMissing, submitHosted } from '../usecases/submit-hosted.ts';
import { type SubmitHostedSession, submitHostedSession } from '../usecases/submit-hosted-session.ts';
import { attemptHash } from './attempt.ts';
import { hostedTelling } from './hosted-records.ts';

export type HostedVerdicts = Omit<SubmitHostedSession, 'judge' | 'onFault' | 'wait'> &
  JudgeHosted & { readonly videos: Videos; readonly log: Log };

/** What of the hosted contract looks at a face. */
export function hostedVerdicts(given: HostedVerdicts) {
  const { log } = given;
  const judging: Pick<RecordHosted, 'judge' | 'onFault'> = {
    judge: (files, policy) => judgeHosted(given, files, policy),
    onFault: (error, { id, tenantId, mode }) => {
      const told = error instanceof Error ? error.stack : String(error);
      log.error('hosted check failed', { verificationId: id, tenantId, mode, error: told });
    },
  };
  const deps = { ...given, ...judging, wait: (ms: number) => wait(ms) };
  const tell = ({ id, tenantId, mode, outcome, failure: why }: HostedVerification): void =>
    log.info('hosted check judged', { verificationId: id, tenantId, mode, stages: outcome?.stages, failure: why });
  return {
    submitHosted: endpoint(hostedOperations.submitHosted, async (call) => {
      const { caller, body, files, baseUrl, receivedAt, asOf, sourceIp } = call;
      const applicant = toApplicant(body);
      if (!applicant) return fail(failure('user_identifier_required', 'User identifier is required'));
      const [selfie_video, id_photo, id_back] = ['selfie_video', 'id_photo', 'id_back'].map((name) => files.get(name));
      // An empty file is what a form sends for one that nobody chose.
      if (!selfie_video?.length || !id_photo?.length) return fail(filesMissing);
      const attempt = attemptHash(call, 'hosted');
      const submitted = await submitHosted(deps, caller, {
        applicant,
        files: { selfie_video, id_photo, ...(id_back?.length && { id_back }) },
        baseUrl,
        receivedAt,
        asOf,
        ...(body.consent_version && {
          consent: { version: body.consent_version, lang: body.consent_lang || 'en', sourceIp },
        }),
        ...(attempt !== undefined && { attempt }),
      });
      if (!submitted.ok) return submitted;
      const check = submitted.value;
      if (!isKept(check)) return fail(erased);
      tell(check);
      return ok({ status: 200, body: { success: true, check_id: check.id, result: toResult(check, hostedTelling) } });
    }),
    submitHostedSession: endpoint(hostedOperations.submitHostedSession, async (call) => {
      const { caller, baseUrl, receivedAt, asOf } = call;
      const submitted = await submitHostedSession(deps, caller, { baseUrl, receivedAt, asOf });
      if (!submitted.ok) return submitted;
      const { verification, returnTo } = submitted.value;
      tell(verification);
      const body = {
        success: true,
        check_id: verification.id,
        status: resultOf(verification.state),
        reasons: verification.outcome?.flags ?? ['processing_failed'],
        ...(returnTo !== undefined && { redirect_url: returnTo }),
        retry: false,
      };
      return ok({ status: 200, body });
    }),
  };
}
