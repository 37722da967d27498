import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import type { Verification } from '../domain/verification.ts';
import type { Clock, VerificationLog } from '../ports.ts';
import { cursorAt, type Item, keys, listPage, type Table } from './dynamo-table.ts';
import { verificationOf } from './stored-verification.ts';

/** Verifications that a page holds; BatchGetItem takes a hundred. */
const pageSize = 50;
/**
 * Items of the thin index that one call looks at, read by read: few first, since what is wanted is mostly common; then as many as a
 * read of 1 MB can hold. Together more than 10,000, so that even a rare state of a busy partner is found in one call or two.
 */
const reads = [200, 3000, 3000, 3000, 3000] as const;

/**
 * Pages of all verifications of a realm by an index that holds state and contract alone: a filter reads 200 bytes a record instead of
 * the record, nobody who writes records has to keep another attribute for it, and the records are read, consistently, for the page only.
 */
export function dynamoVerificationLog(table: Table, clock: Clock): VerificationLog {
  const { client, name } = table;

  /** Those that are there, in the order of `wanted`. */
  const readAll = async (wanted: readonly Item[]): Promise<readonly Verification[]> => {
    const found = new Map<string, Item>();
    let Keys = wanted.map(({ pk, sk }) => ({ pk, sk }));
    while (Keys.length > 0) {
      const RequestItems = { [name]: { Keys, ConsistentRead: true } };
      const { Responses, UnprocessedKeys } = await client.send(new BatchGetCommand({ RequestItems }));
      for (const item of Responses?.[name] ?? []) found.set(String(item.pk), item);
      Keys = (UnprocessedKeys?.[name]?.Keys ?? []) as typeof Keys;
    }
    return wanted.flatMap(({ pk }) => verificationOf(found.get(String(pk)), clock.now()) ?? []);
  };

  return {
    async find(realm, { state, contracts, oldestFirst = false }, cursor) {
      const filtered = {
        index: 'log',
        among: { ...(state && { state: [state] }), ...(contracts && { contract: contracts }) },
      };
      const matches: Item[] = [];
      let next = cursor;
      for (const limit of state || contracts ? reads : [pageSize]) {
        const from = next === undefined ? {} : { cursor: next };
        const page = await listPage(table, keys.verifications(realm), { ...from, limit, oldestFirst, filtered });
        matches.push(...page.items);
        next = page.cursor;
        if (next === undefined || matches.length >= pageSize) break;
      }
      const shown = matches.slice(0, pageSize);
      const last = shown.at(-1);
      if (matches.length > pageSize && last) next = cursorAt(last);
      // The index follows its table a moment later: what has moved on since is no match any more.
      const items = (await readAll(shown)).filter((one) => (state ?? one.state) === one.state);
      return { items, ...(next !== undefined && { cursor: next }) };
    },
  };
}
