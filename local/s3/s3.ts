import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { CloudPlace, Service } from '../service.ts';
import { authorize } from './authorization.ts';
import { openBlobs } from './blobs.ts';
import { checkBucketName } from './buckets.ts';
import { type CorsRuleProperties, corsFromProperties, corsHeaders } from './cors.ts';
import { type LifecycleRuleProperties, lifecycleFromProperties } from './lifecycle.ts';
import { sweepLifecycle } from './lifecycle-sweep.ts';
import { openObjectIndex } from './object-index.ts';
import { findOperation } from './operations.ts';
import { postObject } from './post-object.ts';
import { type S3Context, sendEmpty, sendError } from './s3-context.ts';
import { S3Error } from './s3-error.ts';
import { readS3Request, type S3Request } from './s3-request.ts';

/** What a template asks of a bucket: the rules as AWS::S3::Bucket writes them. */
export interface BucketWish {
  readonly name: string;
  /** `LifecycleConfiguration.Rules` */
  readonly lifecycleRules?: readonly LifecycleRuleProperties[];
  /** `CorsConfiguration.CorsRules` */
  readonly corsRules?: readonly CorsRuleProperties[];
}

export interface S3 extends Service {
  /**
   * Creates the bucket or gives an existing one these rules; objects stay.
   * @throws S3Error for a name or a rule that S3 would refuse
   */
  readonly ensureBucket: (wish: BucketWish) => void;
  /** Deletes what is due under lifecycle rules now; runs by itself every minute. Returns how many objects and uploads went. */
  readonly sweepLifecycle: () => Promise<number>;
}

const SWEEP_MS = 60_000;

/** Amazon S3 in path style, durable in `place.folder`. Every bucket is private: requests must be signed with `place.credentials`. */
export function createS3(place: CloudPlace): S3 {
  const index = openObjectIndex(place.folder);
  const blobs = openBlobs(join(place.folder, 'blobs'), index.referencedBlobs());
  const context: S3Context = { place, index, blobs };
  const sweep = () => sweepLifecycle(index, blobs, place.now());
  const timer = setInterval(() => {
    sweep().catch((error: unknown) => console.error(JSON.stringify({ level: 'ERROR', message: String(error) })));
  }, SWEEP_MS).unref();
  return {
    signingName: 's3',
    handle: (raw, response) => handle(context, raw, response),
    sweepLifecycle: sweep,
    ensureBucket: ({ name, lifecycleRules, corsRules }) => {
      checkBucketName(name);
      const existing = index.bucket(name);
      index.putBucket({
        name,
        created: existing?.created ?? place.now(),
        documents: existing?.documents ?? {},
        ...(lifecycleRules?.length ? { lifecycle: lifecycleFromProperties(lifecycleRules) } : {}),
        ...(corsRules?.length ? { cors: corsFromProperties(corsRules) } : {}),
      });
    },
    close: () => {
      clearInterval(timer);
      index.close();
    },
  };
}

async function handle(context: S3Context, raw: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('x-amz-request-id', randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase());
  // SDKs set their clocks by this header when a request is refused as too skewed.
  response.setHeader('date', new Date(context.place.now()).toUTCString());
  try {
    await dispatch(context, readS3Request(raw), response);
  } catch (error) {
    // Nobody is left to answer, or half an object has been sent: only a broken connection tells the client.
    if (raw.destroyed && !raw.complete) return;
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (!(error instanceof S3Error)) {
      console.error(JSON.stringify({ level: 'ERROR', message: 'S3 failed', error: String(error) }));
    }
    // What the client is still sending passes by unread.
    raw.resume();
    sendError(response, error instanceof S3Error ? error : new S3Error('InternalError'), raw.url ?? '/');
  }
}

async function dispatch(context: S3Context, request: S3Request, response: ServerResponse): Promise<void> {
  if (request.method === 'OPTIONS') {
    answerPreflight(context, request, response);
    return;
  }
  const origin = request.header('origin');
  const rules = context.index.bucket(request.bucket)?.cors;
  const headers = origin !== undefined && rules ? corsHeaders(rules, origin, request.method) : undefined;
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
  const isForm = /^multipart\/form-data\b/i.test(request.header('content-type') ?? '');
  if (request.method === 'POST' && request.bucket && !request.key && isForm && !request.header('authorization')) {
    await postObject(context, request, response, { kind: 'unsigned' });
    return;
  }
  const payload = authorize(request, context.place);
  await findOperation(request)(context, request, response, payload);
}

function answerPreflight(context: S3Context, request: S3Request, response: ServerResponse): void {
  const origin = request.header('origin');
  const method = request.header('access-control-request-method');
  if (origin === undefined) throw new S3Error('BadRequest');
  if (method === undefined) throw new S3Error('BadRequest', 'Invalid Access-Control-Request-Method: null');
  const rules = context.index.bucket(request.bucket)?.cors;
  if (!rules) throw new S3Error('AccessForbidden', 'CORSResponse: CORS is not enabled for this bucket.');
  const headers = corsHeaders(rules, origin, method, request.header('access-control-request-headers'));
  if (!headers) {
    throw new S3Error(
      'AccessForbidden',
      'CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource\u2019s CORS spec.',
    );
  }
  sendEmpty(response, 200, headers);
}
