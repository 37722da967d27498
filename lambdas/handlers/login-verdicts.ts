import { imageType } from '../contracts/login/image.ts';
import { loginOperations } from '../contracts/login/operations.ts';
import { type Shown, toRegistration } from '../contracts/login/validation-replies.ts';
import { answerIdOf, signedText, toRegistered, toValidated } from '../contracts/login/validations.ts';
import type { Caller } from '../domain/caller.ts';
import { ok, type Result } from '../domain/result.ts';
import type { Validation } from '../domain/validation.ts';
import { type Call, endpoint, type Reply } from '../http/endpoint.ts';
import type { Clock } from '../ports/system.ts';
import type { Receipts, Tokens } from '../ports/trust.ts';
import { type AppToken, appToken } from '../usecases/app-token.ts';
import { type RegisterPerson, registerPerson } from '../usecases/register-person.ts';
import { type ValidateLogin, validateLogin } from '../usecases/validate-login.ts';
import { clientOf } from './login-setup.ts';

type Deps = ValidateLogin &
  RegisterPerson &
  AppToken & { readonly clock: Clock; readonly tokens: Tokens; readonly receipts: Pick<Receipts, 'signText'> };

/** What people with a session's token send: pictures, looked at within the call. */
export function loginVerdicts(deps: Deps) {
  /** The picture, and what this attempt is recognised by when it is repeated. */
  const sentOf = ({ body, asOf, idempotencyKey, requestHash }: Call<{ readonly image: Uint8Array }, undefined>) => ({
    image: body.image,
    contentType: imageType(body.image),
    asOf,
    ...(idempotencyKey !== undefined && { attempt: deps.digest.sha256(`${idempotencyKey} ${requestHash}`) }),
  });

  /** V-12: what was judged, with a signature that anybody can check. */
  const signed = async (
    caller: Caller,
    validation: Validation,
    toData: (shown: Shown, token: string) => unknown,
  ): Promise<Result<Reply, never>> => {
    const { outcome } = validation;
    if (!outcome) throw new Error('A validation that came to nothing.');
    const token = await appToken(deps, caller, validation, outcome);
    const data = toData({ validation, client: clientOf(caller), at: outcome.at }, token);
    const id = answerIdOf(outcome.answerId);
    return ok({ status: 200, body: { data, signature: await deps.receipts.signText(signedText(data, id)), id } });
  };

  return {
    validateLogin: endpoint(loginOperations.validateLogin, async (call) => {
      const judged = await validateLogin(deps, call.caller, sentOf(call));
      if (!judged.ok) return judged;
      const { validation, person } = judged.value;
      return signed(call.caller, validation, (shown, token) => toValidated(shown, person, token));
    }),
    registerPerson: endpoint(loginOperations.registerPerson, async (call) => {
      const judged = await registerPerson(deps, call.caller, { ...sentOf(call), force: call.body.force });
      if (!judged.ok) return judged;
      const { validation, person } = judged.value;
      return signed(call.caller, validation, (shown, token) =>
        toRegistered(shown, toRegistration(shown), person, token),
      );
    }),
  };
}
