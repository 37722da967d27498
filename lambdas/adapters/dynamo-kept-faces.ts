import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { KeptFaces } from '../ports/people.ts';
import type { Clock } from '../ports/system.ts';
import { dueItems, duePk, keys, type Table } from './dynamo-table.ts';

/** Whose faces an engine keeps, and until when. */
export interface KeptNotes extends Pick<KeptFaces, 'due'> {
  /** From now on for as long as templates are kept; written before there is anything to forget. */
  note(tenantId: string, owner: string): Promise<void>;
  settle(tenantId: string, owner: string): Promise<void>;
}

/** @param templateDays how long templates are kept after they were last used */
export const dynamoKeptFaces = ({ client, name }: Table, clock: Clock, templateDays: number): KeptNotes => ({
  async note(tenantId, owner) {
    const dueAt = clock.now() + templateDays * 86_400_000;
    const item = { ...keys.kept(tenantId, owner), duePk: duePk('kept', owner), dueAt };
    await client.send(new PutCommand({ TableName: name, Item: item }));
  },

  async settle(tenantId, owner) {
    await client.send(new DeleteCommand({ TableName: name, Key: keys.kept(tenantId, owner) }));
  },

  async due(at, limit) {
    return (await dueItems({ client, name }, 'kept', at, limit)).map(({ pk }) => {
      const [tenantId = '', , owner = ''] = String(pk).split('#');
      return { tenantId, owner };
    });
  },
});
