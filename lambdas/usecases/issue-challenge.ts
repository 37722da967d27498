import type { Caller } from '../domain/caller.ts';
import { drawChallenge } from '../domain/challenge.ts';
import type { IssuedChallenge } from '../domain/enrolment.ts';
import { type Failure, failure } from '../domain/error.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Enrolments } from '../ports/people.ts';
import type { Clock, Random } from '../ports/system.ts';

export interface IssueChallenge {
  readonly clock: Clock;
  readonly random: Random;
  readonly enrolments: Pick<Enrolments, 'get' | 'putChallenge'>;
  readonly settings: { readonly stepUp: { readonly challengeTtlSeconds: number } };
}

/** Draws what an enrolled user has to do in front of the camera. */
export async function issueChallenge(
  { clock, random, enrolments, settings }: IssueChallenge,
  { tenantId, mode }: Caller,
  { userId, action }: { readonly userId: string; readonly action?: string },
): Promise<Result<IssuedChallenge, Failure>> {
  const user = { tenantId, mode, userId };
  if (!(await enrolments.get(user))?.enrolment)
    return fail(failure('user_not_enrolled', 'Nobody is enrolled under this user_id.'));
  const challenge: IssuedChallenge = {
    challengeId: `chl_${random.base62(16)}`,
    nonce: random.base62(22),
    prompts: drawChallenge(random.unit),
    ...(action !== undefined && { action }),
    expiresAt: clock.now() + settings.stepUp.challengeTtlSeconds * 1000,
  };
  await enrolments.putChallenge(user, challenge);
  return ok(challenge);
}
