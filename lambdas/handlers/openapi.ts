import * as z from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { webhookBody as documentWebhookBody } from '../contracts/document/schemas.ts';
import { webhookBody as hostedWebhookBody } from '../contracts/hosted/schemas.ts';
import { loginWebhookBody } from '../contracts/login/webhook.ts';
import type { OperationSpec } from '../contracts/operation.ts';
import { webhookBody } from '../contracts/submission/schemas.ts';
import { type ErrorCode, failure } from '../domain/error.ts';
import { type ContractName, type Route, routes } from '../http/routes.ts';
import { type ContractSpec, contracts } from './contract-specs.ts';

/** The schemas of every operation of the route table; a route without any is a bug of ours and throws. */
export function specOf(route: Route): OperationSpec {
  const spec = contracts[route.contract]?.operations[route.operation];
  if (!spec) throw new Error(`Route ${route.operation} has no description.`);
  return spec;
}

interface CommonFailure {
  readonly code: ErrorCode;
  readonly told: string;
  readonly meets: (route: Route, spec: OperationSpec) => boolean;
}

const isAdmin = ({ auth }: Route) => auth === 'admin';
const isSession = ({ auth }: Route) => auth === 'session' || auth === 'app-login';
const isVisitor = ({ auth }: Route) => auth === 'hosted' || auth === 'page';
/** With an account's key, that is. */
const withKey = (route: Route) => !isSession(route) && route.auth !== 'hosted';
const isSecret = (route: Route) => withKey(route) && !isAdmin(route) && !['page', 'api-key'].includes(route.auth);
const hasBody = (_: Route, { body }: OperationSpec) => body !== undefined;
/** Whether a call can be named by an `Idempotency-Key`: one of a tenant's, that changes something. */
const isNamed = (route: Route) => route.method === 'POST' && !isAdmin(route);
const key = 'its `Idempotency-Key`';

/** What calls can meet whatever they ask for. The contracts have statuses of their own for it. */
const common: readonly CommonFailure[] = [
  { code: 'invalid_request', told: 'The request is malformed.', meets: () => true },
  { code: 'unsupported_media_type', told: 'The body is not declared as JSON.', meets: hasBody },
  { code: 'payload_too_large', told: 'The body is larger than is taken.', meets: hasBody },
  { code: 'unauthorized', told: 'Nobody is logged in.', meets: ({ auth }) => auth === 'console' },
  { code: 'invalid_key', told: 'No valid key.', meets: withKey },
  { code: 'session_token_missing', told: 'No valid token, or the account is disabled.', meets: isSession },
  { code: 'secret_key_required', told: 'The key may not.', meets: isSecret },
  {
    code: 'origin_not_allowed',
    told: 'Not from this site.',
    meets: ({ auth }) => ['hosted', 'api-key'].includes(auth),
  },
  { code: 'session_missing', told: 'No session, or its time is over.', meets: isVisitor },
  { code: 'tenant_disabled', told: 'The account is disabled.', meets: isVisitor },
  { code: 'idempotency_in_flight', told: `The first call with ${key} has not ended.`, meets: isNamed },
  { code: 'idempotency_key_reused', told: `It was sent before with another body and ${key}.`, meets: isNamed },
  {
    code: 'rate_limited',
    told: 'Too many requests; `Retry-After` says when.',
    meets: ({ limit }) => limit !== undefined,
  },
  { code: 'internal', told: 'A fault of ours.', meets: () => true },
  { code: 'unavailable', told: 'Too much at once for us; `Retry-After` says when.', meets: () => true },
];

/** Statuses of a route's failures, and what each of them tells: first what is the operation's own. */
export function failuresOf(route: Route): Readonly<Record<number, string>> {
  const spec = specOf(route);
  const { toError } = contracts[route.contract] as ContractSpec;
  const told: Record<number, string> = { ...spec.failures };
  if (route.auth === 'none') return told;
  for (const one of common) {
    if (!one.meets(route, spec)) continue;
    const { status } = toError(failure(one.code, ''), '', { ownId: '', baseUrl: '' });
    const own = told[status];
    // What is the operation's own says more than what is common, but does not say what a malformed request is answered with.
    if (own === undefined) told[status] = one.told;
    else if (one.code === 'invalid_request') told[status] = `${own} ${one.told}`;
  }
  return told;
}

function operationOf(route: Route): ZodOpenApiOperationObject {
  const { summary, body, form, query, reply, accepted } = specOf(route);
  const { failed: shape, params } = contracts[route.contract] as ContractSpec;
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
  const path = Object.fromEntries(names.map((name) => [name, params[name] ?? z.string()]));
  const failed = (description: string) => ({
    description,
    content: { [shape.contentType]: { schema: shape.schema } },
  });
  const succeeded = ({ status, description, schema, contentType = 'application/json' }: OperationSpec['reply']) => ({
    [status]: { description, ...(schema && { content: { [contentType]: { schema } } }) },
  });
  return {
    operationId: `${route.operation}${route.path === '/v1/health' ? 'V1' : ''}`,
    summary,
    tags: [route.contract],
    ...(route.auth !== 'none' && { security: [{ [route.auth]: [] }] }),
    requestParams: { ...(names.length > 0 && { path: z.object(path) }), ...(query && { query: query as z.ZodObject }) },
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    ...(form && { requestBody: { required: true, content: { 'multipart/form-data': { schema: formSchema(form) } } } }),
    responses: {
      ...succeeded(reply),
      ...(accepted && succeeded(accepted)),
      ...Object.fromEntries(
        Object.entries(failuresOf(route)).map(([status, description]) => [status, failed(description)]),
      ),
    },
  } as ZodOpenApiOperationObject;
}

/** Files are binary in a form, each a part of its own (OpenAPI 3.1). */
const formSchema = ({ fields, files }: NonNullable<OperationSpec['form']>) =>
  fields.extend(Object.fromEntries(files.map((name) => [name, z.file()])));

interface Body {
  readonly content: { readonly 'application/json': { readonly schema: z.ZodType } };
}

type Responses = Record<string, { description: string; content?: Record<string, { schema: z.ZodType }> }>;

/** K-02: contracts that share a path are one operation in the description of all; in their own ones each stands alone. */
function either(a: ZodOpenApiOperationObject, b: ZodOpenApiOperationObject): ZodOpenApiOperationObject {
  const [ours, theirs] = [a.responses as Responses, b.responses as Responses];
  const responses: Responses = { ...ours, ...theirs };
  for (const [status, { description, content }] of Object.entries(ours)) {
    const other = theirs[status];
    if (!other) continue;
    const types = { ...content, ...other.content };
    for (const [type, { schema }] of Object.entries(content ?? {})) {
      const second = other.content?.[type]?.schema;
      if (second) types[type] = { schema: z.union([schema, second]) };
    }
    const told = description === other.description ? description : `${description} ${other.description}`;
    responses[status] = { description: told, content: types };
  }
  const [body, otherBody] = [a, b].map(
    ({ requestBody }) => (requestBody as Body | undefined)?.content['application/json'],
  );
  // K-01: the body says whose call it is, and is of one contract alone.
  const schema = body && otherBody && z.xor([body.schema, otherBody.schema]);
  const merged = {
    ...(schema && { requestBody: { required: true, content: { 'application/json': { schema } } } }),
    summary: `${a.summary}; ${b.summary}`,
    tags: [...(a.tags ?? []), ...(b.tags ?? [])],
    responses,
  };
  return { ...a, ...merged } as ZodOpenApiOperationObject;
}

/** OpenAPI 3.1 of one contract, or of all, made from the schemas that parse the calls. */
export function createOpenApi(contract?: ContractName) {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const route of routes as readonly Route[]) {
    if (contract && route.contract !== contract) continue;
    const method = route.method.toLowerCase();
    const other = paths[route.path]?.[method];
    const own = operationOf(route);
    paths[route.path] = { ...paths[route.path], [method]: other ? either(other, own) : own };
  }
  const bearer = (description: string) => ({ type: 'http', scheme: 'bearer', description }) as const;
  const told = (summary: string, schema: z.ZodType) => ({
    post: {
      summary,
      requestBody: { content: { 'application/json': { schema } } },
      responses: { 200: { description: 'Any 2xx within 10 s is delivered; anything else is tried again.' } },
    },
  });
  const webhooks = {
    ...(!['platform', 'login', 'document', 'hosted'].includes(contract ?? '') && {
      verification: told('A verification has its verdict, or credits run low', webhookBody),
    }),
    ...((contract ?? 'document') === 'document' && {
      document: told('A document has been judged, or could not be', documentWebhookBody),
    }),
    ...((contract ?? 'hosted') === 'hosted' && {
      hosted: told('A hosted check has its result', hostedWebhookBody),
    }),
    ...((contract ?? 'login') === 'login' && {
      login: told('A step of a login or a registration', loginWebhookBody),
    }),
  };
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: contract ? `Selfsame: ${contract}` : 'Selfsame',
      version: '1',
      description:
        'Is this person who they say they are? Each contract is also served below its own mount, `/submission/…`. The version is in the path; an old one is served for at least 12 months after its successor came.',
    },
    paths: paths as ZodOpenApiPathsObject,
    ...(Object.keys(webhooks).length > 0 && { webhooks }),
    components: {
      securitySchemes: {
        publishable: bearer('`pk_…` from a browser of an allowed origin, or `sk_…` from a server.'),
        secret: bearer('`sk_…`, from a server only.'),
        session: bearer('The token that opened a liveness session.'),
        'app-login': bearer('The token that a login came to.'),
        'api-key': {
          type: 'apiKey',
          in: 'query',
          name: 'api_key',
          description: 'Either key: here, as the field `api_key` of a form or a body, or as a bearer.',
        },
        page: {
          type: 'apiKey',
          in: 'query',
          name: 'api_key',
          description: 'A key; or `t`, good once; or `s` and its cookie.',
        },
        hosted: bearer('The token of a session of the page, or its cookie.'),
        console: {
          type: 'apiKey',
          in: 'cookie',
          name: 'console',
          description: 'The session of a person at the console.',
        },
        admin: bearer("The operator's admin key."),
      },
    },
  });
}
