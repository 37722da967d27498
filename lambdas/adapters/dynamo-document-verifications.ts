import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { utcMonth } from '../domain/age.ts';
import type { DocumentExtraction } from '../domain/document-extraction.ts';
import { fail, ok } from '../domain/result.ts';
import { statesBefore, type VerificationRef } from '../domain/verification.ts';
import { lowBalanceEvent } from '../domain/webhook-delivery.ts';
import type { Clock, Digest, Random } from '../ports/system.ts';
import type { DocumentVerifications } from '../ports/verifications.ts';
import { creditWrites, debitOf, withBalance } from './dynamo-credits.ts';
import { eventWrites } from './dynamo-outbox.ts';
import {
  duePk,
  type Item,
  keys,
  listPage,
  listSk,
  recordOf,
  type Table,
  transact,
  type Write,
} from './dynamo-table.ts';
import { usageWrite } from './dynamo-usage.ts';
import { toStoredRequest, verificationOf } from './stored-verification.ts';

interface Deps {
  readonly table: Table;
  readonly clock: Clock;
  readonly random: Random;
  readonly digest: Digest;
  /** How long a record lives after it was made, and what was read on the document. */
  readonly recordDays: number;
  readonly documentHours: number;
}

const extractionKey = ({ tenantId, mode, id }: VerificationRef): Item => keys.extraction(tenantId, mode, id);

export function dynamoDocumentVerifications(deps: Deps): DocumentVerifications {
  const { table, clock, random, digest, recordDays, documentHours } = deps;
  const { client, name } = table;

  /** Kept as text: it is written and read whole, and numbers stay as they were measured. */
  const extractionItem = (ref: VerificationRef, extraction: DocumentExtraction): Item => ({
    ...extractionKey(ref),
    extraction: JSON.stringify(extraction),
    ttl: Math.ceil(clock.now() / 1000) + documentHours * 3600,
  });

  /** The record, and its place among those that the caller named alike. */
  const recordWrites = (verification: Parameters<DocumentVerifications['put']>[0], dueAt?: number): Write[] => {
    const { tenantId, mode, id, createdAt, request } = verification;
    const ttl = Math.ceil(createdAt / 1000) + recordDays * 86_400;
    const place = { listSk: listSk(createdAt, id), ttl };
    const record = {
      ...verification,
      request: toStoredRequest(request),
      ...keys.verification(tenantId, mode, id),
      ...place,
      ...(dueAt !== undefined && { duePk: duePk('verification', id), dueAt }),
      listPk: keys.verifications(verification),
      shelfPk: keys.shelf(verification, 'document', verification.state),
    };
    const named = request.externalId && keys.named(tenantId, mode, digest.sha256(request.externalId));
    return [
      { Put: { TableName: name, Item: record, ConditionExpression: 'attribute_not_exists(pk)' } },
      ...(named ? [{ Put: { TableName: name, Item: { pk: named, sk: id, listPk: named, ...place } } }] : []),
    ];
  };

  return {
    async put(verification, { charged, warnBelow, extraction, dueAt }) {
      const { tenantId, id, createdAt } = verification;
      const done = await withBalance(table, tenantId, random, async (balance) => {
        if (charged && balance < 1) return fail('insufficient_credits' as const);
        const record = charged ? { ...verification, balanceAfter: balance - 1 } : verification;
        const low = lowBalanceEvent(record, warnBelow);
        const refused = await transact(table, [
          ...recordWrites(record, dueAt),
          ...(extraction ? [{ Put: { TableName: name, Item: extractionItem(verification, extraction) } }] : []),
          ...(low ? eventWrites(name, [low], clock.now()) : []),
          ...(charged
            ? [
                ...creditWrites(table, tenantId, balance, debitOf(id, createdAt)),
                usageWrite(table, tenantId, utcMonth(createdAt), 1),
              ]
            : []),
        ]);
        if (!refused) return ok(record);
        return refused[0] === 'condition' ? fail('exists' as const) : 'again';
      });
      return done === 'busy' ? fail('busy') : done;
    },

    async conclude(ref, { outcome, result, extraction, at, redriveAt }) {
      const { tenantId, mode, id } = ref;
      // Before the verdict: whoever reads that it is there finds what it was made from.
      await client.send(new PutCommand({ TableName: name, Item: extractionItem(ref, extraction) }));
      const from = statesBefore(outcome.decision).filter((state) => state === 'processing');
      try {
        await client.send(
          new UpdateCommand({
            TableName: name,
            Key: keys.verification(tenantId, mode, id),
            UpdateExpression:
              'SET #state = :state, shelfPk = :shelf, #outcome = :outcome, #result = :result, concludedAt = :at, duePk = :pk, dueAt = :due',
            ConditionExpression: `#state IN (${from.map((_, i) => `:from${i}`).join(', ')})`,
            ExpressionAttributeNames: { '#state': 'state', '#outcome': 'outcome', '#result': 'result' },
            ExpressionAttributeValues: {
              ...Object.fromEntries(from.map((state, i) => [`:from${i}`, state])),
              ':state': outcome.decision,
              ':shelf': keys.shelf(ref, 'document', outcome.decision),
              ':outcome': outcome,
              ':result': result,
              ':at': at,
              ':pk': duePk('verification', id),
              ':due': redriveAt,
            },
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },

    async extraction(ref) {
      const { Item } = await client.send(
        new GetCommand({ TableName: name, Key: extractionKey(ref), ConsistentRead: true }),
      );
      const kept = recordOf<{ readonly extraction: string }>(Item, clock.now());
      return kept && (JSON.parse(kept.extraction) as DocumentExtraction);
    },

    async byExternalId({ tenantId, mode }, externalId, cursor) {
      const named = keys.named(tenantId, mode, digest.sha256(externalId));
      const { items, ...page } = await listPage(table, named, cursor ? { cursor } : {});
      const records = items.map(async ({ sk }) => {
        const Key = keys.verification(tenantId, mode, String(sk));
        return verificationOf((await client.send(new GetCommand({ TableName: name, Key }))).Item, clock.now());
      });
      const found = (await Promise.all(records)).filter((one) => one?.contract === 'document');
      return { ...page, items: found };
    },

    async charged(tenantId, month) {
      const { Item } = await client.send(new GetCommand({ TableName: name, Key: keys.usage(tenantId, month) }));
      return Number(Item?.used ?? 0);
    },
  };
}
