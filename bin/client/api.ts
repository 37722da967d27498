import { type Route, routes } from '../../lambdas/http/routes.ts';
import { CommandError } from '../terminal/command-error.ts';
import type { Connection } from './connection.ts';
import { readProblem } from './problem.ts';
import type { Replies } from './replies.ts';

interface Call {
  /** Path parameters by name. */
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  /** A status beside 2xx whose body is an answer, too. */
  readonly also?: number;
}

/** Calls operations of `http/routes.ts` by name. */
export interface Api {
  readonly url: string;
  /** @throws ApiError as the service refuses; CommandError if it cannot be reached or a key is missing */
  call<Name extends keyof Replies>(operation: Name, call?: Call): Promise<Replies[Name]>;
}

/** The service refused. `message` is complete: what, why, and the request's id. */
export class ApiError extends CommandError {
  /** After how many seconds another try can succeed. */
  readonly retryAfter: number | undefined;

  constructor(message: string, retryAfter?: number) {
    super(message);
    this.retryAfter = retryAfter;
  }
}

const TIMEOUT_MS = 30_000;

function addressOf(base: string, { path }: Route, { params = {}, query = {} }: Call): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const pairs = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return `${base}${filled}${pairs.length > 0 ? `?${new URLSearchParams(pairs)}` : ''}`;
}

/** Node's fetch says "fetch failed"; the reason lies in the cause. */
export function unreachable(url: string, error: unknown): CommandError {
  const { host, protocol } = new URL(url);
  const place = `${protocol}//${host}`;
  if (error instanceof Error && error.name === 'TimeoutError')
    return new CommandError(`${place} did not answer within ${TIMEOUT_MS / 1000} s.`);
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'ECONNREFUSED')
    return new CommandError(
      `Nothing answers at ${place}. Start the service with "npm start" in the project's folder, or say where it runs with SELFSAME_URL.`,
    );
  return new CommandError(`${place} cannot be reached: ${code ?? (cause instanceof Error ? cause.message : cause)}.`);
}

/** @param tenantKey secret or publishable key for the operations that are a tenant's */
export function createApi({ url, adminKey }: Connection, tenantKey: string | undefined): Api {
  const authorization = (route: Route): Record<string, string> => {
    if (route.auth === 'none') return {};
    const key = route.auth === 'admin' ? adminKey : tenantKey;
    // Else fetch would complain, with the key in its words.
    if (key && !/^[\x21-\x7e]+$/.test(key)) throw new CommandError('The key holds characters that no key has.');
    if (key) return { authorization: `Bearer ${key}` };
    throw new CommandError(
      route.auth === 'admin'
        ? 'This needs the admin key: set SELFSAME_ADMIN_KEY.'
        : "This needs a tenant's key: set SELFSAME_KEY, or give --key.",
    );
  };
  return {
    url,
    async call<Name extends keyof Replies>(operation: Name, call: Call = {}) {
      const route = routes.find((one) => one.operation === operation) as Route;
      const init = {
        method: route.method,
        headers: {
          ...authorization(route),
          accept: 'application/json',
          ...(call.body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      };
      const address = addressOf(url, route, call);
      let response: Response;
      let text: string;
      try {
        response = await fetch(address, init);
        text = await response.text();
      } catch (error) {
        throw unreachable(address, error);
      }
      if (response.ok || response.status === call.also) {
        try {
          return JSON.parse(text) as Replies[Name];
        } catch {
          throw new CommandError(`${url} answered ${response.status}, but not with JSON: is that Selfsame?`);
        }
      }
      const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
      const problem = readProblem(response.status, text, response.headers.get('x-request-id') ?? undefined);
      throw new ApiError(problem, Number.isFinite(retryAfter) ? retryAfter : undefined);
    },
  };
}
