import { BatchGetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { states as allStates, type Verification } from '../domain/verification.ts';
import type { Clock } from '../ports/system.ts';
import type { VerificationLog } from '../ports/verifications.ts';
import { type Item, keys, type Table } from './dynamo-table.ts';
import { verificationOf } from './stored-verification.ts';

/** Verifications that a page holds; BatchGetItem takes a hundred. */
const pageSize = 50;

const allContracts: readonly Verification['contract'][] = ['submission', 'step-up', 'document', 'hosted'];

/** A list of one partition, in the order of `listSk`. */
interface Shelf {
  readonly index: 'list' | 'shelf';
  readonly pk: string;
}

const encode = (place: string): string => Buffer.from(place).toString('base64url');
/** A cursor is the place of the last that was seen, in whatever list: made up, it leads to a place of one's own lists. */
const decode = (cursor: string | undefined): string | undefined =>
  cursor === undefined ? undefined : Buffer.from(cursor, 'base64url').toString() || undefined;

/**
 * Pages of all verifications of a realm. Each contract and state has a partition of an index of keys, in order of time: a filter reads
 * the first fifty keys of each that may match, at once, and the records of the fifty first of all. So it takes the same for ten
 * verifications and for ten million, whatever is filtered by.
 */
export function dynamoVerificationLog({ client, name }: Table, clock: Clock): VerificationLog {
  /** Keys of the next items of a shelf, and whether there may be more. */
  const next = async ({ index, pk }: Shelf, after: string | undefined, oldestFirst: boolean) => {
    const bound = after === undefined ? '' : ` AND listSk ${oldestFirst ? '>' : '<'} :after`;
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: name,
        IndexName: index,
        KeyConditionExpression: `${index}Pk = :pk${bound}`,
        ExpressionAttributeValues: { ':pk': pk, ...(after !== undefined && { ':after': after }) },
        ProjectionExpression: 'pk, sk, listSk',
        ScanIndexForward: oldestFirst,
        Limit: pageSize,
      }),
    );
    return { items: Items, more: LastEvaluatedKey !== undefined };
  };

  /** The records of items that are there, in their order. */
  const recordsOf = async (items: readonly Item[]): Promise<readonly Verification[]> => {
    const found = new Map<string, Item>();
    let Keys = items.map(({ pk, sk }) => ({ pk, sk }));
    while (Keys.length > 0) {
      const RequestItems = { [name]: { Keys, ConsistentRead: true } };
      const { Responses, UnprocessedKeys } = await client.send(new BatchGetCommand({ RequestItems }));
      for (const item of Responses?.[name] ?? []) found.set(String(item.pk), item);
      Keys = (UnprocessedKeys?.[name]?.Keys ?? []) as typeof Keys;
    }
    return items.flatMap(({ pk }) => verificationOf(found.get(String(pk)), clock.now()) ?? []);
  };

  return {
    async find(realm, { states, contracts, oldestFirst = false }, cursor) {
      const shelves = new Set(
        (states ?? allStates).flatMap((state) =>
          (contracts ?? allContracts).map((contract) => keys.shelf(realm, contract, state)),
        ),
      );
      const filtered = states !== undefined || contracts !== undefined;
      const lists: Shelf[] = filtered
        ? [...shelves].map((pk) => ({ index: 'shelf', pk }))
        : [{ index: 'list', pk: keys.verifications(realm) }];
      const pages = await Promise.all(lists.map((list) => next(list, decode(cursor), oldestFirst)));
      const forward = (a: Item, b: Item): number => (String(a.listSk) < String(b.listSk) ? -1 : 1);
      const merged = pages
        .flatMap(({ items }) => items)
        .toSorted((a, b) => (oldestFirst ? forward(a, b) : forward(b, a)));
      const shown = merged.slice(0, pageSize);
      const last = shown.at(-1);
      const more = merged.length > pageSize || pages.some((page) => page.more);
      // The index follows its table a moment later: what has moved on since is no match any more.
      const items = (await recordsOf(shown)).filter(({ state }) => states?.includes(state) ?? true);
      return { items, ...(more && last && { cursor: encode(String(last.listSk)) }) };
    },
  };
}
