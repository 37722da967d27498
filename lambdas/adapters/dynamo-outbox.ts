import { BatchGetCommand, DeleteCommand } from '@aws-sdk/lib-dynamodb';
import type { DomainEvent } from '../domain/webhook-delivery.ts';
import type { Outbox } from '../ports/people.ts';
import { dueItems, duePk, keys, type Table, type Write } from './dynamo-table.ts';

/** Items that one read of many takes. */
const mostItems = 100;

const keyOf = ({ tenantId, mode, eventId }: DomainEvent) => keys.event(tenantId, mode, eventId);

/** For the transaction that makes them true. */
export const eventWrites = (tableName: string, events: readonly DomainEvent[], dueAt: number): Write[] =>
  events.map((event) => ({
    Put: { TableName: tableName, Item: { ...keyOf(event), event, dueAt, duePk: duePk('event', event.eventId) } },
  }));

/** The transactional outbox: an event is a row beside what it tells of, until it has gone out. */
export const dynamoOutbox = (table: Table): Outbox => ({
  async due(at, limit) {
    const items = (await dueItems(table, 'event', at, limit)).slice(0, mostItems);
    if (items.length === 0) return [];
    const Keys = items.map(({ pk, sk }) => ({ pk, sk }));
    const RequestItems = { [table.name]: { Keys, ConsistentRead: true } };
    // What is left unprocessed is due again.
    const { Responses } = await table.client.send(new BatchGetCommand({ RequestItems }));
    return (Responses?.[table.name] ?? []).map(({ event }) => event as DomainEvent);
  },

  async settle(event) {
    await table.client.send(new DeleteCommand({ TableName: table.name, Key: keyOf(event) }));
  },
});
