/** Routes of the document contract: what looks at a document is answered by the image function. */
const route = { contract: 'document', auth: 'secret' } as const;
const webhooks = { ...route, path: '/v1/webhooks', function: 'account', limit: 'documentWebhooks' } as const;

export const documentRoutes = [
  {
    ...route,
    method: 'POST',
    path: '/v1/verify',
    function: 'verdicts',
    operation: 'verifyDocument',
    sharedPath: true,
    body: 'images',
    limit: 'document',
  },
  // The function of the contract whose ids share the path (K-02).
  {
    ...route,
    method: 'GET',
    path: '/v1/verify/{id}',
    function: 'submission',
    operation: 'readDocument',
    idPrefix: 'req_',
    limit: 'documentStatus',
  },
  {
    ...route,
    method: 'GET',
    path: '/v1/status/{id}',
    function: 'submission',
    operation: 'readDocumentStatus',
    limit: 'documentStatus',
  },
  {
    ...route,
    method: 'GET',
    path: '/v1/status',
    function: 'submission',
    operation: 'findDocuments',
    limit: 'documentStatus',
  },
  {
    ...route,
    method: 'POST',
    path: '/v1/uploads',
    function: 'submission',
    operation: 'openDocumentUpload',
    limit: 'default',
  },
  { ...route, method: 'GET', path: '/v1/usage', function: 'account', operation: 'readUsage', limit: 'default' },
  // The function that may open the secret that tokens are signed with.
  { ...route, method: 'POST', path: '/v1/tokens', function: 'step-up', operation: 'issueAgeToken', limit: 'default' },
  {
    ...route,
    method: 'POST',
    path: '/v1/tokens/validate',
    function: 'step-up',
    operation: 'validateAgeToken',
    limit: 'default',
  },
  { ...webhooks, method: 'GET', operation: 'readWebhook' },
  { ...webhooks, method: 'POST', operation: 'setWebhook' },
  { ...webhooks, method: 'DELETE', operation: 'removeWebhook' },
] as const;
