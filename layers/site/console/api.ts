/** A call that did not succeed: `message` is for people, `status` 0 says that nobody answered. */
export class CallError extends Error {
  readonly status: number;
  /** Machine-readable cause within a status, where there is one. */
  readonly reason: string | undefined;

  constructor(status: number, message: string, reason?: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

interface Problem {
  readonly detail?: string;
  readonly reason?: string;
  /** Messages by path of the field. */
  readonly errors?: Readonly<Record<string, readonly string[]>>;
}

/** What is wrong, field by field where it is known. */
function wordsOf(status: number, { detail, errors }: Problem): string {
  const fields = Object.entries(errors ?? {}).map(([field, messages]) => `${field}: ${messages.join(', ')}`);
  return fields.length > 0 ? `${fields.join('; ')}.` : (detail ?? `The service answered ${status}.`);
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Told when a call finds that nobody is logged in any more. */
let onLoggedOut: () => void = () => {};
export const whenLoggedOut = (tell: () => void): void => {
  onLoggedOut = tell;
};

/** One call of the console; the session's cookie goes along by itself. @throws CallError */
async function call<T>(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const sent =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  let response: Response;
  try {
    response = await fetch(`/console/api${path}`, { method, ...sent, ...(signal && { signal }) });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new CallError(0, 'The service cannot be reached. Check your connection and try again.');
  }
  if (response.status === 204) return undefined as T;
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer as T;
  if (response.status === 401 && path !== '/session') onLoggedOut();
  const problem = (answer ?? {}) as Problem;
  throw new CallError(response.status, wordsOf(response.status, problem), problem.reason);
}

export const get = <T>(path: string, signal?: AbortSignal): Promise<T> => call<T>('GET', path, undefined, signal);
export const post = <T>(path: string, body: unknown = {}): Promise<T> => call<T>('POST', path, body);
export const put = <T>(path: string, body: unknown): Promise<T> => call<T>('PUT', path, body);
export const remove = (path: string): Promise<void> => call<void>('DELETE', path);

/** `?a=b&c=d` of what is given. */
export function query(fields: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(fields).filter((field): field is [string, string] => Boolean(field[1]));
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}
