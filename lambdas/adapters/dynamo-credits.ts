import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { debitId, type LedgerEntry } from '../domain/credits.ts';
import { fail, ok } from '../domain/result.ts';
import type { Credits } from '../ports/accounts.ts';
import type { Random } from '../ports/system.ts';
import { keys, listPage, listSk, recordOf, type Table, transact, type Write } from './dynamo-table.ts';

/** Conflicts with other movements of one balance are retried so often, with pauses that grow and vary. */
const conflictRetries = 14;

export async function readBalance({ client, name }: Table, tenantId: string): Promise<number> {
  const { Item } = await client.send(
    new GetCommand({ TableName: name, Key: keys.credits(tenantId), ConsistentRead: true }),
  );
  return Number(Item?.balance ?? 0);
}

/** Repeats a transaction that lost against another movement of the balance. */
export async function withBalance<T>(
  table: Table,
  tenantId: string,
  random: Random,
  attempt: (balance: number) => Promise<T | 'again'>,
): Promise<T | 'busy'> {
  for (let retry = 0; retry < conflictRetries; retry++) {
    const done = await attempt(await readBalance(table, tenantId));
    if (done !== 'again') return done;
    await new Promise((wake) => setTimeout(wake, random.unit() * Math.min(400, 10 * 2 ** retry)));
  }
  return 'busy';
}

/**
 * The two writes of a movement: the balance, on condition that it still is what was read, and its ledger row, on condition that
 * there is none. Together they keep the ledger's running balance exact and every movement single.
 */
export function creditWrites(
  table: Table,
  tenantId: string,
  balance: number,
  entry: Omit<LedgerEntry, 'balance'>,
): Write[] {
  const after = balance + entry.amount;
  return [
    {
      Update: {
        TableName: table.name,
        Key: keys.credits(tenantId),
        UpdateExpression: 'SET balance = :after',
        ConditionExpression: balance === 0 ? 'attribute_not_exists(balance) OR balance = :before' : 'balance = :before',
        ExpressionAttributeValues: { ':before': balance, ':after': after },
      },
    },
    {
      Put: {
        TableName: table.name,
        Item: {
          ...keys.ledger(tenantId, entry.id),
          ...entry,
          balance: after,
          listPk: `${tenantId}#ledger`,
          listSk: listSk(entry.createdAt, entry.id),
        },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    },
  ];
}

/** What a verification costs. */
export const debitOf = (id: string, createdAt: number): Omit<LedgerEntry, 'balance'> => ({
  id: debitId(id),
  type: 'debit',
  amount: -1,
  verificationId: id,
  reason: 'verification',
  createdAt,
});

export const dynamoCredits = (table: Table): Credits => ({
  balance: (tenantId) => readBalance(table, tenantId),

  async grant(tenantId, entry) {
    for (let retry = 0; retry < conflictRetries; retry++) {
      const balance = await readBalance(table, tenantId);
      if (balance + entry.amount < 0) return fail('short');
      const refused = await transact(table, creditWrites(table, tenantId, balance, entry));
      if (!refused) return ok({ ...entry, balance: balance + entry.amount });
      await new Promise((wake) => setTimeout(wake, Math.min(400, 10 * 2 ** retry)));
    }
    throw new Error('A grant lost against other movements of the balance.');
  },

  async ledger(tenantId, cursor) {
    const page = await listPage(table, `${tenantId}#ledger`, cursor ? { cursor } : {});
    return { ...page, items: page.items.map((item) => recordOf<LedgerEntry>(item) as LedgerEntry) };
  },
});
