import { kmsClient } from '../adapters/aws-clients.ts';
import { cachedSecrets } from '../adapters/cached-secrets.ts';
import { dynamoTenants } from '../adapters/dynamo-tenants.ts';
import { hs256Tokens } from '../adapters/hs256-tokens.ts';
import { kmsReceipts } from '../adapters/kms-receipts.ts';
import { kmsSecrets } from '../adapters/kms-secrets.ts';
import { sealedTemplates } from '../adapters/sealed-templates.ts';
import { systemClock, systemDigest, systemRandom } from '../adapters/system.ts';
import { stepUpOperations } from '../contracts/step-up/operations.ts';
import { toReceiptClaims } from '../contracts/step-up/receipt.ts';
import { toChallenge, toUser, toVerification } from '../contracts/step-up/replies.ts';
import { iso } from '../contracts/timestamp.ts';
import { failure } from '../domain/error.ts';
import { fail, ok } from '../domain/result.ts';
import { endpoint } from '../http/endpoint.ts';
import { createPipeline } from '../http/pipeline.ts';
import { eraseUser } from '../usecases/erase-user.ts';
import { introspectToken } from '../usecases/introspect-token.ts';
import { issueChallenge } from '../usecases/issue-challenge.ts';
import { readStepUp } from '../usecases/read-verification.ts';
import { documentTokens } from './document-tokens.ts';
import { settings, variables } from './environment.ts';
import { openVault } from './gallery.ts';
import { records } from './records.ts';
import { stepUpRecords } from './step-up-records.ts';
import { tenantPipeline } from './tenant-access.ts';

const env = variables('TABLE_NAME', 'KEYS_TABLE_NAME', 'SECRETS_KEY_ID', 'RECEIPTS_KEY_ID');
const { table, verifications } = records(env.TABLE_NAME);
const kms = kmsClient();
const receipts = kmsReceipts(kms, env.RECEIPTS_KEY_ID);
const tenants = dynamoTenants(table);
const secrets = cachedSecrets(kmsSecrets(kms, env.SECRETS_KEY_ID), systemClock);
const deps = {
  ...stepUpRecords(table),
  clock: systemClock,
  random: systemRandom,
  settings,
  tokens: hs256Tokens(tenants, secrets),
  vault: openVault(sealedTemplates(tenants, secrets), table),
  verifications,
};
const { enrolments, faceVerifications } = deps;

const notEnrolled = fail(failure('user_not_enrolled', 'Nobody was ever enrolled under this user_id.'));
const redacted = fail(failure('verification_not_found', 'The verification was erased; there is nothing left to sign.'));

/** What of the step-up contract needs no look at a face. */
export const handler = createPipeline(tenantPipeline(table, env.KEYS_TABLE_NAME), {
  deleteUser: endpoint(stepUpOperations.deleteUser, async ({ caller, body: { user_id } }) => {
    const erased = await eraseUser(deps, caller, user_id);
    if (!erased.ok) return erased;
    const { erasedAt, tokensRevoked } = erased.value;
    const body = { user_id, deleted_at: iso(erasedAt), embedding_zeroized: true, jwts_revoked: tokensRevoked };
    return ok({ status: 200, body });
  }),
  issueChallenge: endpoint(stepUpOperations.issueChallenge, async ({ caller, body: { user_id: userId, ...more } }) => {
    const issued = await issueChallenge(deps, caller, { userId, ...more });
    return issued.ok ? ok({ status: 200, body: toChallenge(userId, issued.value) }) : issued;
  }),
  introspect: endpoint(stepUpOperations.introspect, async ({ caller, body, asOf }) =>
    ok({ status: 200, body: await introspectToken(deps, caller, body.jwt, asOf) }),
  ),
  readReceipt: endpoint(stepUpOperations.readReceipt, async ({ caller, params }) => {
    const found = await readStepUp(deps, caller, params.id ?? '');
    if (!found.ok) return found;
    const { id, stepUp } = found.value;
    if (!stepUp) return redacted;
    const claims = toReceiptClaims(settings.issuer, systemDigest.sha256, { ...found.value, stepUp });
    return ok({ status: 200, body: { verification_id: id, receipt: await receipts.sign(claims) } });
  }),
  readUser: endpoint(stepUpOperations.readUser, async ({ caller: { tenantId, mode }, params: { userId = '' } }) => {
    const user = await enrolments.get({ tenantId, mode, userId });
    return user ? ok({ status: 200, body: toUser(userId, user) }) : notEnrolled;
  }),
  listUserVerifications: endpoint(stepUpOperations.listUserVerifications, async ({ caller, params, query }) => {
    const user = { tenantId: caller.tenantId, mode: caller.mode, userId: params.userId ?? '' };
    if (!(await enrolments.get(user))) return notEnrolled;
    const { items, cursor } = await faceVerifications.list(user, query.cursor);
    return ok({ status: 200, body: { verifications: items.map(toVerification), ...(cursor && { cursor }) } });
  }),
  ...documentTokens(deps),
});
