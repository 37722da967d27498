import * as z from 'zod';
import type { Resource, Template } from '../template/template.ts';
import { createRouter } from './route.ts';
import type { ApiDefinition, Integration } from './server.ts';

const apiSchema = z.object({
  ProtocolType: z.literal('HTTP', 'only HTTP APIs run locally'),
  CorsConfiguration: z
    .object({
      AllowOrigins: z.array(z.string()).optional(),
      AllowMethods: z.array(z.string()).optional(),
      AllowHeaders: z.array(z.string()).optional(),
      ExposeHeaders: z.array(z.string()).optional(),
      MaxAge: z.coerce.number().optional(),
      AllowCredentials: z.boolean().optional(),
    })
    .optional(),
});
const stageSchema = z.object({
  ApiId: z.string(),
  StageName: z.string(),
  StageVariables: z.record(z.string(), z.string()).optional(),
});
const integrationSchema = z.object({
  IntegrationType: z.literal('AWS_PROXY', 'only Lambda integrations run locally'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0', 'only payload format 2.0 runs locally'),
  TimeoutInMillis: z.coerce.number().max(30_000).default(30_000),
});
const routeSchema = z.object({
  ApiId: z.string(),
  RouteKey: z.string(),
  Target: z.string(),
  AuthorizationType: z.literal('NONE', 'authorizers of API Gateway do not run locally').default('NONE'),
});

function parse<Schema extends z.ZodType>(resource: Resource, schema: Schema): z.infer<Schema> {
  const parsed = schema.safeParse(resource.properties);
  if (parsed.success) return parsed.data;
  throw new Error(`${resource.type} "${resource.logicalId}": ${z.prettifyError(parsed.error)}`);
}

/** The function's ARN, bare or inside API Gateway's `…:lambda:path/2015-03-31/functions/<arn>/invocations`. */
function functionArn(uri: string): string {
  return /functions\/(arn:[^/]+)\/invocations$/.exec(uri)?.[1] ?? uri;
}

/**
 * Reads the template's HTTP API; undefined when it has none.
 * @throws Error for what a local run cannot serve: REST or WebSocket APIs, authorizers, other integrations, two APIs.
 */
export function readApi(template: Template, accountId: string): ApiDefinition | undefined {
  const [rest] = template.ofType('AWS::ApiGateway::RestApi');
  if (rest) throw new Error(`REST APIs do not run locally: "${rest.logicalId}" is one.`);
  const [api, second] = template.ofType('AWS::ApiGatewayV2::Api');
  if (!api) return undefined;
  if (second) throw new Error(`Only one HTTP API runs locally: "${second.logicalId}" is the second.`);
  const { CorsConfiguration: cors } = parse(api, apiSchema);
  const integrations = new Map<string, Integration>(
    template.ofType('AWS::ApiGatewayV2::Integration').map((resource) => {
      const { IntegrationUri, TimeoutInMillis } = parse(resource, integrationSchema);
      return [`integrations/${resource.ref}`, { functionArn: functionArn(IntegrationUri), timeoutMs: TimeoutInMillis }];
    }),
  );
  const routes = template.ofType('AWS::ApiGatewayV2::Route').map((resource) => {
    const { RouteKey, Target } = parse(resource, routeSchema);
    const target = integrations.get(Target);
    if (!target) throw new Error(`Route "${RouteKey}" leads to ${Target}, which the template lacks.`);
    return { routeKey: RouteKey, target };
  });
  const [stageResource] = template.ofType('AWS::ApiGatewayV2::Stage');
  const stage = stageResource && parse(stageResource, stageSchema);
  return {
    apiId: api.name,
    accountId,
    stage: stage?.StageName ?? '$default',
    ...(stage?.StageVariables && { stageVariables: stage.StageVariables }),
    ...(cors && { cors }),
    route: createRouter(routes),
  };
}
