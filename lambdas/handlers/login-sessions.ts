import { loginOperations } from '../contracts/login/operations.ts';
import { toPage } from '../contracts/login/shapes.ts';
import {
  type Shown,
  toAppLogin,
  toRegistration,
  toSession,
  toValidation,
} from '../contracts/login/validation-replies.ts';
import { optionsOf } from '../contracts/login/validations.ts';
import type { Caller } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import {
  loginStatus,
  registrationStatus,
  stateAt,
  type Validation,
  type ValidationPart,
  validationOf,
  validationStatus,
} from '../domain/validation.ts';
import { endpoint, type Reply } from '../http/endpoint.ts';
import { cancelSession, type EndSession, expireSession } from '../usecases/end-session.ts';
import {
  continueLogin,
  type OpenedValidation,
  type OpenValidation,
  openValidation,
} from '../usecases/open-validation.ts';
import { clientOf } from './login-setup.ts';

type Deps = OpenValidation & EndSession;

const data = (data: unknown): Result<Reply, never> => ok({ status: 200, body: { data } });
const none = (what: string): Failure => failure('not_found', `There is no such ${what}.`);

/** Sessions, validations, registrations and logins, as far as nobody looks at a picture. */
export function loginSessions(deps: Deps) {
  const { clock, records } = deps;
  const shown = (caller: Caller, validation: Validation): Shown => ({
    validation,
    client: clientOf(caller),
    at: clock.now(),
  });
  const registrationOf = (caller: Caller, validation: Validation) => toRegistration(shown(caller, validation));

  /** The validation that has a part of that id, if it is of the right kind. */
  const byPart = async (caller: Caller, id: string | undefined, part: ValidationPart, onboarding?: boolean) => {
    const base = validationOf(id ?? '', part);
    const found = base === undefined ? undefined : await records.get(caller, 'validation', base);
    return onboarding === undefined || (found?.type === 'onboarding') === onboarding ? found : undefined;
  };

  const opened = (
    caller: Caller,
    outcome: Result<OpenedValidation, Failure>,
    baseUrl: string,
    more: (validation: Validation) => object = () => ({}),
  ): Result<Reply, Failure> => {
    if (!outcome.ok) return outcome;
    const { validation, token } = outcome.value;
    const one = shown(caller, validation);
    return data({
      ...more(validation),
      livenessSession: toSession(one),
      biometricValidation: toValidation(one, baseUrl),
      token,
    });
  };

  const appLogins = async (caller: Caller, validations: readonly Validation[]) => {
    const ids = validations.flatMap(({ outcome }) => outcome?.person ?? []);
    const persons = ids.length === 0 ? [] : await records.getAll(caller, 'person', ids);
    const nameOf = (validation: Validation) => persons.find(({ id }) => id === validation.outcome?.person)?.name;
    return validations.map((validation) => toAppLogin(shown(caller, validation), nameOf(validation)));
  };

  const withParts = async (
    caller: Caller,
    validations: readonly Validation[],
    wanted: readonly string[],
    baseUrl: string,
  ) => {
    const logins = wanted.includes('appLogin') ? await appLogins(caller, validations) : [];
    return validations.map((validation, at) => {
      const one = shown(caller, validation);
      const onboarding = validation.type === 'onboarding';
      return {
        ...toValidation(one, baseUrl),
        ...(wanted.includes('livenessSession') && { livenessSession: toSession(one) }),
        ...(wanted.includes('appLogin') && !onboarding && { appLogin: logins[at] }),
        ...(wanted.includes('appRegistration') && onboarding && { appRegistration: toRegistration(one) }),
      };
    });
  };

  return {
    openValidation: endpoint(loginOperations.openValidation, async ({ caller, body, baseUrl }) =>
      opened(caller, await openValidation(deps, caller, optionsOf(body)), baseUrl),
    ),
    continueLogin: endpoint(loginOperations.continueLogin, async ({ caller, body, baseUrl }) => {
      const { type: _, ...options } = optionsOf(body);
      return opened(caller, await continueLogin(deps, caller, options), baseUrl);
    }),
    listValidations: endpoint(loginOperations.listValidations, async ({ caller, query, baseUrl }) => {
      const { page, perPage, where_status, where_type, sort, 'populates[]': wanted = [] } = query;
      const now = clock.now();
      const { items, more } = await records.list(caller, 'validation', {
        page,
        perPage,
        oldestFirst: sort === 'createdAt',
        matches: (one) =>
          (where_type ?? one.type) === one.type &&
          (where_status === undefined || where_status === validationStatus(stateAt(one, now))),
      });
      const rows = await withParts(caller, items, wanted, baseUrl);
      return ok({ status: 200, body: toPage(rows, { page, perPage, more }) });
    }),
    readValidation: endpoint(loginOperations.readValidation, async ({ caller, params, baseUrl }) => {
      const found = await byPart(caller, params.id, 'validation');
      if (!found) return fail(failure('validation_not_found', 'There is no such validation.'));
      return data(toValidation(shown(caller, found), baseUrl));
    }),
    cancelSession: endpoint(loginOperations.cancelSession, async ({ caller, params }) => {
      const cancelled = await cancelSession(deps, caller, params.id ?? '');
      return cancelled.ok ? data(toSession(shown(caller, cancelled.value))) : cancelled;
    }),

    createRegistration: endpoint(loginOperations.createRegistration, async ({ caller, body, baseUrl }) => {
      const { identifier, fullName, phone, ...rest } = body;
      const applicant = { ...(fullName !== undefined && { fullName }), ...(phone !== undefined && { phone }) };
      const name = identifier ?? body.email ?? phone ?? '';
      const wanted = { ...rest, identifier: name, applicant, type: 'onboarding' } as const;
      const outcome = await openValidation(deps, caller, wanted);
      return opened(caller, outcome, baseUrl, (one) => ({ appRegistration: registrationOf(caller, one) }));
    }),
    listRegistrations: endpoint(loginOperations.listRegistrations, async ({ caller, query }) => {
      const { where_status, page, perPage } = query;
      const now = clock.now();
      const { items, more } = await records.list(caller, 'validation', {
        page,
        perPage,
        matches: (one) =>
          one.type === 'onboarding' &&
          (where_status === undefined || where_status === registrationStatus(stateAt(one, now), one)),
      });
      const rows = items.map((one) => registrationOf(caller, one));
      return ok({ status: 200, body: toPage(rows, { page, perPage, more }) });
    }),
    readRegistration: endpoint(loginOperations.readRegistration, async ({ caller, params }) => {
      const found = await byPart(caller, params.id, 'login', true);
      return found ? data(registrationOf(caller, found)) : fail(none('registration'));
    }),
    syncRegistration: endpoint(loginOperations.syncRegistration, async ({ caller, params }) => {
      const found = await byPart(caller, params.id, 'login', true);
      if (!found) return fail(none('registration'));
      return data(registrationOf(caller, await expireSession(deps, caller, found)));
    }),

    listAppLogins: endpoint(loginOperations.listAppLogins, async ({ caller, query }) => {
      const { where_status, page, perPage } = query;
      const now = clock.now();
      const { items, more } = await records.list(caller, 'validation', {
        page,
        perPage,
        matches: (one) =>
          one.type !== 'onboarding' &&
          (where_status === undefined || where_status === loginStatus(stateAt(one, now), one)),
      });
      return ok({ status: 200, body: toPage(await appLogins(caller, items), { page, perPage, more }) });
    }),
    readAppLogin: endpoint(loginOperations.readAppLogin, async ({ caller, params }) => {
      const found = await byPart(caller, params.id, 'login', false);
      const [login] = found ? await appLogins(caller, [found]) : [];
      return login ? data(login) : fail(none('app login'));
    }),
  };
}
