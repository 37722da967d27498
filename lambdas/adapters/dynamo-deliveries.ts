import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Delivery } from '../domain/webhook-delivery.ts';
import type { Deliveries, DeliveryRef } from '../ports/messages.ts';
import { dueItems, duePk, type Item, keys, listPage, listSk, recordOf, type Table } from './dynamo-table.ts';

const refOf = ({ deliveryId, event: { tenantId, mode } }: Delivery): DeliveryRef => ({ tenantId, mode, deliveryId });
const keyOf = ({ tenantId, mode, deliveryId }: DeliveryRef): Item => keys.delivery(tenantId, mode, deliveryId);

const deliveryOf = (item: Item | undefined): Delivery | undefined => {
  const record = recordOf<Delivery>(item);
  if (!record || !item) return undefined;
  return { ...record, ...(record.status === 'pending' && typeof item.dueAt === 'number' && { dueAt: item.dueAt }) };
};

export function dynamoDeliveries({ client, name }: Table, recordDays: number): Deliveries {
  const table = { client, name };
  const get = async (ref: DeliveryRef): Promise<Delivery | undefined> =>
    deliveryOf((await client.send(new GetCommand({ TableName: name, Key: keyOf(ref), ConsistentRead: true }))).Item);

  /** False where the condition did not hold. */
  const write = async (input: ConstructorParameters<typeof UpdateCommand>[0]): Promise<boolean> => {
    try {
      await client.send(new UpdateCommand(input));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };

  return {
    get,

    async open(delivery) {
      const { tenantId, mode } = delivery.event;
      const item = {
        ...delivery,
        ...keyOf(refOf(delivery)),
        duePk: duePk('delivery', delivery.deliveryId),
        listPk: `${tenantId}#${mode}#deliveries`,
        listSk: listSk(delivery.createdAt, delivery.deliveryId),
        ttl: Math.ceil(delivery.createdAt / 1000) + recordDays * 86_400,
      };
      try {
        await client.send(
          new PutCommand({ TableName: name, Item: item, ConditionExpression: 'attribute_not_exists(pk)' }),
        );
        return delivery;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        return (await get(refOf(delivery))) ?? delivery;
      }
    },

    claim: (delivery, now, leaseUntil) =>
      write({
        TableName: name,
        Key: keyOf(refOf(delivery)),
        UpdateExpression: 'SET dueAt = :lease',
        ConditionExpression: '#status = :pending AND dueAt <= :now AND size(attempts) = :made',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':lease': leaseUntil,
          ':pending': 'pending',
          ':now': now,
          ':made': delivery.attempts.length,
        },
      }),

    async record(delivery, attempt, step) {
      const pending = step.status === 'pending';
      await write({
        TableName: name,
        Key: keyOf(refOf(delivery)),
        UpdateExpression: `SET #status = :status, attempts = list_append(attempts, :attempt)${pending ? ', dueAt = :dueAt' : ' REMOVE duePk, dueAt'}`,
        // A worker that outlived its lease must not write over its successor.
        ConditionExpression: 'size(attempts) = :made',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':status': step.status,
          ':attempt': [attempt],
          ':made': delivery.attempts.length,
          ...(pending && { ':dueAt': step.dueAt }),
        },
      });
    },

    async reopen(ref, dueAt) {
      await write({
        TableName: name,
        Key: keyOf(ref),
        UpdateExpression: 'SET #status = :pending, dueAt = :dueAt, duePk = :duePk',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':pending': 'pending',
          ':dueAt': dueAt,
          ':duePk': duePk('delivery', ref.deliveryId),
        },
      });
    },

    async due(at, limit) {
      return (await dueItems(table, 'delivery', at, limit)).map(({ pk }) => {
        const [tenantId = '', mode, deliveryId = ''] = String(pk).split('#');
        return { tenantId, mode: mode === 'live' ? 'live' : 'test', deliveryId };
      });
    },

    async list(tenantId, mode, filter, cursor) {
      const { verificationId, status, since, until } = filter;
      const bounds = { ...(since !== undefined && { from: since }), ...(until !== undefined && { until }) };
      const page = await listPage(table, `${tenantId}#${mode}#deliveries`, { ...bounds, ...(cursor && { cursor }) });
      const items = page.items
        .map((item) => deliveryOf(item) as Delivery)
        .filter((one) => verificationId === undefined || one.event.subject === verificationId)
        .filter((one) => status === undefined || one.status === status);
      return { ...page, items };
    },
  };
}
