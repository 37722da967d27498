import { keys, type Table, type Write } from './dynamo-table.ts';

/** One document more or less that is charged for in a month, for the transaction that moves the credit. */
export const usageWrite = (table: Table, tenantId: string, month: string, by: 1 | -1): Write => ({
  Update: {
    TableName: table.name,
    Key: keys.usage(tenantId, month),
    UpdateExpression: 'ADD used :by',
    ExpressionAttributeValues: { ':by': by },
  },
});
