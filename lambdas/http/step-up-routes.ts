/** Routes of the step-up contract: what looks at a face is answered by the image function. */
const route = { contract: 'step-up', auth: 'secret', limit: 'stepUp' } as const;

export const stepUpRoutes = [
  {
    ...route,
    method: 'POST',
    path: '/v1/verify',
    function: 'verdicts',
    operation: 'verifyStepUp',
    sharedPath: true,
    body: 'images',
  },
  { ...route, method: 'POST', path: '/v1/enroll', function: 'verdicts', operation: 'enroll', body: 'images' },
  { ...route, method: 'DELETE', path: '/v1/delete', function: 'step-up', operation: 'deleteUser' },
  { ...route, method: 'POST', path: '/v1/challenges', function: 'step-up', operation: 'issueChallenge' },
  { ...route, method: 'POST', path: '/v1/introspect', function: 'step-up', operation: 'introspect' },
  // The function of the contract whose ids share the path (K-02).
  {
    ...route,
    method: 'GET',
    path: '/v1/verify/{id}',
    function: 'submission',
    operation: 'readStepUp',
    idPrefix: 'ver_',
  },
  { ...route, method: 'GET', path: '/v1/verify/{id}/receipt', function: 'step-up', operation: 'readReceipt' },
  { ...route, method: 'GET', path: '/v1/users/{userId}', function: 'step-up', operation: 'readUser' },
  {
    ...route,
    method: 'GET',
    path: '/v1/users/{userId}/verifications',
    function: 'step-up',
    operation: 'listUserVerifications',
  },
  {
    method: 'GET',
    path: '/v1/health',
    auth: 'none',
    contract: 'step-up',
    function: 'service',
    operation: 'health',
  },
] as const;
