import { connect } from 'node:net';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { createRouter } from '../../../local/api/route.ts';
import { type Api, type ApiDefinition, type ApiOptions, createApi } from '../../../local/api/server.ts';
import type { Invocation } from '../../../local/lambda/execution-environment.ts';

export type Answer = unknown | ((event: APIGatewayProxyEventV2, signal: AbortSignal) => unknown);

export interface TestApi extends Api {
  readonly url: string;
  readonly port: number;
  /** Events that reached the function, in order. */
  readonly events: APIGatewayProxyEventV2[];
}

/** A running API whose routes all lead to one function; `answer` is what it returns, or computes it; a throw is its error. */
export async function startApi(
  answer: Answer,
  definition: Partial<Omit<ApiDefinition, 'route'>> & { routes?: readonly string[]; timeoutMs?: number } = {},
  options: Partial<ApiOptions> = {},
): Promise<TestApi> {
  const events: APIGatewayProxyEventV2[] = [];
  const api = createApi({
    limits: 'local',
    invoke: async (_, event, signal): Promise<Invocation> => {
      events.push(event as APIGatewayProxyEventV2);
      try {
        const value = typeof answer === 'function' ? await answer(event, signal) : answer;
        return { ok: true, payload: JSON.stringify(value) ?? 'null' };
      } catch (error) {
        const { name, message } = error as Error;
        return { ok: false, error: { errorType: name, errorMessage: message } };
      }
    },
    ...options,
  });
  const url = await api.listen(0, '127.0.0.1');
  const { routes = ['$default'], timeoutMs = 30_000, ...rest } = definition;
  const target = { functionArn: 'arn:function', timeoutMs };
  const route = createRouter(routes.map((routeKey) => ({ routeKey, target })));
  api.serve({ apiId: 'api-id', accountId: '123456789012', stage: '$default', ...rest, route });
  return { ...api, url, port: Number(new URL(url).port), events };
}

/** Sends bytes as they are and resolves with everything that comes back until the server closes. */
export function sendRaw(port: number, text: string | Buffer, stayOpen = false): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
    socket.write(text);
    if (!stayOpen) socket.end();
  });
}
