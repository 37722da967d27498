import { BatchWriteCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { CaseContext } from './conformance-case.ts';

export type Row = Record<string, unknown>;

/** Puts items, 25 at a time. */
export async function fill({ doc }: CaseContext, table: string, items: readonly Row[]): Promise<void> {
  for (let from = 0; from < items.length; from += 25) {
    const writes = items.slice(from, from + 25).map((Item) => ({ PutRequest: { Item } }));
    await doc.send(new BatchWriteCommand({ RequestItems: { [table]: writes } }));
  }
}

/** All pages of a query: how many there were, and everything they held. */
export async function pages({ doc }: CaseContext, input: QueryCommandInput): Promise<{ count: number; items: Row[] }> {
  const items: Row[] = [];
  let count = 0;
  let start: Row | undefined;
  do {
    const page = await doc.send(new QueryCommand({ ...input, ExclusiveStartKey: start }));
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
    count++;
  } while (start);
  return { count, items };
}

/** 25 items in one partition of gsi1. */
export const many = Array.from({ length: 25 }, (_, index) => ({
  pk: `many#${index}`,
  sk: 's',
  g1: 'many',
  g1s: index,
  val: index,
  pad: 'x'.repeat(100),
}));
