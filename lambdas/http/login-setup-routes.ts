import type { Route } from './routes.ts';

/** What a tenant's server sets up for logins, and asks of faces. */
const managed = <const Operation extends string>(
  method: Route['method'],
  path: string,
  operation: Operation,
  where: Pick<Route, 'function' | 'body'> = { function: 'login' },
) =>
  ({ method, path, auth: 'secret', contract: 'login', operation, limit: 'login', ...where }) as const satisfies Route;

export const loginSetupRoutes = [
  managed('POST', '/v2/projects', 'createProject'),
  managed('GET', '/v2/projects', 'listProjects'),
  managed('GET', '/v2/projects/{id}', 'readProject'),
  managed('PUT', '/v2/projects/{id}', 'updateProject'),
  managed('DELETE', '/v2/projects/{id}', 'deleteProject'),

  managed('POST', '/v2/project-flows', 'createProjectFlow'),
  managed('GET', '/v2/project-flows', 'listProjectFlows'),
  managed('GET', '/v2/project-flows/{id}', 'readProjectFlow'),
  managed('PUT', '/v2/project-flows/{id}', 'updateProjectFlow'),
  managed('DELETE', '/v2/project-flows/{id}', 'deleteProjectFlow'),

  managed('POST', '/v2/face-recognition/collections', 'createCollection'),
  managed('GET', '/v2/face-recognition/collections', 'listCollections'),
  managed('GET', '/v2/face-recognition/collections/{id}', 'readCollection'),
  managed('PUT', '/v2/face-recognition/collections/{id}', 'updateCollection'),
  managed('DELETE', '/v2/face-recognition/collections/{id}', 'deleteCollection'),
] as const;
