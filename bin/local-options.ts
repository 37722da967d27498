import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface LocalOptions {
  readonly host: string;
  readonly port: number;
  /** Absolute. */
  readonly data: string;
  /** `aws`: the sizes that API Gateway and Lambda take; `local`: those of the contracts. */
  readonly limits: 'aws' | 'local';
  /** Dotted path of `lib/config.ts` → text, as `parseConfig` takes them. */
  readonly overrides: Readonly<Record<string, string>>;
  /** Variables that the functions get besides those of the stack. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The operator asked for something that cannot be done as written; the message is for people. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `npm start [-- --set <path>=<value> …]

  --set webhooks.retrySeconds=1,2,4   sets any value of lib/config.ts
  --limits aws        bodies of 10 MB and events of 6 MB, as on AWS (local: 64 MB)
  PORT, HOST          where the API listens           (3000, 127.0.0.1)
  SELFSAME_DATA       folder that keeps everything    (.selfsame)
  SELFSAME_ADMIN_KEY  key of the Admin API            (made at the first start)
  FACE_ENGINE         onnx, or rekognition with your  (onnx)
                      AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION`;

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new UsageError(`PORT: expected 0 to 65535, got "${text}".`);
  return port;
}

function readOverride(text: string): [string, string] {
  const equals = text.indexOf('=');
  if (equals < 1) throw new UsageError(`--set ${text}: expected <path>=<value>.`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

/**
 * Everything else is on this machine, with keys of its own; Amazon Rekognition is not, and is called with the operator's.
 * `adapters/aws-clients.ts` reads it.
 */
function rekognitionAccess(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = environment;
  const region = environment.AWS_REGION || environment.AWS_DEFAULT_REGION;
  if (!accessKeyId || !secretAccessKey || !region)
    throw new UsageError(
      'FACE_ENGINE=rekognition: faces are sent to Amazon Rekognition with your own AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION, which are not all set.',
    );
  const { AWS_SESSION_TOKEN: sessionToken, AWS_ENDPOINT_URL_REKOGNITION: given } = environment;
  const credentials = { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
  const endpoint = given || `https://rekognition.${region}.amazonaws.com`;
  return { REKOGNITION_ACCESS: JSON.stringify({ region, endpoint, credentials }) };
}

/**
 * Reads the command line and the environment of a local run; undefined when only help is asked for.
 * @throws UsageError
 */
export function readLocalOptions(
  commandLine: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  projectRoot: string,
): LocalOptions | undefined {
  let values: { set?: string[]; limits?: string; help?: boolean };
  try {
    const options = {
      set: { type: 'string', multiple: true },
      limits: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    } as const;
    ({ values } = parseArgs({ args: [...commandLine], options, allowPositionals: false }));
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
  if (values.help) return undefined;
  const { limits = 'local' } = values;
  if (limits !== 'aws' && limits !== 'local') throw new UsageError(`--limits: expected aws or local, got "${limits}".`);
  const { FACE_ENGINE: faceEngine } = environment;
  const overrides = { ...(faceEngine && { faceEngine }), ...Object.fromEntries((values.set ?? []).map(readOverride)) };
  return {
    host: environment.HOST || '127.0.0.1',
    port: readPort(environment.PORT || '3000'),
    data: resolve(projectRoot, environment.SELFSAME_DATA || '.selfsame'),
    limits,
    overrides,
    environment: overrides.faceEngine === 'rekognition' ? rekognitionAccess(environment) : {},
  };
}
