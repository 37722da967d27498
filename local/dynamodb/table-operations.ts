import type { Catalog } from './catalog.ts';
import { DynamoError, invalidParameter, validation } from './error.ts';
import {
  type Body,
  choice,
  flag,
  integer,
  list,
  record,
  requiredRecord,
  requiredText,
  tableName,
  text,
} from './request.ts';
import { describeTable as describe, type IndexSpec, keyParts, type Table } from './table.ts';
import { readDefinitions, readIndex, readStream, readTableSpec } from './table-spec.ts';

export interface TableContext {
  readonly catalog: Catalog;
  readonly place: { readonly region: string; readonly accountId: string };
}

function description({ catalog, place }: TableContext, table: Table, status?: string): Body {
  const known = describe(table, place, catalog.find(table.name)?.count() ?? { items: 0, bytes: 0 });
  return status ? { ...known, TableStatus: status } : known;
}

function unknownTable(name: string): string {
  return `Requested resource not found: Table: ${name} not found`;
}

/** Tables are ACTIVE at once; the answer says CREATING, as callers of the real service see it. */
export function createTable(body: Body, context: TableContext): Body {
  return { TableDescription: description(context, context.catalog.create(readTableSpec(body)), 'CREATING') };
}

export function describeTable(body: Body, context: TableContext): Body {
  const name = tableName(body);
  return { Table: description(context, context.catalog.get(name, unknownTable(name)).table) };
}

export function deleteTable(body: Body, context: TableContext): Body {
  const name = tableName(body);
  const { table } = context.catalog.get(name, unknownTable(name));
  const last = description(context, table, 'DELETING');
  context.catalog.drop(name);
  return { TableDescription: last };
}

export function listTables(body: Body, { catalog }: TableContext): Body {
  const limit = integer(body, 'Limit', { min: 1, max: 100 }) ?? 100;
  const start = text(body, 'ExclusiveStartTableName');
  const names = catalog.names().filter((name) => start === undefined || name > start);
  const page = names.slice(0, limit);
  return { TableNames: page, ...(names.length > limit ? { LastEvaluatedTableName: page.at(-1) } : {}) };
}

/** UpdateTable: indexes made and dropped, stream, billing, protection. Everything is done when the answer goes out. */
export function updateTable(body: Body, context: TableContext): Body {
  const { catalog } = context;
  const name = tableName(body);
  const { table } = catalog.get(name, unknownTable(name));
  const indexes = updatedIndexes(body, table);
  const billing = choice(body, 'BillingMode', ['PROVISIONED', 'PAY_PER_REQUEST']);
  const deletionProtection = flag(body, 'DeletionProtectionEnabled');
  const stream = record(body, 'StreamSpecification') ? { view: readStream(body) } : undefined;
  if (stream?.view && table.stream) throw invalidParameter('Table already has an enabled stream');
  catalog.atomically(() => {
    if (indexes) catalog.setIndexes(name, indexes);
    if (stream) catalog.setStream(name, stream.view);
    catalog.setOptions(name, {
      ...(billing ? { billing } : {}),
      ...(deletionProtection === undefined ? {} : { deletionProtection }),
    });
  });
  return { TableDescription: description(context, catalog.get(name).table) };
}

function updatedIndexes(body: Body, table: Table): readonly IndexSpec[] | undefined {
  const updates = list(body, 'GlobalSecondaryIndexUpdates');
  if (!updates) return undefined;
  const keys = [table.key, ...table.indexes.map((index) => index.key)].flatMap(keyParts);
  const definitions = new Map([...keys.map((part) => [part.name, part.type] as const), ...readDefinitions(body)]);
  let indexes: readonly IndexSpec[] = table.indexes;
  for (const update of updates) {
    const creation = record(update, 'Create');
    const deletion = record(update, 'Delete');
    if (creation) {
      const index = readIndex(creation, 'global', definitions);
      if (indexes.some((each) => each.name === index.name)) {
        throw validation('Attempting to create an index which already exists');
      }
      indexes = [...indexes, index];
    }
    if (deletion) {
      const name = requiredText(deletion, 'IndexName');
      const rest = indexes.filter((each) => each.name !== name);
      if (rest.length === indexes.length) {
        throw new DynamoError('ResourceNotFoundException', `Requested resource not found: Index: ${name} not found`);
      }
      indexes = rest;
    }
  }
  return indexes;
}

export function updateTimeToLive(body: Body, { catalog }: TableContext): Body {
  const name = tableName(body);
  const given = requiredRecord(body, 'TimeToLiveSpecification');
  const attribute = requiredText(given, 'AttributeName');
  const enabled = flag(given, 'Enabled');
  if (enabled === undefined) throw invalidParameter('TimeToLiveSpecification.Enabled must not be null');
  const { table } = catalog.get(name, unknownTable(name));
  if (enabled && table.timeToLive !== undefined) {
    throw validation('TimeToLive is already enabled');
  }
  if (!enabled && table.timeToLive !== attribute) {
    throw validation(
      table.timeToLive === undefined
        ? 'TimeToLive is already disabled'
        : `TimeToLive is active on a different AttributeName: current AttributeName is ${table.timeToLive}`,
    );
  }
  catalog.setTimeToLive(name, enabled ? attribute : undefined);
  return { TimeToLiveSpecification: { AttributeName: attribute, Enabled: enabled } };
}

export function describeTimeToLive(body: Body, { catalog }: TableContext): Body {
  const name = tableName(body);
  const { timeToLive } = catalog.get(name, unknownTable(name)).table;
  return {
    TimeToLiveDescription:
      timeToLive === undefined
        ? { TimeToLiveStatus: 'DISABLED' }
        : { TimeToLiveStatus: 'ENABLED', AttributeName: timeToLive },
  };
}

function backups({ pointInTimeRecovery }: Table): Body {
  return {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: pointInTimeRecovery ? 'ENABLED' : 'DISABLED' },
    },
  };
}

function unknownBackups(name: string): DynamoError {
  return new DynamoError('TableNotFoundException', `Table not found: ${name}`);
}

/** The setting is kept; there is nothing to recover from on one machine. */
export function updateContinuousBackups(body: Body, { catalog }: TableContext): Body {
  const name = tableName(body);
  const wanted = flag(requiredRecord(body, 'PointInTimeRecoverySpecification'), 'PointInTimeRecoveryEnabled');
  if (wanted === undefined) throw invalidParameter('PointInTimeRecoveryEnabled must not be null');
  if (!catalog.find(name)) throw unknownBackups(name);
  return backups(catalog.setOptions(name, { pointInTimeRecovery: wanted }));
}

export function describeContinuousBackups(body: Body, { catalog }: TableContext): Body {
  const name = tableName(body);
  const found = catalog.find(name);
  if (!found) throw unknownBackups(name);
  return backups(found.table);
}
