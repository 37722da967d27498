import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code, Function as Lambda, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { CfnParameter } from 'aws-cdk-lib/aws-ssm';
import { build } from 'esbuild';

/** Bundles the sample handler and synthesizes a CDK app around it that has nothing to do with Selfsame. */
export async function synthesizeSampleApp(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'sample-app-'));
  await build({
    entryPoints: [fileURLToPath(import.meta.resolve('./sample-handler.ts'))],
    outfile: join(folder, 'code/index.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    minifyWhitespace: true,
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });

  const app = new App({
    outdir: join(folder, 'cdk.out'),
    analyticsReporting: false,
    treeMetadata: false,
    // The linter knows neither schedules in seconds nor visibility timeouts that suit a test.
    context: { '@aws-cdk/core:validateAgainstDefaultRules': false },
  });
  const stack = new Stack(app, 'Sample');
  const table = new Table(stack, 'Notes', { partitionKey: { name: 'id', type: AttributeType.STRING } });
  const bucket = new Bucket(stack, 'Texts', { removalPolicy: RemovalPolicy.DESTROY });
  const deadLetters = new Queue(stack, 'DeadLetters');
  const queue = new Queue(stack, 'Jobs', {
    visibilityTimeout: Duration.seconds(1),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: 2 },
  });
  const bus = new EventBus(stack, 'Bus');
  const key = new Key(stack, 'Key', { alias: 'notes' });
  const shared = {
    runtime: Runtime.NODEJS_24_X,
    code: Code.fromAsset(join(folder, 'code')),
    timeout: Duration.seconds(20),
    environment: {
      TABLE: table.tableName,
      QUEUE_URL: queue.queueUrl,
      BUCKET: bucket.bucketName,
      BUS: bus.eventBusName,
      KEY_ID: key.keyId,
    },
  };
  const api = new Lambda(stack, 'Api', { ...shared, handler: 'index.api' });
  const worker = new Lambda(stack, 'Worker', { ...shared, handler: 'index.work' });
  worker.addEventSource(new SqsEventSource(queue, { batchSize: 5, reportBatchItemFailures: true }));
  new Rule(stack, 'Seen', {
    eventBus: bus,
    eventPattern: { source: ['notes'] },
    targets: [new LambdaFunction(worker)],
  });
  new Rule(stack, 'Tick', { schedule: Schedule.expression('rate(1 second)'), targets: [new LambdaFunction(worker)] });
  const http = new HttpApi(stack, 'Http');
  http.addRoutes({
    path: '/notes/{id}',
    methods: [HttpMethod.GET, HttpMethod.POST],
    integration: new HttpLambdaIntegration('Integration', api),
  });
  // Something that no local service knows: the start must say so, and go on.
  new CfnParameter(stack, 'Unknown', { type: 'String', value: 'x' });
  return app.synth().directory;
}
