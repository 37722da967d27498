import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { gatewayPathsOf, routes } from '../../lambdas/http/routes.ts';
import { settingsSchema } from '../../lambdas/settings.ts';
import { imageNames, zipNames } from '../../lib/bundle.ts';
import { propertiesOf, templateOf } from './synthesized.ts';

let template: Template;
let prod: Template;
beforeAll(async () => {
  template = await templateOf('dev');
  prod = await templateOf('prod');
});

describe('functions', () => {
  it('are those of the bundle: zips, and two of one image', () => {
    const functions = Object.values(propertiesOf(template, 'AWS::Lambda::Function'));
    const images = functions.filter(({ PackageType }) => PackageType === 'Image');
    expect(functions).toHaveLength(zipNames.length + imageNames.length);
    expect(new Set(images.map(({ Code }) => JSON.stringify(Code))).size).toBe(1);
    expect(images.map(({ ImageConfig }) => ImageConfig)).toEqual([
      { Command: ['handlers/examine.handler'] },
      { Command: ['handlers/verdicts.handler'] },
    ]);
    for (const zip of functions.filter((one) => !images.includes(one))) {
      expect(zip).toMatchObject({ Runtime: 'nodejs24.x', Handler: 'index.handler' });
    }
  });

  it('run on arm64, are traced, and log JSON into a group of their own that forgets', () => {
    const groups = propertiesOf(template, 'AWS::Logs::LogGroup');
    const used = Object.values(propertiesOf(template, 'AWS::Lambda::Function')).map((props) => {
      expect(props).toMatchObject({
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: { LogFormat: 'JSON' },
      });
      return (props.LoggingConfig as { LogGroup: { Ref: string } }).LogGroup.Ref;
    });
    expect(new Set(used).size).toBe(zipNames.length + imageNames.length);
    for (const id of used) expect(groups[id]?.RetentionInDays, id).toBe(14);
    for (const group of Object.values(groups)) expect(group.RetentionInDays).toBeGreaterThan(0);
  });

  it('K-07 are kept warm for synchronous verdicts where an operator pays for it, and not by default', async () => {
    template.resourceCountIs('AWS::Lambda::Alias', 0);
    const warm = await templateOf('dev', { 'stack.concurrency.warmVerdicts': '2' });
    warm.hasResourceProperties('AWS::Lambda::Alias', {
      ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 2 },
    });
    const targets = Object.values(propertiesOf(warm, 'AWS::ApiGatewayV2::Integration')).map((one) =>
      JSON.stringify(one.IntegrationUri),
    );
    const [alias] = Object.keys(warm.findResources('AWS::Lambda::Alias'));
    expect(targets.filter((target) => target.includes(String(alias)))).toHaveLength(1);
  });

  it('get the settings that were parsed, and less than 4 KB of environment in all', () => {
    for (const [id, props] of Object.entries(propertiesOf(prod, 'AWS::Lambda::Function'))) {
      const { Variables } = props.Environment as { Variables: Record<string, unknown> };
      // References become names and addresses of at most 150 characters.
      const bytes = Object.entries(Variables).reduce(
        (sum, [name, value]) => sum + name.length + (typeof value === 'string' ? Buffer.byteLength(value) : 150),
        0,
      );
      expect(bytes, id).toBeLessThan(4096);
      expect(settingsSchema.parse(JSON.parse(String(Variables.SETTINGS)))).toEqual(settingsSchema.parse({}));
    }
  });

  it('are reached by HTTP, queues and the schedule, and nothing can be invoked from elsewhere', () => {
    for (const permission of Object.values(propertiesOf(template, 'AWS::Lambda::Permission'))) {
      expect(permission.Principal).toBe('apigateway.amazonaws.com');
      expect(JSON.stringify(permission.SourceArn)).toContain('execute-api');
    }
    template.resourceCountIs('AWS::Lambda::Permission', new Set(routes.map((route) => route.function)).size);
    template.resourceCountIs('AWS::Lambda::Url', 0);
  });
});

describe('HTTP API', () => {
  it('has exactly the routes of routes.ts, each at its function, a shared path once, and $default', () => {
    const integrations = propertiesOf(template, 'AWS::ApiGatewayV2::Integration');
    const functionOf = (target: unknown): string => {
      const id = (target as { 'Fn::Join': [string, [string, { Ref: string }]] })['Fn::Join'][1][1].Ref;
      const uri = integrations[id]?.IntegrationUri as { 'Fn::GetAtt': [string, string] } | undefined;
      return uri?.['Fn::GetAtt'][0] ?? 'nothing';
    };
    const actual = Object.values(propertiesOf(template, 'AWS::ApiGatewayV2::Route')).map(
      ({ RouteKey, Target }) =>
        `${RouteKey} → ${functionOf(Target).replace(/^(Functions|Inference)|[0-9A-F]{8}$/g, '')}`,
    );
    const capital = (name: string): string => name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
    const expected = routes.flatMap((route) =>
      gatewayPathsOf(route).map((path) => `${route.method} ${path} → ${capital(route.function)}`),
    );
    expect(actual.toSorted()).toEqual([...new Set(expected), '$default → Service'].toSorted());
  });

  it('answers no later than API Gateway waits', () => {
    for (const { IntegrationUri, TimeoutInMillis, PayloadFormatVersion } of Object.values(
      propertiesOf(template, 'AWS::ApiGatewayV2::Integration'),
    )) {
      const [id] = (IntegrationUri as { 'Fn::GetAtt': [string, string] })['Fn::GetAtt'];
      const timeout = propertiesOf(template, 'AWS::Lambda::Function')[id]?.Timeout as number;
      expect(TimeoutInMillis).toBe(timeout * 1000);
      expect(timeout).toBeLessThan(30);
      expect(PayloadFormatVersion).toBe('2.0');
    }
  });

  it('throttles, and its access log has neither query nor path, header or address', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 },
    });
    const [stage] = Object.values(propertiesOf(template, 'AWS::ApiGatewayV2::Stage'));
    const settings = stage?.AccessLogSettings as { Format: string } | undefined;
    const names = Object.values(JSON.parse(settings?.Format ?? '{}') as Record<string, string>);
    expect(names).toContain('$context.requestId');
    for (const name of names) expect(name).not.toMatch(/path$|query|identity|header|authorizer|integration\.error/i);
  });

  it('lets browsers of any origin call with a key in the header, never with cookies', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      CorsConfiguration: {
        AllowOrigins: ['*'],
        AllowCredentials: Match.absent(),
        AllowHeaders: Match.arrayWith(['authorization', 'content-type', 'idempotency-key']),
        ExposeHeaders: Match.arrayWith(['x-request-id', 'ratelimit', 'ratelimit-policy', 'retry-after']),
      },
    });
  });
});

describe('data at rest', () => {
  it('tables are encrypted with our key, restorable, on demand; in prod they cannot be deleted', () => {
    for (const from of [template, prod]) {
      const tables = Object.values(propertiesOf(from, 'AWS::DynamoDB::Table'));
      expect(tables).toHaveLength(2);
      for (const table of tables) {
        expect(table).toMatchObject({
          BillingMode: 'PAY_PER_REQUEST',
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: expect.anything() },
          DeletionProtectionEnabled: from === prod,
        });
      }
    }
  });

  it('the records have the list, the shelves and the sparse due index, and expire', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      GlobalSecondaryIndexes: [
        { IndexName: 'list', Projection: { ProjectionType: 'ALL' } },
        { IndexName: 'shelf', Projection: { ProjectionType: 'KEYS_ONLY' } },
        { IndexName: 'due', Projection: { ProjectionType: 'KEYS_ONLY' } },
      ],
      AttributeDefinitions: Match.arrayWith([{ AttributeName: 'dueAt', AttributeType: 'N' }]),
    });
  });

  it('buckets are closed to the public and to plain HTTP', () => {
    const buckets = propertiesOf(template, 'AWS::S3::Bucket');
    const policies = Object.values(propertiesOf(template, 'AWS::S3::BucketPolicy'));
    expect(Object.keys(buckets)).toHaveLength(2);
    for (const [id, bucket] of Object.entries(buckets)) {
      expect(bucket.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
      const policy = policies.find(({ Bucket }) => (Bucket as { Ref: string }).Ref === id);
      expect(policy?.PolicyDocument).toMatchObject({
        Statement: expect.arrayContaining([
          expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      });
    }
  });

  it('C-14 K-13 media are encrypted with our key, expire by retention class, and are not versioned', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } },
        ],
      },
      LifecycleConfiguration: {
        Rules: [
          { Id: 'submission', Prefix: 'verif/', ExpirationInDays: 30, Status: 'Enabled' },
          { Id: 'document', Prefix: 'document/', ExpirationInDays: 1, Status: 'Enabled' },
          { Id: 'hosted', Prefix: 'hosted/', ExpirationInDays: 7, Status: 'Enabled' },
        ],
      },
      LoggingConfiguration: Match.objectLike({ LogFilePrefix: 'media/' }),
      VersioningConfiguration: Match.absent(),
    });
  });

  it('the retention that an operator sets is the retention that media get', async () => {
    const changed = await templateOf('dev', {
      'retention.submissionDays': '3',
      'retention.documentHours': '30',
      'hosted.retentionSeconds': '200000',
      'stack.uploadOrigins': 'https://a.example',
    });
    changed.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: [
          Match.objectLike({ Prefix: 'verif/', ExpirationInDays: 3 }),
          Match.objectLike({ Prefix: 'document/', ExpirationInDays: 2 }),
          Match.objectLike({ Prefix: 'hosted/', ExpirationInDays: 3 }),
        ],
      },
      CorsConfiguration: { CorsRules: [Match.objectLike({ AllowedOrigins: ['https://a.example'] })] },
    });
  });

  it('vectors are encrypted with our key', () => {
    template.hasResourceProperties('AWS::S3Vectors::VectorBucket', { EncryptionConfiguration: { SseType: 'aws:kms' } });
  });

  it('keys rotate where they can, and the one for receipts signs with Ed25519', () => {
    const keys = Object.values(propertiesOf(template, 'AWS::KMS::Key'));
    expect(keys).toHaveLength(3);
    const [signing, ...symmetric] = keys.toSorted((a) => (a.KeyUsage === 'SIGN_VERIFY' ? -1 : 1));
    expect(signing).toMatchObject({ KeySpec: 'ECC_NIST_EDWARDS25519', KeyUsage: 'SIGN_VERIFY' });
    for (const key of symmetric) expect(key.EnableKeyRotation).toBe(true);
  });

  it('outlives the stack in prod: tables, buckets, keys and vectors', () => {
    const kept = ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::KMS::Key', 'AWS::S3Vectors::VectorBucket'];
    for (const type of kept) {
      for (const resource of Object.values(prod.findResources(type)))
        expect(resource.DeletionPolicy, type).toBe('Retain');
      for (const resource of Object.values(template.findResources(type)))
        expect(resource.DeletionPolicy).toBe('Delete');
    }
  });
});
