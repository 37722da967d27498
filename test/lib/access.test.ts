import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { imageNames, zipNames } from '../../lib/bundle.ts';
import { templateOf } from './synthesized.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

const list = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

/** `<Id.Arn>/*` for what CloudFormation joins on deployment. */
function text(resource: unknown): string {
  if (typeof resource === 'string') return resource;
  const [[name, argument] = ['', '']] = Object.entries(resource as Record<string, unknown>);
  if (name === 'Ref') return `<${argument}>`;
  if (name === 'Fn::GetAtt') return `<${(argument as string[]).join('.')}>`;
  return (argument as [string, unknown[]])[1].map(text).join('');
}

/** What an event source may, it may without its function knowing the queue. Only the CDK's own grant has `GetQueueUrl`. */
const polls = (action: string, statement: Statement['Action']): boolean =>
  list(statement).includes('sqs:GetQueueUrl') && action !== 'sqs:SendMessage';

/** Role name without its hash → statements of its policies. */
function policies(template: Template): Map<string, Statement[]> {
  const found = new Map<string, Statement[]>();
  for (const { Properties } of Object.values(template.findResources('AWS::IAM::Policy'))) {
    for (const role of Properties.Roles as { Ref: string }[]) {
      const name = role.Ref.replace(/Role[0-9A-F]{8}$/, '');
      found.set(name, [...(found.get(name) ?? []), ...(Properties.PolicyDocument.Statement as Statement[])]);
    }
  }
  return found;
}

/** Every wildcard, as `action on resource`, with the hashes of logical ids left out. */
const wildcards = (template: Template): string[] => {
  const found = new Set<string>();
  for (const statements of policies(template).values()) {
    for (const { Action, Resource, Effect } of statements) {
      if (Effect !== 'Allow') continue;
      for (const action of list(Action)) {
        for (const resource of list(Resource).map(text)) {
          if (action.includes('*') || resource.includes('*')) {
            found.add(`${action} on ${resource.replaceAll(/[0-9A-F]{8}(?=[.>])/g, '')}`);
          }
        }
      }
    }
  }
  return [...found].toSorted();
};

let template: Template;
beforeAll(async () => {
  template = await templateOf('prod');
});

const TRACING = ['xray:PutTelemetryRecords on *', 'xray:PutTraceSegments on *'];
const VECTORS = ['CreateIndex', 'DeleteIndex', 'DeleteVectors', 'GetVectors', 'PutVectors', 'QueryVectors'].map(
  (action) => `s3vectors:${action} on <GalleryVectors.VectorBucketArn>/index/*`,
);
const OBJECTS = ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'].flatMap((action) =>
  ['*', 'hosted/*'].map((names) => `${action} on <MediaBucket.Arn>/${names}`),
);

describe('permissions', () => {
  it('use no wildcard but these: objects of the media bucket, indexes of the vector bucket, and traces, which have no resource', () => {
    expect(wildcards(template)).toEqual([...OBJECTS, ...VECTORS, ...TRACING]);
  });

  it('on Rekognition exist only where it is the face engine, and there is none on vectors then', async () => {
    expect(JSON.stringify(template.toJSON())).not.toContain('rekognition:');
    const collection = 'arn:<AWS::Partition>:rekognition:<AWS::Region>:<AWS::AccountId>:collection/selfsame-*';
    expect(wildcards(await templateOf('prod', { faceEngine: 'rekognition' }))).toEqual(
      [
        ...OBJECTS,
        ...TRACING,
        'rekognition:CompareFaces on *',
        'rekognition:DetectFaces on *',
        ...['CreateCollection', 'DeleteCollection', 'DeleteFaces', 'IndexFaces', 'ListFaces', 'SearchFacesByImage'].map(
          (name) => `rekognition:${name} on ${collection}`,
        ),
      ].toSorted(),
    );
  });

  it.each([
    [
      'onnx',
      /^s3vectors:/,
      {
        FunctionsLogin: ['CreateIndex', 'DeleteIndex', 'DeleteVectors'],
        SweeperSweep: ['DeleteVectors'],
        InferenceVerdicts: ['CreateIndex', 'DeleteIndex', 'DeleteVectors', 'GetVectors', 'PutVectors', 'QueryVectors'],
      },
    ],
    [
      'rekognition',
      /^rekognition:/,
      {
        FunctionsAccount: ['DeleteCollection'],
        FunctionsLogin: ['CreateCollection', 'DeleteCollection', 'DeleteFaces', 'ListFaces'],
        FunctionsStepUp: ['DeleteCollection'],
        SweeperSweep: ['DeleteCollection', 'DeleteFaces', 'ListFaces'],
        InferenceExamine: ['CompareFaces', 'DetectFaces'],
        InferenceVerdicts: [
          'CompareFaces',
          'CreateCollection',
          'DeleteCollection',
          'DeleteFaces',
          'DetectFaces',
          'IndexFaces',
          'ListFaces',
          'SearchFacesByImage',
        ],
      },
    ],
  ])('on faces with %s are with the functions that use them', async (faceEngine, service, expected) => {
    const found = [...policies(await templateOf('prod', { faceEngine }))].flatMap(([role, statements]) => {
      const actions = statements.flatMap(({ Action }) => list(Action)).filter((action) => service.test(action));
      return actions.length > 0 ? [[role, actions.map((action) => action.replace(service, '')).toSorted()]] : [];
    });
    expect(Object.fromEntries(found)).toEqual(expected);
  });

  it('on media and on the jobs queue are with the functions that put, read, delete and send', () => {
    const found: Record<string, string[]> = {};
    for (const [role, statements] of policies(template)) {
      for (const { Action, Resource } of statements) {
        const target = list(Resource).map(text).join();
        const actions = list(Action).filter(
          (action) =>
            /^s3:.*Object$/.test(action) || (action === 'sqs:SendMessage' && target.includes('InferenceJobsQueue')),
        );
        if (actions.length > 0) found[role] = [...(found[role] ?? []), ...actions].toSorted();
      }
    }
    expect(found).toEqual({
      FunctionsSubmission: ['s3:GetObject', 's3:PutObject', 'sqs:SendMessage'],
      FunctionsLogin: ['s3:DeleteObject'],
      FunctionsAccount: ['s3:DeleteObject'],
      FunctionsPage: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'],
      FunctionsConsole: ['s3:GetObject'],
      FunctionsAdmin: ['sqs:SendMessage'],
      SweeperSweep: ['s3:DeleteObject', 'sqs:SendMessage'],
      InferenceExamine: ['s3:DeleteObject', 's3:GetObject'],
      InferenceVerdicts: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject', 'sqs:SendMessage'],
    });
  });

  it('K-12 on what the page puts and serves reach no further than its own media', () => {
    const page = [...policies(template)].find(([role]) => role === 'FunctionsPage')?.[1] ?? [];
    const objects = page.filter(({ Action }) => list(Action).some((action) => /^s3:.*Object$/.test(action)));
    expect(objects).not.toEqual([]);
    for (const { Resource } of objects) for (const one of list(Resource)) expect(text(one)).toMatch(/\/hosted\/\*/);
  });

  it('come from no managed policy and no inline policy of a role', () => {
    for (const { Properties } of Object.values(template.findResources('AWS::IAM::Role'))) {
      expect(Properties).not.toHaveProperty('ManagedPolicyArns');
      expect(Properties).not.toHaveProperty('Policies');
    }
  });

  it('let each role be taken by one service', () => {
    const principals = Object.values(template.findResources('AWS::IAM::Role')).map(
      ({ Properties }) => Properties.AssumeRolePolicyDocument.Statement[0].Principal.Service as string,
    );
    expect(principals.toSorted()).toEqual([
      ...Array(zipNames.length + imageNames.length).fill('lambda.amazonaws.com'),
      'scheduler.amazonaws.com',
    ]);
  });

  it('let no table be scanned, and no table, bucket, queue or key be changed', () => {
    const reading = /^(logs:(CreateLogStream|PutLogEvents)|xray:|lambda:InvokeFunction|events:PutEvents)/;
    const using = /^(dynamodb:(Get|BatchGet|Put|Update|Delete|BatchWrite|ConditionCheck)Item|dynamodb:Query)$/;
    const media = /^s3:((Get|Put|Delete)Object|ListBucket)$/;
    const queues = /^sqs:(SendMessage|ReceiveMessage|DeleteMessage|ChangeMessageVisibility|GetQueue(Url|Attributes))$/;
    const keys = /^kms:(Encrypt|Decrypt|GenerateDataKey|DescribeKey|ReEncryptFrom|ReEncryptTo|Sign|GetPublicKey)$/;
    const vectors = /^s3vectors:((Query|Get|Put|Delete)Vectors|(Create|Delete)Index)$/;
    for (const [role, statements] of policies(template)) {
      for (const action of statements.flatMap(({ Action }) => list(Action))) {
        const known = [reading, using, media, queues, keys, vectors].some((pattern) => pattern.test(action));
        expect(known, `${role}: ${action}`).toBe(true);
      }
    }
  });

  it('let the data key be used through a service only; the secrets key where secrets are written or read', () => {
    for (const [role, statements] of policies(template)) {
      for (const { Action, Resource, Condition } of statements) {
        const keys = list(Resource).map(text);
        if (!list(Action).some((action) => action.startsWith('kms:'))) continue;
        if (keys.some((key) => key.startsWith('<EncryptionData'))) {
          expect(JSON.stringify(Condition), role).toContain('kms:ViaService');
        } else if (keys.some((key) => key.startsWith('<EncryptionSecrets'))) {
          expect(role).toMatch(/Admin$|Account$|Deliver$|StepUp$|Login$|Page$|Console$|Verdicts$/);
        } else {
          const publishes = role.endsWith('Service');
          expect(list(Action), role).toEqual([publishes ? 'kms:GetPublicKey' : 'kms:Sign']);
          expect(role).toMatch(/Account$|StepUp$|Verdicts$|Service$/);
        }
      }
    }
  });

  it.each([
    ['TABLE_NAME', 'dynamodb:'],
    ['KEYS_TABLE_NAME', 'dynamodb:'],
    ['MEDIA_BUCKET', 's3:'],
    ['JOBS_QUEUE_URL', 'sqs:'],
    ['DELIVERIES_QUEUE_URL', 'sqs:'],
    ['JOBS_DLQ_URL', 'sqs:'],
    ['DELIVERIES_DLQ_URL', 'sqs:'],
    ['EVENT_BUS_NAME', 'events:'],
    ['SECRETS_KEY_ID', 'kms:'],
    ['RECEIPTS_KEY_ID', 'kms:'],
    ['VECTOR_BUCKET', 's3vectors:'],
  ])('a function knows %s if, and only if, it may use it', (variable, service) => {
    const functions = Object.values(template.findResources('AWS::Lambda::Function'));
    const target = functions.map(({ Properties }) => Properties.Environment.Variables[variable]).find(Boolean);
    // The vector bucket has its name from its ARN.
    const logicalId = target.Ref ?? target['Fn::Select'][1]['Fn::Split'][1]['Fn::GetAtt'][0];
    for (const { Properties } of functions) {
      const role = (Properties.Role['Fn::GetAtt'][0] as string).replace(/Role[0-9A-F]{8}$/, '');
      const may = (policies(template).get(role) ?? []).some(
        ({ Action, Resource }) =>
          list(Action).some((action) => action.startsWith(service) && !polls(action, Action)) &&
          list(Resource).some((resource) => text(resource).startsWith(`<${logicalId}`)),
      );
      expect(variable in Properties.Environment.Variables, `${role} ${variable}`).toBe(may);
    }
  });

  it('give the function that only describes the API nothing but its log, its trace and a public key', () => {
    const actions = (policies(template).get('FunctionsService') ?? []).flatMap(({ Action }) => list(Action));
    expect(actions.toSorted()).toEqual([
      'kms:GetPublicKey',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
  });
});
