// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how templates write Fn::Sub.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readAssembly } from '../../../local/template/assembly.ts';
import { hasNoLocalEffect } from '../../../local/template/resource-types.ts';
import { loadTemplate, physicalName, type Template } from '../../../local/template/template.ts';

const place = {
  region: 'eu-central-1',
  accountId: '123456789012',
  endpoint: 'http://127.0.0.1:4566',
  apiUrl: 'http://127.0.0.1:3000',
  streamArn: (table: string) => `stream-of-${table}`,
  keyId: ({ logicalId, keySpec = 'none' }: { logicalId: string; keySpec?: string }) => `id-of-${logicalId}-${keySpec}`,
};

/** Writes an assembly of these stacks in the CDK's form and loads it. */
function load(stacks: Record<string, object>): Template {
  const directory = mkdtempSync(join(tmpdir(), 'assembly-'));
  const artifacts = Object.fromEntries(
    Object.keys(stacks).map((name) => [
      name,
      { type: 'aws:cloudformation:stack', properties: { templateFile: `${name}.json` } },
    ]),
  );
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ artifacts }));
  for (const [name, stack] of Object.entries(stacks))
    writeFileSync(join(directory, `${name}.json`), JSON.stringify(stack));
  return loadTemplate(readAssembly(directory), place);
}

/** What an expression gives in a stack with one resource of each kind that has references of its own. */
function evaluate(expression: unknown, rest: object = {}): unknown {
  const template = load({
    App: {
      Resources: {
        Subject: { Type: 'Test::Some::Thing', Properties: { value: expression } },
        Queue: { Type: 'AWS::SQS::Queue' },
        Fifo: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
        Table: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'users' } },
        Bucket: { Type: 'AWS::S3::Bucket' },
        Key: { Type: 'AWS::KMS::Key', Properties: { KeySpec: 'ECC_NIST_P256' } },
        Function: { Type: 'AWS::Lambda::Function' },
        Alias: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Function' }, Name: 'live' } },
        Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'orders' } },
        Rule: { Type: 'AWS::Events::Rule', Properties: { EventBusName: { Ref: 'Bus' } } },
        Vectors: { Type: 'AWS::S3Vectors::VectorBucket' },
        Index: {
          Type: 'AWS::S3Vectors::Index',
          Properties: { IndexName: 'faces', VectorBucketArn: { 'Fn::GetAtt': ['Vectors', 'VectorBucketArn'] } },
        },
        Api: { Type: 'AWS::ApiGatewayV2::Api' },
      },
      Parameters: {
        BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/hnb659fds/version' },
        Size: { Type: 'Number', Default: 3 },
        Secret: { Type: 'String' },
      },
      Mappings: { Sizes: { 'eu-central-1': { small: 1 } } },
      Conditions: { Yes: { 'Fn::Equals': ['a', 'a'] }, No: { 'Fn::Not': [{ Condition: 'Yes' }] } },
      ...rest,
    },
  });
  return template.ofType('Test::Some::Thing')[0]?.properties.value;
}

const att = (id: string, name: string) => ({ 'Fn::GetAtt': [id, name] });

describe('references', () => {
  test.each([
    [{ Ref: 'Queue' }, 'http://127.0.0.1:4566/123456789012/App-Queue'],
    [att('Queue', 'Arn'), 'arn:aws:sqs:eu-central-1:123456789012:App-Queue'],
    [att('Queue', 'QueueName'), 'App-Queue'],
    [att('Queue', 'QueueUrl'), 'http://127.0.0.1:4566/123456789012/App-Queue'],
    [att('Fifo', 'QueueName'), 'App-Fifo.fifo'],
    [{ Ref: 'Table' }, 'users'],
    [att('Table', 'Arn'), 'arn:aws:dynamodb:eu-central-1:123456789012:table/users'],
    [att('Table', 'StreamArn'), 'stream-of-users'],
    [{ Ref: 'Bucket' }, 'app-bucket'],
    [att('Bucket', 'Arn'), 'arn:aws:s3:::app-bucket'],
    [{ Ref: 'Function' }, 'App-Function'],
    [att('Function', 'Arn'), 'arn:aws:lambda:eu-central-1:123456789012:function:App-Function'],
    [{ Ref: 'Alias' }, 'arn:aws:lambda:eu-central-1:123456789012:function:App-Function:live'],
    [{ Ref: 'Bus' }, 'orders'],
    [att('Bus', 'Arn'), 'arn:aws:events:eu-central-1:123456789012:event-bus/orders'],
    [att('Rule', 'Arn'), 'arn:aws:events:eu-central-1:123456789012:rule/orders/App-Rule'],
    [att('Vectors', 'VectorBucketArn'), 'arn:aws:s3vectors:eu-central-1:123456789012:bucket/app-vectors'],
    [att('Index', 'IndexArn'), 'arn:aws:s3vectors:eu-central-1:123456789012:bucket/app-vectors/index/faces'],
    [att('Api', 'ApiEndpoint'), 'http://127.0.0.1:3000'],
    [{ Ref: 'AWS::Region' }, 'eu-central-1'],
    [{ Ref: 'AWS::AccountId' }, '123456789012'],
    [{ Ref: 'AWS::Partition' }, 'aws'],
    [{ Ref: 'AWS::StackName' }, 'App'],
    [{ Ref: 'Size' }, 3],
    [{ Ref: 'BootstrapVersion' }, '/cdk-bootstrap/hnb659fds/version'],
  ])('%j is %j', (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected);
  });

  test('a key has the id that the key service gives it', () => {
    expect(evaluate({ Ref: 'Key' })).toBe('id-of-App-Key-ECC_NIST_P256');
    expect(evaluate(att('Key', 'Arn'))).toBe('arn:aws:kms:eu-central-1:123456789012:key/id-of-App-Key-ECC_NIST_P256');
  });

  test.each([
    [{ Ref: 'Nobody' }, /no resource "Nobody"/],
    [{ Ref: 'Secret' }, /"Secret" has no default/],
    [att('Queue', 'Colour'), /AWS::SQS::Queue "Queue" has no attribute Colour/],
    [{ 'Fn::Transform': {} }, /Fn::Transform is not supported/],
    [{ 'Fn::Select': [4, ['a']] }, /no item 4/],
    [{ 'Fn::If': ['Unknown', 1, 2] }, /no condition "Unknown"/],
    [{ 'Fn::FindInMap': ['Sizes', 'us-east-1', 'small'] }, /no Sizes.us-east-1.small/],
    [{ 'Fn::Join': ['', [{ a: 1 }]] }, /takes strings/],
  ])('%j is refused with the resource named', (expression, message) => {
    expect(() => evaluate(expression)).toThrow(message);
    expect(() => evaluate(expression)).toThrow(/Test::Some::Thing "Subject"/);
  });
});

describe('functions', () => {
  test.each([
    [{ 'Fn::Join': ['-', ['a', { Ref: 'Size' }, true]] }, 'a-3-true'],
    [{ 'Fn::Select': ['1', { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
    [{ 'Fn::Select': [1, { 'Fn::Split': ['/', att('Vectors', 'VectorBucketArn')] }] }, 'app-vectors'],
    [
      { 'Fn::Sub': 'at ${AWS::Region}: ${Queue.Arn} ${!Literal}' },
      'at eu-central-1: arn:aws:sqs:eu-central-1:123456789012:App-Queue ${Literal}',
    ],
    [{ 'Fn::Sub': ['${mine}/${Table}', { mine: { Ref: 'Bus' } }] }, 'orders/users'],
    [{ 'Fn::If': ['Yes', 'then', 'else'] }, 'then'],
    [{ 'Fn::If': ['No', 'then', { Ref: 'Table' }] }, 'users'],
    [{ 'Fn::And': [{ Condition: 'Yes' }, { 'Fn::Or': [{ Condition: 'No' }, { Condition: 'Yes' }] }] }, true],
    [{ 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'small'] }, 1],
    [{ 'Fn::Base64': 'ä' }, 'w6Q='],
    [[{ Ref: 'AWS::NoValue' }, 'kept'], ['kept']],
    [{ gone: { Ref: 'AWS::NoValue' }, kept: { 'Fn::If': ['No', 1, { Ref: 'AWS::NoValue' }] }, other: 1 }, { other: 1 }],
    [{ Condition: { StringEquals: { a: 'b' } } }, { Condition: { StringEquals: { a: 'b' } } }],
    [{ deep: [{ er: att('Queue', 'QueueName') }] }, { deep: [{ er: 'App-Queue' }] }],
  ])('%j is %j', (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected);
  });
});

describe('resources', () => {
  test('whose condition is false are absent, also for references', () => {
    const resources = {
      Off: { Type: 'AWS::SQS::Queue', Condition: 'No' },
      On: { Type: 'AWS::SQS::Queue', Condition: 'Yes' },
    };
    const conditions = { Yes: { 'Fn::Equals': [1, 1] }, No: { 'Fn::Equals': [1, 2] } };
    const template = load({ App: { Resources: resources, Conditions: conditions } });
    expect(template.resources.map(({ logicalId }) => logicalId)).toEqual(['On']);
  });

  test('may be named in terms of each other', () => {
    const template = load({
      App: {
        Resources: {
          A: {
            Type: 'AWS::SQS::Queue',
            Properties: { QueueName: { 'Fn::Join': ['-', [att('B', 'QueueName'), 'dead']] } },
          },
          B: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'jobs' } },
        },
      },
    });
    expect(template.resources.map(({ name }) => name)).toEqual(['jobs-dead', 'jobs']);
  });

  test('of one stack read what another exports', () => {
    const template = load({
      Reader: {
        Resources: {
          Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: { 'Fn::ImportValue': 'Owner:Queue' } } },
        },
      },
      Owner: {
        Resources: { Queue: { Type: 'AWS::SQS::Queue' } },
        Outputs: {
          Out: { Value: att('Queue', 'QueueName'), Export: { Name: { 'Fn::Sub': '${AWS::StackName}:Queue' } } },
        },
      },
    });
    expect(template.ofType('AWS::Events::EventBus')[0]?.name).toBe('Owner-Queue');
    expect(template.outputs.get('Owner.Out')).toBe('Owner-Queue');
  });

  test('that a local run passes over may hold what it cannot resolve', () => {
    const policy = { Type: 'AWS::IAM::Policy', Properties: { Arn: { 'Fn::GetAtt': ['Nobody', 'Arn'] } } };
    expect(load({ App: { Resources: { Policy: policy } } }).resources).toHaveLength(1);
  });
});

describe('physical names', () => {
  test('are stack and logical id, cut with a hash that keeps them apart', () => {
    expect(physicalName('App', 'Queue')).toBe('App-Queue');
    const long = 'A'.repeat(100);
    const names = [physicalName('App', `${long}1`, 63, true), physicalName('App', `${long}2`, 63, true)];
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toMatch(/^[a-z0-9-]{63}$/);
  });
});

test('only named types are passed over in silence', () => {
  for (const type of ['AWS::IAM::Role', 'AWS::CloudWatch::Alarm', 'AWS::SQS::QueuePolicy', 'AWS::CDK::Metadata'])
    expect(hasNoLocalEffect(type), type).toBe(true);
  for (const type of ['AWS::EC2::VPC', 'AWS::SQS::Queue', 'Custom::Mine', 'AWS::Pipes::Pipe'])
    expect(hasNoLocalEffect(type), type).toBe(false);
});

describe('an assembly', () => {
  test('that is none is refused with its folder', () => {
    expect(() => readAssembly('/nowhere')).toThrow('/nowhere is no CDK cloud assembly.');
  });

  test('with stages is refused', () => {
    const directory = mkdtempSync(join(tmpdir(), 'assembly-'));
    writeFileSync(join(directory, 'manifest.json'), '{"artifacts":{"Prod":{"type":"cdk:cloud-assembly"}}}');
    expect(() => readAssembly(directory)).toThrow(/Stages are not supported: "Prod"/);
  });
});
