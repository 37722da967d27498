import { siteFiles } from '../adapters/site-files.ts';
import { hostedOperations } from '../contracts/hosted/operations.ts';
import { failure } from '../domain/error.ts';
import { fail, ok } from '../domain/result.ts';
import { endpoint } from '../http/endpoint.ts';
import { createPipeline } from '../http/pipeline.ts';
import { answeringDeps } from './answering.ts';

const site = siteFiles(process.env.LAMBDA_LAYERS_ROOT ?? '/opt');

/** The hosted page and what leads up to a verdict: nothing here needs a model. */
export const handler = createPipeline(answeringDeps, {
  readAsset: endpoint(hostedOperations.readAsset, async ({ params, headers }) => {
    const asset = await site.asset(params.file ?? '', headers['accept-encoding'] ?? '');
    if (!asset) return fail(failure('not_found', 'There is no such file.'));
    return ok({
      status: 200,
      body: asset.body,
      contentType: asset.contentType,
      headers: {
        'cache-control': 'public, max-age=31536000, immutable',
        vary: 'accept-encoding',
        'cross-origin-resource-policy': 'same-origin',
        ...(asset.encoding && { 'content-encoding': asset.encoding }),
      },
    });
  }),
});
