/** A key as its service knows it from one start to the next. */
export interface KeyNamed {
  /** Stack and logical id. */
  readonly logicalId: string;
  readonly keySpec?: string;
  readonly keyUsage?: string;
}

/** What a resource type's own rules need to know of one resource. */
export interface Named {
  readonly region: string;
  readonly accountId: string;
  /** Base of the AWS endpoint: `http://127.0.0.1:port`. */
  readonly endpoint: string;
  /** Base of the served HTTP API: `http://127.0.0.1:port`. */
  readonly apiUrl: string;
  /** Address of a table's change stream, which carries the time of the table's making. */
  readonly streamArn: (tableName: string) => string;
  /** Id of a key, which only the key service can give. */
  readonly keyId: (key: KeyNamed) => string;
  readonly name: string;
  readonly property: (name: string) => unknown;
}

/** How CloudFormation names resources of one type, and what `Ref` and `Fn::GetAtt` give for them. */
export interface ResourceType {
  /** Property that carries the physical name when the template sets it. */
  readonly nameProperty?: string;
  /** Longest physical name that AWS takes. */
  readonly longest?: number;
  readonly lowerCase?: boolean;
  /** `Ref`; the physical name when absent. */
  readonly ref?: (it: Named) => string;
  readonly attributes: Readonly<Record<string, (it: Named) => string>>;
}

const arn =
  (service: string, resource: (name: string) => string = (name) => name) =>
  (it: Named): string =>
    `arn:aws:${service}:${it.region}:${it.accountId}:${resource(it.name)}`;

const name = (it: Named): string => it.name;
const last = (value: unknown): string => String(value).split(/[/:]/).at(-1) ?? '';

const functionArn = arn('lambda', (id) => `function:${id}`);
const vectorBucketArn = arn('s3vectors', (id) => `bucket/${id}`);
const table: ResourceType = {
  nameProperty: 'TableName',
  longest: 255,
  attributes: {
    Arn: arn('dynamodb', (id) => `table/${id}`),
    StreamArn: (it) => it.streamArn(it.name),
  },
};
const qualified = (it: Named, qualifier: unknown): string => {
  const target = String(it.property('FunctionName'));
  const base = target.startsWith('arn:') ? target : functionArn({ ...it, name: target });
  return `${base}:${qualifier}`;
};
const vectorIndexArn = (it: Named): string => {
  const bucket = it.property('VectorBucketName') ?? last(it.property('VectorBucketArn'));
  return `${vectorBucketArn({ ...it, name: String(bucket) })}/index/${it.name}`;
};
const ruleArn = (it: Named): string => {
  const bus = last(it.property('EventBusName') ?? 'default');
  return arn('events', (id) => (bus === 'default' ? `rule/${id}` : `rule/${bus}/${id}`))(it);
};

/** The types whose references differ from the general rule: `Ref` the name, `Arn` of service and name. */
const known: Readonly<Record<string, ResourceType>> = {
  'AWS::SQS::Queue': {
    nameProperty: 'QueueName',
    longest: 80,
    ref: (it) => `${it.endpoint}/${it.accountId}/${it.name}`,
    attributes: {
      Arn: arn('sqs'),
      QueueName: name,
      QueueUrl: (it) => `${it.endpoint}/${it.accountId}/${it.name}`,
    },
  },
  'AWS::DynamoDB::Table': table,
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::S3::Bucket': {
    nameProperty: 'BucketName',
    longest: 63,
    lowerCase: true,
    attributes: {
      Arn: (it) => `arn:aws:s3:::${it.name}`,
      DomainName: (it) => `${it.name}.s3.amazonaws.com`,
      RegionalDomainName: (it) => `${it.name}.s3.${it.region}.amazonaws.com`,
    },
  },
  'AWS::KMS::Key': { attributes: { Arn: arn('kms', (id) => `key/${id}`), KeyId: name } },
  'AWS::KMS::Alias': { nameProperty: 'AliasName', attributes: {} },
  'AWS::Lambda::Function': { nameProperty: 'FunctionName', longest: 64, attributes: { Arn: functionArn } },
  'AWS::Lambda::Version': {
    ref: (it) => qualified(it, '$LATEST'),
    attributes: { Version: () => '$LATEST', FunctionArn: (it) => qualified(it, '$LATEST') },
  },
  'AWS::Lambda::Alias': { nameProperty: 'Name', ref: (it) => qualified(it, it.name), attributes: {} },
  'AWS::Lambda::LayerVersion': {
    nameProperty: 'LayerName',
    longest: 140,
    ref: arn('lambda', (id) => `layer:${id}:1`),
    attributes: { LayerVersionArn: arn('lambda', (id) => `layer:${id}:1`) },
  },
  'AWS::Lambda::EventSourceMapping': { attributes: { Id: name } },
  'AWS::Events::EventBus': {
    nameProperty: 'Name',
    longest: 256,
    attributes: { Arn: arn('events', (id) => `event-bus/${id}`), Name: name },
  },
  'AWS::Events::Rule': { nameProperty: 'Name', longest: 64, attributes: { Arn: ruleArn } },
  'AWS::Scheduler::Schedule': {
    nameProperty: 'Name',
    longest: 64,
    attributes: { Arn: arn('scheduler', (id) => `schedule/default/${id}`) },
  },
  'AWS::S3Vectors::VectorBucket': {
    nameProperty: 'VectorBucketName',
    longest: 63,
    lowerCase: true,
    ref: vectorBucketArn,
    attributes: { VectorBucketArn: vectorBucketArn },
  },
  'AWS::S3Vectors::Index': {
    nameProperty: 'IndexName',
    longest: 63,
    lowerCase: true,
    ref: vectorIndexArn,
    attributes: { IndexArn: vectorIndexArn },
  },
  'AWS::ApiGatewayV2::Api': {
    attributes: { ApiId: name, ApiEndpoint: (it) => it.apiUrl },
  },
  'AWS::ApiGatewayV2::Stage': { nameProperty: 'StageName', attributes: {} },
  'AWS::ApiGatewayV2::Integration': { attributes: { IntegrationId: name } },
  'AWS::SNS::Topic': { nameProperty: 'TopicName', ref: arn('sns'), attributes: { TopicArn: arn('sns') } },
  'AWS::Logs::LogGroup': {
    nameProperty: 'LogGroupName',
    longest: 512,
    attributes: { Arn: arn('logs', (id) => `log-group:${id}:*`) },
  },
  'AWS::IAM::Role': {
    nameProperty: 'RoleName',
    longest: 64,
    attributes: { Arn: (it) => `arn:aws:iam::${it.accountId}:role/${it.name}`, RoleId: name },
  },
};

/** The rules for one resource type; types outside the table get a name and an `Arn` of the usual form. */
export function resourceType(type: string): ResourceType {
  const service = (type.split('::')[1] ?? 'custom').toLowerCase();
  return known[type] ?? { attributes: { Arn: arn(service) } };
}

/** Types that shape permissions, logs, dashboards or deployment: a local run has nothing to do for them. */
const withoutLocalEffect =
  /^AWS::(IAM|Logs|CloudWatch|CloudTrail|ApplicationAutoScaling|XRay|SNS|CDK|Budgets|Config)::|^AWS::(S3::BucketPolicy|SQS::QueuePolicy|Lambda::(Permission|Version|Alias|LayerVersion)|Events::EventBusPolicy|S3Vectors::VectorBucketPolicy|ApiGatewayV2::(Api|Stage|Integration|Route|Deployment)|Scheduler::ScheduleGroup)$|^Custom::(S3AutoDeleteObjects|LogRetention)$/;

/** Whether a local run may pass over resources of this type without a word. */
export function hasNoLocalEffect(type: string): boolean {
  return withoutLocalEffect.test(type);
}
