import { BatchGetCommand, GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { KeyRecord } from '../domain/tenant.ts';
import type { Keys } from '../ports/accounts.ts';
import { type Item, keys, recordOf, type Table, transact, type Write } from './dynamo-table.ts';

/** More keys than that are not listed: BatchGetItem takes a hundred, and no tenant rotates that many. */
const listed = 100;

/**
 * A key in the registry, by its hash and by its id, and its place in the tenant's list. The registry is a table of its own: it is
 * read before the tenant is known.
 */
export function keyWrites(
  recordsTable: string,
  keysTable: string,
  key: KeyRecord & { readonly hash: string },
): Write[] {
  const { hash, ...record } = key;
  const ConditionExpression = 'attribute_not_exists(pk)';
  return [
    { Put: { TableName: keysTable, Item: { ...record, pk: hash }, ConditionExpression } },
    { Put: { TableName: keysTable, Item: { pk: key.keyId, hash }, ConditionExpression } },
    { Put: { TableName: recordsTable, Item: { ...keys.key(key.tenantId, key.keyId), hash }, ConditionExpression } },
  ];
}

/** `records` is the table of everything else; it is only needed where keys are listed or made. */
export function dynamoKeys({ client, name }: Table, records: string): Keys {
  const byPk = async (pk: string): Promise<Item | undefined> =>
    (await client.send(new GetCommand({ TableName: name, Key: { pk }, ConsistentRead: true }))).Item;

  const stamp = (hash: string, field: 'revokedAt' | 'lastUsedAt', at: number) =>
    client.send(
      new UpdateCommand({
        TableName: name,
        Key: { pk: hash },
        UpdateExpression: 'SET #field = :at',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeNames: { '#field': field },
        ExpressionAttributeValues: { ':at': at },
      }),
    );

  return {
    async put(key) {
      const refused = await transact({ client, name }, keyWrites(records, name, key));
      if (refused) throw new Error('A key was drawn twice.');
    },

    byHash: async (hash) => recordOf<KeyRecord>(await byPk(hash)),

    async list(tenantId) {
      const { Items } = await client.send(
        new QueryCommand({
          TableName: records,
          KeyConditionExpression: 'pk = :tenant AND begins_with(sk, :key)',
          ExpressionAttributeValues: { ':tenant': tenantId, ':key': 'key#' },
          Limit: listed,
        }),
      );
      if (!Items?.length) return [];
      const Keys = Items.map(({ hash }) => ({ pk: hash }));
      const { Responses } = await client.send(new BatchGetCommand({ RequestItems: { [name]: { Keys } } }));
      const found = (Responses?.[name] ?? []).map((item) => recordOf<KeyRecord>(item) as KeyRecord);
      return found.sort((a, b) => b.createdAt - a.createdAt);
    },

    async revoke(keyId, at) {
      const entry = await byPk(keyId);
      if (typeof entry?.hash !== 'string') return false;
      await stamp(entry.hash, 'revokedAt', at);
      return true;
    },

    async touch(hash, at) {
      await stamp(hash, 'lastUsedAt', at);
    },
  };
}
