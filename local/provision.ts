import * as z from 'zod';
import type { DynamoDb } from './dynamodb/dynamodb.ts';
import type { Events } from './events/events.ts';
import type { ArchiveProperties, RuleProperties, ScheduleProperties } from './events/template-resources.ts';
import type { Kms } from './kms/kms.ts';
import type { BucketWish, S3 } from './s3/s3.ts';
import type { Sqs } from './sqs/sqs.ts';
import { keyNamed, type Resource, type Template } from './template/template.ts';
import type { IndexProperties, Vectors } from './vectors/vectors.ts';

/** The services in which a template's resources come to be. */
export interface Services {
  readonly dynamodb: DynamoDb;
  readonly s3: S3;
  readonly sqs: Sqs;
  readonly kms: Kms;
  readonly vectors: Vectors;
  readonly events: Events;
}

/** Properties as CloudFormation has them; each service checks its own. */
type Properties = Readonly<Record<string, unknown>>;

interface Provision {
  readonly type: string;
  readonly make: (services: Services, resource: Resource, properties: Properties, template: Template) => unknown;
}

const bucketSchema = z.object({
  LifecycleConfiguration: z.object({ Rules: z.array(z.unknown()) }).optional(),
  CorsConfiguration: z.object({ CorsRules: z.array(z.unknown()) }).optional(),
  NotificationConfiguration: z.undefined('notifications of buckets do not run locally').optional(),
});

function bucketWish(name: string, properties: Properties): BucketWish {
  const { LifecycleConfiguration: lifecycle, CorsConfiguration: cors } = bucketSchema.parse(properties);
  return {
    name,
    ...(lifecycle && { lifecycleRules: lifecycle.Rules as BucketWish['lifecycleRules'] }),
    ...(cors && { corsRules: cors.CorsRules as BucketWish['corsRules'] }),
  } as BucketWish;
}

/** In the order in which they are made: what others refer to comes first. */
const provisions: readonly Provision[] = [
  // A key is made when its id is first asked for.
  { type: 'AWS::KMS::Key', make: (_, { name }) => name },
  {
    type: 'AWS::KMS::Alias',
    make: ({ kms }, { name }, { TargetKeyId: target }, template) => {
      const key = template
        .ofType('AWS::KMS::Key')
        .find((each) => [each.ref, each.attribute('Arn')].includes(String(target)));
      if (!key) throw new Error(`${target} is no key of this template.`);
      kms.ensureKey({ ...keyNamed(key), alias: name });
    },
  },
  {
    type: 'AWS::DynamoDB::Table',
    make: ({ dynamodb }, { name }, properties) => dynamodb.ensureTable({ ...properties, TableName: name }),
  },
  {
    type: 'AWS::DynamoDB::GlobalTable',
    make: ({ dynamodb }, { name }, properties) => dynamodb.ensureTable({ ...properties, TableName: name }),
  },
  { type: 'AWS::S3::Bucket', make: ({ s3 }, { name }, properties) => s3.ensureBucket(bucketWish(name, properties)) },
  {
    type: 'AWS::SQS::Queue',
    make: ({ sqs }, { name }, { QueueName: _, Tags: __, ...attributes }) => sqs.ensureQueue({ name, attributes }),
  },
  { type: 'AWS::S3Vectors::VectorBucket', make: ({ vectors }, { name }) => vectors.ensureBucket(name) },
  {
    type: 'AWS::S3Vectors::Index',
    make: ({ vectors }, { name }, properties) =>
      vectors.ensureIndex({ ...properties, IndexName: name } as IndexProperties),
  },
  { type: 'AWS::Events::EventBus', make: ({ events }, { name }) => events.ensureBus(name) },
  {
    type: 'AWS::Events::Archive',
    make: ({ events }, { name }, properties) => events.ensureArchive(name, properties as ArchiveProperties),
  },
  {
    type: 'AWS::Events::Rule',
    make: ({ events }, { name }, properties) => events.ensureRule(name, properties as RuleProperties),
  },
  {
    type: 'AWS::Scheduler::Schedule',
    make: ({ events }, { name }, properties) => events.ensureSchedule(name, properties as ScheduleProperties),
  },
];

/** Types that this module makes. */
export const provisionedTypes: ReadonlySet<string> = new Set(provisions.map(({ type }) => type));

/**
 * Makes the template's tables, buckets, queues, keys, vector indexes, buses, rules and schedules, or brings those that
 * exist to what it says. Doing it twice changes nothing. Rules and schedules that the template no longer has end.
 * @returns table name → ARN of its change stream, for tables that have one
 * @throws Error that names the resource which cannot be made
 */
export function provision(template: Template, services: Services): ReadonlyMap<string, string> {
  const streams = new Map<string, string>();
  const wanted = new Set<string>();
  for (const { type, make } of provisions)
    for (const resource of template.ofType(type)) {
      try {
        const made = make(services, resource, resource.properties, template);
        if (typeof made === 'object' && made && 'streamArn' in made) streams.set(resource.name, String(made.streamArn));
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        throw new Error(`${type} "${resource.logicalId}": ${message}`, { cause: error });
      }
      if (type === 'AWS::Events::Rule' || type === 'AWS::Scheduler::Schedule') wanted.add(resource.attribute('Arn'));
    }
  services.events.retain(wanted);
  return streams;
}
