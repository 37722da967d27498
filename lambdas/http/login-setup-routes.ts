import type { Route } from './routes.ts';

/** What a tenant's server sets up for logins, and asks of faces. */
const managed = <const Operation extends string>(
  method: Route['method'],
  path: string,
  operation: Operation,
  where: Pick<Route, 'function' | 'body'> = { function: 'login' },
) =>
  ({ method, path, auth: 'secret', contract: 'login', operation, limit: 'login', ...where }) as const satisfies Route;

const looking = { function: 'verdicts', body: 'images' } as const;

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

  managed('POST', '/v2/face-recognition/persons', 'createPerson', looking),
  managed('GET', '/v2/face-recognition/persons', 'listPersons'),
  managed('GET', '/v2/face-recognition/persons/{id}', 'readPerson'),
  managed('PUT', '/v2/face-recognition/persons/{id}', 'updatePerson', looking),
  managed('DELETE', '/v2/face-recognition/persons/{id}', 'deletePerson'),

  managed('POST', '/v2/face-recognition/liveness', 'measureLiveness', looking),
  managed('POST', '/v2/face-recognition/search', 'searchFace', looking),
  managed('POST', '/v2/face-recognition/search-live-face', 'searchLiveFace', looking),
  managed('POST', '/v2/face-recognition/search/crops', 'searchCrops', looking),
  managed('POST', '/v2/face-recognition/compare', 'compareFaces', looking),
  managed('POST', '/v2/face-recognition/compare-with-liveness', 'compareLiveFaces', looking),
] as const;
