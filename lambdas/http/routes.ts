import { accountRoutes } from './account-routes.ts';
import { adminRoutes } from './admin-routes.ts';
import { consoleRoutes } from './console-routes.ts';
import { documentRoutes } from './document-routes.ts';
import { hostedRoutes } from './hosted-routes.ts';
import { loginSessionRoutes } from './login-session-routes.ts';
import { loginSetupRoutes } from './login-setup-routes.ts';
import { stepUpRoutes } from './step-up-routes.ts';

/**
 * Every HTTP route of Selfsame, as data. `lib/` builds the API from it, the pipeline authenticates and limits by it, the OpenAPI
 * document describes it: a route cannot exist in one of them alone.
 */
export type ContractName = 'platform' | 'submission' | 'step-up' | 'login' | 'document' | 'hosted' | 'console';

/**
 * Who may call: nobody checked, a browser or a server, a server only, a person within a session or logged in, the operator. `api-key`:
 * either key, also where a form or an address carries it; `hosted`: a person with a session of the page; `page`: any of these two, or one
 * who comes with an address that is good once; `console`: a person of the partner's, logged in there.
 */
type Auth =
  | 'none'
  | 'publishable'
  | 'secret'
  | 'session'
  | 'app-login'
  | 'admin'
  | 'api-key'
  | 'hosted'
  | 'page'
  | 'console';

/** Names the function (and the file in `handlers/`) that answers. */
export type HttpFunction =
  | 'submission'
  | 'step-up'
  | 'login'
  | 'account'
  | 'admin'
  | 'page'
  | 'console'
  | 'service'
  | 'verdicts';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly auth: Auth;
  readonly contract: ContractName;
  readonly function: HttpFunction;
  /** Names the schemas in the contract's `operations.ts` and the use case in the handler. */
  readonly operation: string;
  /** Whose ids these are, where contracts share a path that ends in one. */
  readonly idPrefix?: string;
  /** Another contract has a body of its own under this path. */
  readonly sharedPath?: boolean;
  /** Size class of the JSON body: with images in it, or without; or a form with files. */
  readonly body?: 'images' | 'form';
  /** Token bucket that applies to this route: one of `rateLimits` in the settings. */
  readonly limit?:
    | 'init'
    | 'submit'
    | 'status'
    | 'default'
    | 'login'
    | 'stepUp'
    | 'document'
    | 'documentStatus'
    | 'documentWebhooks'
    | 'console'
    | 'hosted';
}

export const routes = [
  {
    method: 'POST',
    path: '/v1/verify/init',
    auth: 'publishable',
    contract: 'submission',
    function: 'submission',
    operation: 'initVerification',
    limit: 'init',
  },
  {
    method: 'POST',
    path: '/v1/verify/submit',
    auth: 'publishable',
    contract: 'submission',
    function: 'submission',
    operation: 'submitVerification',
    limit: 'submit',
  },
  {
    method: 'GET',
    path: '/v1/verify/{id}',
    auth: 'secret',
    contract: 'submission',
    function: 'submission',
    operation: 'readVerification',
    idPrefix: 'vf_',
    limit: 'status',
  },

  ...accountRoutes,
  ...adminRoutes,
  ...stepUpRoutes,
  ...documentRoutes,
  ...loginSetupRoutes,
  ...loginSessionRoutes,
  ...consoleRoutes,
  ...hostedRoutes,

  { method: 'GET', path: '/health', auth: 'none', contract: 'platform', function: 'service', operation: 'health' },
  {
    method: 'GET',
    path: '/openapi.json',
    auth: 'none',
    contract: 'platform',
    function: 'service',
    operation: 'openapi',
  },
  {
    method: 'GET',
    path: '/.well-known/jwks.json',
    auth: 'none',
    contract: 'platform',
    function: 'service',
    operation: 'jwks',
  },
  { method: 'GET', path: '/docs', auth: 'none', contract: 'platform', function: 'service', operation: 'docs' },
  { method: 'GET', path: '/ready', auth: 'none', contract: 'platform', function: 'verdicts', operation: 'ready' },
] as const satisfies readonly Route[];

export type Operation = (typeof routes)[number]['operation'];

/** What is no published contract, and has no mount of its own. */
const unmounted: readonly ContractName[] = ['platform', 'console'];

/** The paths under which a route is served: as its contract's text has it, and below the contract's own mount. */
export const pathsOf = (route: Route): readonly string[] =>
  unmounted.includes(route.contract) ? [route.path] : [route.path, `/${route.contract}${route.path}`];

/**
 * The routes of the gateway that a route is served by: it takes none that ends in a slash, and hands what does to the one that catches all
 * below.
 */
export const gatewayPathsOf = (route: Route): readonly string[] =>
  pathsOf(route).flatMap((path) => (path.endsWith('/') ? [path.slice(0, -1), `${path}{rest+}`] : [path]));
