import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { DocumentReading } from '../domain/evidence.ts';
import type { Clock } from '../ports/system.ts';
import type { Readings } from '../ports/verifications.ts';
import { keys, recordOf, type Table } from './dynamo-table.ts';

/** Kept as text: a reading is written and read whole, and numbers stay as they were measured. */
export const dynamoReadings = ({ client, name }: Table, clock: Clock): Readings => ({
  async get({ tenantId, mode, id }, slot) {
    const { Item } = await client.send(
      new GetCommand({ TableName: name, Key: keys.reading(tenantId, mode, id, slot) }),
    );
    const record = recordOf<{ readonly reading: string }>(Item, clock.now());
    return record && (JSON.parse(record.reading) as DocumentReading);
  },

  async put({ tenantId, mode, id }, slot, reading, until) {
    const item = {
      ...keys.reading(tenantId, mode, id, slot),
      reading: JSON.stringify(reading),
      ttl: Math.ceil(until / 1000),
    };
    await client.send(new PutCommand({ TableName: name, Item: item }));
  },
});
