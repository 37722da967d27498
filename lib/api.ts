import { CfnOutput, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { gatewayPathsOf, type HttpFunction, routes } from '../lambdas/http/routes.ts';
import { acknowledge } from './acknowledge.ts';
import type { StageConfig } from './config.ts';

/** What a route's entry in the access log says. No query, no path with ids, no header, no address of a person. */
const ACCESS_LOG = JSON.stringify({
  time: '$context.requestTime',
  requestId: '$context.requestId',
  route: '$context.routeKey',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  functionMs: '$context.integrationLatency',
  bytes: '$context.responseLength',
  error: '$context.error.responseType',
});

const NO_AUTHORIZER = 'Callers are authenticated by API key in the pipeline, per route, from the same table of routes.';

export interface ApiProps {
  readonly config: StageConfig;
  readonly functions: Readonly<Record<HttpFunction, IFunction>>;
}

/** The HTTP API: one route per path of `routes.ts`, and `$default`, so that an unknown path gets an error of ours as well. */
export class Api extends Construct {
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, props: ApiProps) {
    super(scope, id);
    const { api: limits, logs, functions: sizes } = props.config.stack;
    this.api = new HttpApi(this, 'Http', {
      apiName: props.config.stack.name,
      createDefaultStage: false,
      corsPreflight: {
        // Any origin: a key in the header is what admits, never a cookie. Keys have their own lists of origins.
        allowOrigins: ['*'],
        allowMethods: [
          CorsHttpMethod.GET,
          CorsHttpMethod.POST,
          CorsHttpMethod.PUT,
          CorsHttpMethod.PATCH,
          CorsHttpMethod.DELETE,
        ],
        allowHeaders: [
          'authorization',
          'content-type',
          'idempotency-key',
          'x-lorica-idempotency-key',
          'x-request-id',
          'x-test-clock',
          'x-test-scenario',
        ],
        exposeHeaders: [
          'x-request-id',
          'x-ratelimit-limit',
          'x-ratelimit-remaining',
          'x-ratelimit-reset',
          'x-ratelimit-retry-after',
          'ratelimit',
          'ratelimit-policy',
          'retry-after',
          'idempotency-replayed',
        ],
        maxAge: Duration.seconds(limits.corsMaxAgeSeconds),
      },
    });

    const integrations = Object.fromEntries(
      Object.entries(props.functions).map(([name, handler]) => [
        name,
        new HttpLambdaIntegration(name, handler, {
          // One permission per function: one per route would outgrow a function's policy of 20 KB.
          scopePermissionToRoute: false,
          timeout: Duration.seconds(sizes[name as HttpFunction].timeoutSeconds),
        }),
      ]),
    ) as Record<HttpFunction, HttpLambdaIntegration>;
    // Contracts that share a path share its function, which tells them apart.
    const shared = new Map(
      routes.flatMap((route) =>
        gatewayPathsOf(route).map((path) => {
          const key = HttpRouteKey.with(path, HttpMethod[route.method]);
          return [key.key, { key, integration: integrations[route.function] }] as const;
        }),
      ),
    );
    for (const { key, integration } of [
      ...shared.values(),
      { key: HttpRouteKey.DEFAULT, integration: integrations.service },
    ]) {
      const route = new HttpRoute(this, key.key, {
        httpApi: this.api,
        routeKey: key,
        integration,
        authorizer: new HttpNoneAuthorizer(),
      });
      acknowledge(route, 'AwsSolutions-APIG4', NO_AUTHORIZER);
    }

    const accessLogs = new LogGroup(this, 'AccessLogs', {
      retention: logs.apiDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      detailedMetricsEnabled: true,
      throttle: { rateLimit: limits.ratePerSecond, burstLimit: limits.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLogs),
        format: AccessLogFormat.custom(ACCESS_LOG),
      },
    });
    new CfnOutput(this, 'Url', { value: stage.url, description: 'Base address of the API' });
  }
}
