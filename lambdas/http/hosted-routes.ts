import type { Route } from './routes.ts';

/** Routes of the hosted page, and of what it is made of. */
export const hostedRoutes = [
  {
    method: 'GET',
    path: '/verif/assets/{file}',
    auth: 'none',
    contract: 'hosted',
    function: 'page',
    operation: 'readAsset',
  },
] as const satisfies readonly Route[];
