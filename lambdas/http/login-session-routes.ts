import type { Route } from './routes.ts';

/** What leads a person through a flow: sessions, pictures, and what came of them. */
const managed = <const Operation extends string>(method: Route['method'], path: string, operation: Operation) =>
  ({
    method,
    path,
    auth: 'secret',
    contract: 'login',
    function: 'login',
    operation,
    limit: 'login',
  }) as const satisfies Route;

/** Of a person with a session's token; the picture is looked at within the call. */
const pictured = <const Operation extends string>(path: string, operation: Operation) =>
  ({
    method: 'POST',
    path,
    auth: 'session',
    contract: 'login',
    function: 'verdicts',
    operation,
    body: 'images',
    limit: 'login',
  }) as const satisfies Route;

export const loginSessionRoutes = [
  managed('POST', '/v2/biometric-validations', 'openValidation'),
  managed('GET', '/v2/biometric-validations', 'listValidations'),
  managed('GET', '/v2/biometric-validations/{id}', 'readValidation'),
  {
    method: 'POST',
    path: '/v2/biometric-validations/app-login',
    auth: 'app-login',
    contract: 'login',
    function: 'login',
    operation: 'continueLogin',
    limit: 'login',
  },
  pictured('/v2/biometric-validations/validate', 'validateLogin'),
  pictured('/v2/biometric-validations/app-registration', 'registerPerson'),
  managed('POST', '/v2/liveness-sessions/{id}/cancel', 'cancelSession'),

  managed('POST', '/v2/app-registrations', 'createRegistration'),
  managed('GET', '/v2/app-registrations', 'listRegistrations'),
  managed('GET', '/v2/app-registrations/{id}', 'readRegistration'),
  managed('POST', '/v2/app-registrations/{id}/sync', 'syncRegistration'),
  managed('GET', '/v2/app-logins', 'listAppLogins'),
  managed('GET', '/v2/app-logins/{id}', 'readAppLogin'),

  managed('POST', '/v2/webhooks', 'setLoginWebhook'),
  managed('GET', '/v2/webhooks', 'listLoginWebhooks'),
  managed('DELETE', '/v2/webhooks', 'removeLoginWebhook'),
  managed('DELETE', '/v2/webhooks/{id}', 'removeLoginWebhookById'),
  managed('GET', '/v2/credits', 'readLoginCredits'),
] as const;
