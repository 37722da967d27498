import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { allowance, latestTat, tokenMs } from '../domain/rate-limit.ts';
import type { RateLimits } from '../ports/accounts.ts';
import { keys, type Table } from './dynamo-table.ts';

/** Races between two callers that both find the bucket full or idle; each round one of them wins. */
const races = 16;

/** Token buckets without a read: one conditional write takes a token, a second one starts an idle bucket. */
export function dynamoRateLimits({ client, name }: Table): RateLimits {
  /** The new `tat`, or where the condition did not hold the one found. */
  const attempt = async (
    tenantId: string,
    bucket: string,
    expression: string,
    condition: string,
    values: Record<string, number>,
  ) => {
    try {
      const { Attributes } = await client.send(
        new UpdateCommand({
          TableName: name,
          Key: keys.rate(tenantId, bucket),
          UpdateExpression: `${expression}, #ttl = :ttl`,
          ConditionExpression: condition,
          ExpressionAttributeNames: { '#ttl': 'ttl' },
          ExpressionAttributeValues: values,
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return { taken: true, tat: Number(Attributes?.tat) };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return { taken: false, tat: Number(error.Item?.tat?.N ?? 0) };
    }
  };

  return {
    async take(tenantId, bucketName, bucket, now) {
      const token = tokenMs(bucket);
      const ttl = Math.ceil((now + 2 * bucket.periodMs) / 1000);
      for (let race = 0; race < races; race++) {
        const busy = await attempt(tenantId, bucketName, 'SET tat = tat + :token', 'tat > :now AND tat <= :latest', {
          ':token': token,
          ':now': now,
          ':latest': latestTat(bucket, now),
          ':ttl': ttl,
        });
        if (busy.taken || busy.tat > latestTat(bucket, now)) return allowance(bucket, busy.tat, now, busy.taken);
        const idle = await attempt(
          tenantId,
          bucketName,
          'SET tat = :first',
          'attribute_not_exists(tat) OR tat <= :now',
          {
            ':first': now + token,
            ':now': now,
            ':ttl': ttl,
          },
        );
        if (idle.taken) return allowance(bucket, idle.tat, now, true);
      }
      return allowance(bucket, latestTat(bucket, now) + token, now, false);
    },
  };
}
