import { documentOperations } from '../contracts/document/operations.ts';
import { toTokenReply, toValidateReply } from '../contracts/document/tokens.ts';
import { ok } from '../domain/result.ts';
import { endpoint } from '../http/endpoint.ts';
import { type AgeTokens, issueAgeToken, validateAgeToken } from '../usecases/age-tokens.ts';

/** M-66. */
export const documentTokens = (deps: AgeTokens) => ({
  issueAgeToken: endpoint(documentOperations.issueAgeToken, async ({ caller, body, asOf }) => {
    const issued = await issueAgeToken(deps, caller, body.request_id, asOf);
    return issued.ok ? ok({ status: 200, body: toTokenReply(issued.value) }) : issued;
  }),
  validateAgeToken: endpoint(documentOperations.validateAgeToken, async ({ caller, body, asOf }) =>
    ok({ status: 200, body: toValidateReply(await validateAgeToken(deps, caller, body.token, asOf)) }),
  ),
});
