import { type Body, flag, list, record, requiredText } from './request.ts';
import { keyParts, type Table } from './table.ts';
import type { TableContext } from './table-operations.ts';
import { readTableSpec } from './table-spec.ts';

/**
 * Brings a table to the properties of a CloudFormation `AWS::DynamoDB::Table` or `::GlobalTable`: makes it, or keeps it with its items
 * and builds new indexes, drops missing ones, and sets stream, time to live and recovery. Doing it twice changes nothing.
 * @throws Error where CloudFormation would have to replace the table: another key, or other local indexes.
 */
export function ensureTable(properties: Body, { catalog }: Pick<TableContext, 'catalog'>): Table {
  const spec = readTableSpec(withoutThroughput(properties));
  const existing = catalog.find(spec.name)?.table;
  const ttl = record(properties, 'TimeToLiveSpecification');
  const timeToLive = ttl && flag(ttl, 'Enabled') !== false ? requiredText(ttl, 'AttributeName') : undefined;
  if (existing && describeKey(existing) !== describeKey(spec)) {
    throw new Error(
      `Table ${spec.name} is kept with the key ${describeKey(existing)}; the template wants ${describeKey(spec)}. Delete the table's data or name the table anew.`,
    );
  }
  return catalog.atomically(() => {
    if (existing) {
      catalog.setIndexes(spec.name, spec.indexes);
      catalog.setStream(spec.name, spec.stream);
    } else catalog.create(spec);
    catalog.setTimeToLive(spec.name, timeToLive);
    return catalog.setOptions(spec.name, {
      billing: spec.billing,
      deletionProtection: spec.deletionProtection,
      pointInTimeRecovery: recovers(properties),
    });
  });
}

/** A GlobalTable names no throughput, and one machine has none to provision. */
function withoutThroughput({ ProvisionedThroughput: _, ...properties }: Body): Body {
  return { ...properties, BillingMode: 'PAY_PER_REQUEST' };
}

function describeKey({ key }: Pick<Table, 'key'>): string {
  return keyParts(key)
    .map((part) => `${part.name} (${part.type})`)
    .join(', ');
}

/** Of a Table, or of any replica of a GlobalTable (of which this machine is the only one). */
function recovers(properties: Body): boolean {
  return [properties, ...(list(properties, 'Replicas') ?? [])].some((place) => {
    const specification = record(place, 'PointInTimeRecoverySpecification');
    return specification !== undefined && flag(specification, 'PointInTimeRecoveryEnabled') === true;
  });
}
