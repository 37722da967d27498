import { kmsClient } from '../adapters/aws-clients.ts';
import { kmsPublicKeys } from '../adapters/kms-receipts.ts';
import { platformOperations } from '../contracts/platform/operations.ts';
import { ok } from '../domain/result.ts';
import { docsPage } from '../http/docs-page.ts';
import { endpoint } from '../http/endpoint.ts';
import { createPipeline } from '../http/pipeline.ts';
import { answeringDeps } from './answering.ts';
import { variables } from './environment.ts';
import { createOpenApi } from './openapi.ts';

const publicKeys = kmsPublicKeys(kmsClient(), variables('RECEIPTS_KEY_ID').RECEIPTS_KEY_ID);

/** What needs no data: liveness of the service, and its description. Also answers whatever no route matches. */
export const handler = createPipeline(answeringDeps, {
  health: endpoint(platformOperations.health, async () => ok({ status: 200, body: { status: 'ok' } })),
  openapi: endpoint(platformOperations.openapi, async ({ query }) =>
    ok({ status: 200, body: createOpenApi(query.contract) }),
  ),
  jwks: endpoint(platformOperations.jwks, async () =>
    ok({ status: 200, body: await publicKeys.jwks(), headers: { 'cache-control': 'public, max-age=300' } }),
  ),
  docs: endpoint(platformOperations.docs, async () => {
    const { html, contentSecurityPolicy } = docsPage(createOpenApi());
    return ok({
      status: 200,
      body: html,
      contentType: 'text/html; charset=utf-8',
      headers: { 'content-security-policy': contentSecurityPolicy },
    });
  }),
});
