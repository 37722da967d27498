import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Idempotency, StoredReply } from '../ports/accounts.ts';
import { keys, type Table } from './dynamo-table.ts';

interface Entry {
  readonly bodyHash: string;
  readonly lockedUntil: number;
  readonly reply?: StoredReply;
}

/** A call that has not ended by then died with its process: longer than the gateway waits for any answer. */
const lockMs = 35_000;

export const dynamoIdempotency = ({ client, name }: Table): Idempotency => ({
  async begin(scope, key, bodyHash, now, ttlSeconds) {
    const item = {
      ...keys.idempotency(scope, key),
      bodyHash,
      lockedUntil: now + lockMs,
      ttl: Math.ceil(now / 1000) + ttlSeconds,
    };
    try {
      await client.send(
        new PutCommand({
          TableName: name,
          Item: item,
          // Free, over its time (TTL deletes late), or left locked by a process that died.
          ConditionExpression:
            'attribute_not_exists(pk) OR #ttl <= :seconds OR (attribute_not_exists(reply) AND lockedUntil < :now AND bodyHash = :hash)',
          ExpressionAttributeNames: { '#ttl': 'ttl' },
          ExpressionAttributeValues: { ':seconds': Math.floor(now / 1000), ':now': now, ':hash': bodyHash },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return undefined;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error;
      const found = unmarshall(error.Item) as Entry;
      if (found.bodyHash !== bodyHash) return 'other_body';
      return found.reply ?? 'in_flight';
    }
  },

  async complete(scope, key, reply) {
    const write = new UpdateCommand({
      TableName: name,
      Key: keys.idempotency(scope, key),
      UpdateExpression: 'SET reply = :reply',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':reply': reply },
    });
    try {
      await client.send(write);
    } catch (error) {
      // Its time was over and another call took and freed the key: a reply alone would lie there for good.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  },

  async release(scope, key) {
    await client.send(new DeleteCommand({ TableName: name, Key: keys.idempotency(scope, key) }));
  },
});
