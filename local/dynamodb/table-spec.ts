import { invalidParameter, validation } from './error.ts';
import {
  admitName,
  type Body,
  choice,
  flag,
  list,
  record,
  requiredRecord,
  requiredText,
  tableName,
  text,
} from './request.ts';
import type { IndexSpec, KeyPart, KeySchema, KeyType, StreamView, TableSpec } from './table.ts';

type Definitions = ReadonlyMap<string, KeyType>;

/** Reads CreateTable's parameters, which CloudFormation's `AWS::DynamoDB::Table` shares. */
export function readTableSpec(body: Body): TableSpec {
  const name = tableName(body);
  const definitions = readDefinitions(body);
  const key = readKey(list(body, 'KeySchema', { min: 1, max: 2 }), definitions);
  const locals = readIndexes(body, 'local', definitions, 5);
  const globals = readIndexes(body, 'global', definitions, 20);
  if (locals.length > 0 && !key.range) {
    throw invalidParameter(
      'Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex',
    );
  }
  for (const index of locals) {
    if (index.key.hash.name !== key.hash.name) {
      throw invalidParameter(
        `Index KeySchema does not have the same leading hash key as table KeySchema for index: ${index.name}. index hash key: ${index.key.hash.name}, table hash key: ${key.hash.name}`,
      );
    }
  }
  const indexes = [...locals, ...globals];
  const seen = new Set<string>();
  for (const index of indexes) {
    if (seen.has(index.name)) throw invalidParameter(`Duplicate index name: ${index.name}`);
    seen.add(index.name);
  }
  const used = new Set(
    [key, ...indexes.map((index) => index.key)].flatMap((schema) => [schema.hash.name, schema.range?.name]),
  );
  if ([...definitions.keys()].some((attribute) => !used.has(attribute))) {
    throw invalidParameter(
      `Some AttributeDefinitions are not used. AttributeDefinitions: [${[...definitions.keys()].join(', ')}], keys used: [${[...used].filter(Boolean).join(', ')}]`,
    );
  }
  const stream = readStream(body);
  return {
    name,
    key,
    indexes,
    billing: readBilling(body),
    deletionProtection: flag(body, 'DeletionProtectionEnabled') ?? false,
    ...(stream ? { stream } : {}),
  };
}

function readBilling(body: Body): TableSpec['billing'] {
  const billing = choice(body, 'BillingMode', ['PROVISIONED', 'PAY_PER_REQUEST']) ?? 'PROVISIONED';
  const throughput = record(body, 'ProvisionedThroughput');
  if (billing === 'PAY_PER_REQUEST' && throughput) {
    throw invalidParameter(
      'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    );
  }
  if (billing === 'PROVISIONED' && !throughput) {
    throw invalidParameter(
      'ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
    );
  }
  return billing;
}

/** A stream's view, also of CloudFormation's form, which has no `StreamEnabled`. */
export function readStream(body: Body): StreamView | undefined {
  const stream = record(body, 'StreamSpecification');
  if (!stream || flag(stream, 'StreamEnabled') === false) return undefined;
  const view = choice(stream, 'StreamViewType', ['NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES', 'KEYS_ONLY']);
  if (!view) throw invalidParameter('StreamViewType must be specified when a stream is enabled');
  return view;
}

export function readDefinitions(body: Body): Definitions {
  const definitions = new Map<string, KeyType>();
  for (const definition of list(body, 'AttributeDefinitions') ?? []) {
    const name = requiredText(definition, 'AttributeName');
    if (definitions.has(name)) throw invalidParameter(`Duplicate AttributeName in AttributeDefinitions: ${name}`);
    requiredText(definition, 'AttributeType');
    definitions.set(name, choice(definition, 'AttributeType', ['B', 'N', 'S']) ?? 'S');
  }
  return definitions;
}

function readKey(schema: readonly Body[] | undefined, definitions: Definitions): KeySchema {
  if (!schema) throw validation('No defined hash key in KeySchema');
  const parts = schema.map((element, position): KeyPart => {
    const name = requiredText(element, 'AttributeName');
    const keyType = choice(element, 'KeyType', ['HASH', 'RANGE']);
    const wanted = position === 0 ? 'HASH' : 'RANGE';
    if (keyType !== wanted) {
      const ordinal = position === 0 ? 'first' : 'second';
      throw validation(`Invalid KeySchema: The ${ordinal} KeySchemaElement is not a ${wanted} key type`);
    }
    const type = definitions.get(name);
    if (!type) {
      const keys = schema.map((each) => text(each, 'AttributeName')).join(', ');
      throw invalidParameter(
        `Some index key attributes are not defined in AttributeDefinitions. Keys: [${keys}], AttributeDefinitions: [${[...definitions.keys()].join(', ')}]`,
      );
    }
    return { name, type };
  });
  const [hash, range] = parts;
  if (!hash) throw validation('No defined hash key in KeySchema');
  if (hash.name === range?.name) {
    throw validation('Both the Hash Key and the Range Key element in the KeySchema have the same name');
  }
  return range ? { hash, range } : { hash };
}

function readIndexes(
  body: Body,
  kind: IndexSpec['kind'],
  definitions: Definitions,
  limit: number,
): readonly IndexSpec[] {
  const parameter = kind === 'local' ? 'LocalSecondaryIndexes' : 'GlobalSecondaryIndexes';
  const given = list(body, parameter) ?? [];
  if (given.length > limit) {
    throw invalidParameter(
      `${kind === 'local' ? 'Number of LocalSecondaryIndexes exceeds' : 'GlobalSecondaryIndex count exceeds the'} per-table limit of ${limit}`,
    );
  }
  return given.map((index) => readIndex(index, kind, definitions));
}

export function readIndex(body: Body, kind: IndexSpec['kind'], definitions: Definitions): IndexSpec {
  const name = admitName('IndexName', requiredText(body, 'IndexName'));
  const key = readKey(list(body, 'KeySchema', { min: 1, max: 2 }), definitions);
  if (kind === 'local' && !key.range) {
    throw invalidParameter(`Index KeySchema does not have a range key for index: ${name}`);
  }
  const projection = requiredRecord(body, 'Projection');
  const type = choice(projection, 'ProjectionType', ['ALL', 'INCLUDE', 'KEYS_ONLY']);
  if (!type) throw invalidParameter('Unknown ProjectionType: null');
  const attributes = projection.NonKeyAttributes;
  if (type !== 'INCLUDE') {
    if (attributes) throw invalidParameter(`ProjectionType is ${type}, but NonKeyAttributes is specified`);
    return type === 'ALL' ? { name, kind, key } : { name, kind, key, included: [] };
  }
  if (!Array.isArray(attributes) || attributes.length === 0 || !attributes.every((each) => typeof each === 'string')) {
    throw invalidParameter('ProjectionType is INCLUDE, but NonKeyAttributes is not specified');
  }
  return { name, kind, key, included: attributes };
}
