import type { Route } from './routes.ts';

/** What a person on the page asks for, with the session that the page was opened with. */
const within = <const Operation extends string>(method: Route['method'], path: string, operation: Operation) =>
  ({
    method,
    path: `/verif/sessions/{id}${path}`,
    auth: 'hosted',
    contract: 'hosted',
    function: 'page',
    operation,
    limit: 'hosted',
  }) as const;

/** What a partner's server asks for. */
const partner = <const Operation extends string>(method: Route['method'], path: string, operation: Operation) =>
  ({ method, path, auth: 'secret', contract: 'hosted', function: 'page', operation, limit: 'hosted' }) as const;

const open = { auth: 'none', contract: 'hosted', function: 'page' } as const;

/** Routes of the hosted contract: what looks at a face is answered by the image function. */
export const hostedRoutes = [
  // A key or an address that is good once is exchanged for a session; with a session it is the page.
  {
    method: 'GET',
    path: '/verif/',
    auth: 'page',
    contract: 'hosted',
    function: 'page',
    operation: 'openPage',
    limit: 'hosted',
  },
  {
    method: 'POST',
    path: '/verif/sessions',
    auth: 'api-key',
    contract: 'hosted',
    function: 'page',
    operation: 'openHostedSession',
    limit: 'hosted',
  },
  within('GET', '', 'readHostedSession'),
  within('POST', '/consent', 'giveConsent'),
  within('POST', '/uploads', 'openHostedUpload'),
  within('POST', '/hand-off', 'handOff'),
  { ...within('POST', '/submit', 'submitHostedSession'), function: 'verdicts' },
  {
    method: 'POST',
    path: '/verif/submit',
    auth: 'api-key',
    contract: 'hosted',
    function: 'verdicts',
    operation: 'submitHosted',
    body: 'form',
    limit: 'hosted',
  },

  { ...open, method: 'GET', path: '/verif/files/{id}/{kind}', operation: 'readHostedFile' },
  partner('GET', '/verif/checks/{id}', 'readHostedCheck'),
  partner('DELETE', '/verif/checks/{id}', 'deleteHostedCheck'),
  partner('GET', '/verif/partner/settings', 'readPartnerSettings'),
  partner('PUT', '/verif/partner/settings', 'setPartnerSettings'),
  { ...open, method: 'GET', path: '/verif/assets/{file}', operation: 'readAsset' },
] as const satisfies readonly Route[];
