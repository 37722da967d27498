import type { Caller } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import { eventsBetween } from '../domain/login-events.ts';
import { newRecord, save } from '../domain/login-records.ts';
import type { ProjectFlow } from '../domain/project.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { redirectAllowed } from '../domain/tenant.ts';
import { partId, type Validation, validationOf } from '../domain/validation.ts';
import type { Tenants } from '../ports/accounts.ts';
import type { LoginRecords } from '../ports/people.ts';
import type { Clock, Random } from '../ports/system.ts';
import type { Tokens } from '../ports/trust.ts';
import { tokenKinds } from './identify-session.ts';
import { type TellEvents, tellSoon } from './tell-events.ts';

export interface OpenValidation extends TellEvents {
  readonly clock: Clock;
  readonly random: Random;
  readonly records: LoginRecords;
  readonly tenants: Pick<Tenants, 'get'>;
  readonly tokens: Pick<Tokens, 'sign'>;
  readonly settings: {
    readonly issuer: string;
    readonly jobs: { readonly redriveAfterSeconds: number };
    readonly retention: { readonly recordDays: number };
    readonly webhooks: { readonly allowInsecure: boolean };
  };
}

type Wanted = Pick<Validation, 'project' | 'projectFlow' | 'identifier' | 'type'> &
  Partial<
    Pick<
      Validation,
      'expiresAt' | 'redirectUrl' | 'webhookUrl' | 'ipAddress' | 'email' | 'language' | 'applicant' | 'expectedPerson'
    >
  >;

export interface OpenedValidation {
  readonly validation: Validation;
  /** Lets its bearer send pictures for this session. */
  readonly token: string;
}

/** No session is open for longer, whatever its caller asks for. */
const longestMs = 86_400_000;

/** Opens a session, and all that it leads to, on an active flow of the project. */
export async function openValidation(
  deps: OpenValidation,
  caller: Caller,
  wanted: Wanted,
): Promise<Result<OpenedValidation, Failure>> {
  const { clock, random, records, settings } = deps;
  const flow = await usableFlow(records, caller, wanted);
  if (!flow.ok) return flow;
  const now = clock.now();
  const { expiresAt = now + flow.value.sessionTtlSeconds * 1000 } = wanted;
  const refused = await refusal(deps, caller, wanted, expiresAt - now);
  if (refused) return fail(refused);

  const head = newRecord(now, random.hex(16));
  const validation: Validation = {
    ...(flow.value.redirectUrl !== undefined && { redirectUrl: flow.value.redirectUrl }),
    ...wanted,
    ...head,
    id: partId(head.id, 'validation'),
    state: 'active',
    expiresAt,
    attempts: 0,
    wakeAt: expiresAt,
    keptUntil: now + settings.retention.recordDays * 86_400_000,
  };
  const events = eventsBetween(caller, undefined, validation);
  const told = { events, dueAt: now + settings.jobs.redriveAfterSeconds * 1000 };
  const written = await records.commit(caller, [save('validation', validation)], { told });
  if (!written.ok) throw new Error('The id of a validation was drawn twice.');
  const [token] = await Promise.all([sessionToken(deps, caller, validation), tellSoon(deps, events)]);
  return ok({ validation: { ...validation, revision: 1 }, token });
}

/** V-41: another session for somebody who is logged in; nobody else may come of it. */
export async function continueLogin(
  deps: OpenValidation,
  caller: Caller,
  wanted: Omit<Wanted, 'project' | 'projectFlow' | 'identifier' | 'type' | 'expectedPerson'>,
): Promise<Result<OpenedValidation, Failure>> {
  const before = validationOf(caller.keyId, 'login');
  const login = before === undefined ? undefined : await deps.records.get(caller, 'validation', before);
  if (!login?.outcome) return fail(failure('validation_not_found', 'The login of this token is no longer kept.'));
  const { project, projectFlow, identifier, outcome } = login;
  const same = { project, projectFlow, identifier, type: 'login', expectedPerson: outcome.person } as const;
  return openValidation(deps, caller, { ...wanted, ...same });
}

/** The flow that a validation is of, as long as it can be used. */
export async function usableFlow(
  records: Pick<LoginRecords, 'get'>,
  caller: Caller,
  { project, projectFlow, type }: Pick<Validation, 'project' | 'projectFlow' | 'type'>,
): Promise<Result<ProjectFlow, Failure>> {
  const flow = await records.get(caller, 'projectFlow', projectFlow);
  if (flow?.project !== project) return fail(failure('not_found', 'There is no such flow in this project.'));
  if (flow.status !== 'active') return fail(failure('conflict', `The flow is ${flow.status}; activate it first.`));
  if ((flow.type === 'onboarding') !== (type === 'onboarding')) {
    return fail(failure('conflict', `A flow for ${flow.type} opens no validation of type ${type}.`));
  }
  return ok(flow);
}

async function refusal(
  { tenants, settings }: OpenValidation,
  { tenantId }: Caller,
  { webhookUrl, redirectUrl }: Wanted,
  lifetimeMs: number,
): Promise<Failure | undefined> {
  const invalid = (field: string, message: string) =>
    failure('invalid_request', `Invalid: ${field}.`, { detail: { fieldErrors: { [field]: [message] } } });
  if (lifetimeMs <= 0) return invalid('expiresAt', 'must lie in the future');
  if (lifetimeMs > longestMs) return invalid('expiresAt', 'must lie within the next 24 hours');
  const { allowInsecure } = settings.webhooks;
  if (webhookUrl !== undefined && !webhookUrl.startsWith('https:') && !allowInsecure)
    return invalid('webhookUrl', 'must be https');
  if (redirectUrl === undefined) return undefined;
  // Tokens go there: an account that names its return addresses has none go elsewhere.
  const allowed = (await tenants.get(tenantId))?.settings.returnUrls ?? [];
  return allowed.length === 0 || redirectAllowed(allowed, redirectUrl)
    ? undefined
    : invalid('redirectUrl', 'must be one of the return addresses of the account');
}

const sessionToken = (
  { tokens, settings }: OpenValidation,
  { tenantId, mode }: Caller,
  { id, createdAt, expiresAt }: Validation,
): Promise<string> =>
  tokens.sign(tenantId, {
    iss: settings.issuer,
    sub: partId(id, 'session'),
    tenant: tenantId,
    mode,
    kind: tokenKinds.session,
    iat: Math.floor(createdAt / 1000),
    exp: Math.ceil(expiresAt / 1000),
  });
