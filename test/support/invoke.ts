import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

export interface Invocation {
  /** Milliseconds from nothing loaded to a handler that can be called. */
  readonly importMs: number;
  /** What the handler returned, as JSON; absent if it was given no event. */
  readonly result?: unknown;
}

const script = `
  const [file, event] = process.argv.slice(1);
  const print = (line) => process.stdout.write('\\n' + JSON.stringify(line), () => process.exit());
  try {
    const start = performance.now();
    const { handler } = await import(file);
    const importMs = performance.now() - start;
    if (typeof handler !== 'function') throw new Error('no handler');
    const context = { awsRequestId: 'request', getRemainingTimeInMillis: () => 10_000 };
    print({ importMs, result: event && await handler(JSON.parse(event), context) });
  } catch (error) {
    print({ error: String(error) });
  }`;

/**
 * Imports `file` in a fresh process of this Node, with this environment and no other, and calls its `handler` once if there is an
 * event for it.
 * @throws with the message of what the import or the handler threw.
 */
export async function runOnce(file: string, env: Record<string, string>, event?: unknown): Promise<Invocation> {
  const given = [pathToFileURL(file).href, ...(event === undefined ? [] : [JSON.stringify(event)])];
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, ...given], {
    env,
  });
  // A handler may log; the answer is the last line.
  const answer = JSON.parse(stdout.slice(stdout.lastIndexOf('\n') + 1)) as Invocation & { readonly error?: string };
  if (answer.error !== undefined) throw new Error(answer.error);
  return answer;
}

/** An HTTP API event, payload format 2.0, with nothing in it but the route. */
export const httpEvent = (routeKey: string) => {
  const [method = '', path = ''] = routeKey.split(' ');
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: '',
    headers: { host: 'api.example' },
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      domainName: 'api.example',
      domainPrefix: 'api',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: 'request',
      routeKey,
      stage: '$default',
      time: '20/Nov/2026:00:00:00 +0000',
      timeEpoch: 1_795_132_800_000,
    },
    isBase64Encoded: false,
  };
};
