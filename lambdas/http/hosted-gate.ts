import { type Failure, failure } from '../domain/error.ts';
import { sessionMissing } from '../domain/hosted-session.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Settings } from '../settings.ts';
import type { CallState, Event } from './call-state.ts';
import { cookieOf } from './cookies.ts';
import type { Identify, Identifying } from './gates.ts';
import { undeclaredJsonOf } from './json-body.ts';
import { type FileLimits, type Form, readForm } from './multipart.ts';
import { fromOurPage } from './same-origin.ts';

/** Who calls with a token of the hosted page: within a session, or with the address that opens one. */
export type IdentifyVisitor = (token: string | undefined, of: 'session' | 'link') => ReturnType<Identify>;

/** K-04: where a caller without headers of its own puts its key. */
export const keyField = 'api_key';

/** P-22: what each file of the form may have. */
export const fileLimits = ({ hosted }: Settings): FileLimits => ({
  selfie_video: { maxBytes: hosted.maxVideoBytes, called: 'Selfie video' },
  id_photo: { maxBytes: hosted.maxPhotoBytes, called: 'ID photo' },
  id_back: { maxBytes: hosted.maxPhotoBytes, called: 'ID back photo' },
});

/** The body of a call as a form; parsed once however often it is asked for. */
export function formOf(event: Event, call: CallState, limits: FileLimits): Promise<Result<Form, Failure>> {
  call.form ??= readForm(event, limits);
  return call.form;
}

export const cookieName = (checkId: string): string => `verif_${checkId.slice(0, 8)}`;

/** Who comes to the hosted page, or sends what belongs to it. */
export async function visitorOf(
  access: Identifying,
  event: Event,
  call: CallState,
  auth: 'hosted' | 'page' | 'api-key',
  limits: FileLimits,
): ReturnType<Identify> {
  const { s: session, t: link } = event.queryStringParameters ?? {};
  if (auth === 'hosted') return withSession(access, event, event.pathParameters?.id ?? '');
  if (auth === 'page' && session !== undefined) return withSession(access, event, session);
  if (auth === 'page' && link !== undefined) return access.identifyVisitor?.(link, 'link') ?? missing();
  const key = await keyOf(event, call, limits);
  if (!key.ok) return key;
  const known = await access.identify(key.value, event.headers.origin);
  // What is no token at all is no key of ours either.
  return !known.ok && known.error.code === 'unauthorized' ? fail(failure('invalid_key', 'Invalid API key')) : known;
}

const missing = (): never => {
  throw new Error('A route of the hosted page in a function that cannot read its tokens.');
};

async function withSession(access: Identifying, event: Event, checkId: string): ReturnType<Identify> {
  const { authorization } = event.headers;
  const token = authorization?.replace(/^Bearer +/i, '') ?? cookieOf(event, cookieName(checkId));
  const known = await (access.identifyVisitor?.(token, 'session') ?? missing());
  if (!known.ok) return known;
  if (known.value.caller.keyId !== checkId) return fail(sessionMissing);
  // A cookie comes along from wherever a browser is sent here.
  const changes = event.requestContext.http.method !== 'GET';
  if (authorization === undefined && changes && !fromOurPage(event)) {
    return fail(failure('origin_not_allowed', 'The page itself alone may do this.'));
  }
  return known;
}

/** The key of a caller, as the header that carries it; where one is sent twice the header counts. */
async function keyOf(event: Event, call: CallState, limits: FileLimits): Promise<Result<string, Failure>> {
  const given = await keyInBody(event, call, limits);
  if (!given.ok) return given;
  const { authorization } = event.headers;
  if (authorization !== undefined) return ok(authorization);
  const key = event.queryStringParameters?.[keyField] ?? given.value;
  return key === undefined || key === ''
    ? fail(failure('api_key_required', 'API key is required'))
    : ok(`Bearer ${key}`);
}

async function keyInBody(
  event: Event,
  call: CallState,
  limits: FileLimits,
): Promise<Result<string | undefined, Failure>> {
  if (call.route?.method === 'GET') return ok(undefined);
  if (call.route?.body === 'form') {
    const form = await formOf(event, call, limits);
    return form.ok ? ok(form.value.fields.get(keyField)) : form;
  }
  const json = undeclaredJsonOf(event, call);
  const key = json.ok && (json.value as { readonly [keyField]?: unknown } | null)?.[keyField];
  return ok(typeof key === 'string' ? key : undefined);
}
