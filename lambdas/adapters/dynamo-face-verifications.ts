import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { fail, ok } from '../domain/result.ts';
import type { FaceVerification } from '../domain/verification.ts';
import { lowBalanceEvent } from '../domain/webhook-delivery.ts';
import type { Random } from '../ports/system.ts';
import type { FaceVerifications } from '../ports/verifications.ts';
import { creditWrites, debitOf, withBalance } from './dynamo-credits.ts';
import { type EnrolmentDeps, keptUntil, markWrites, userKey } from './dynamo-enrolments.ts';
import { eventWrites } from './dynamo-outbox.ts';
import { keys, listPage, listSk, transact, type Write } from './dynamo-table.ts';
import { verificationOf } from './stored-verification.ts';

export interface FaceVerificationDeps extends EnrolmentDeps {
  readonly random: Random;
  /** How long a record lives after it was made. */
  readonly recordDays: number;
}

export function dynamoFaceVerifications(deps: FaceVerificationDeps): FaceVerifications {
  const { table, clock, digest, random, recordDays } = deps;
  const { client, name } = table;

  /** The record, and its place in the list of its user. */
  const recordWrites = (verification: FaceVerification, userId: string): [Write, Write] => {
    const { tenantId, mode, id, createdAt } = verification;
    const ttl = Math.ceil(createdAt / 1000) + recordDays * 86_400;
    const place = { listSk: listSk(createdAt, id), ttl };
    const subject = keys.subject(tenantId, mode, digest.sha256(userId));
    const record = {
      ...verification,
      ...place,
      ...keys.verification(tenantId, mode, id),
      listPk: keys.verifications(verification),
      shelfPk: keys.shelf(verification, 'step-up', verification.state),
    };
    return [
      { Put: { TableName: name, Item: record, ConditionExpression: 'attribute_not_exists(pk)' } },
      { Put: { TableName: name, Item: { pk: subject, sk: id, listPk: subject, ...place } } },
    ];
  };

  /** Of the enrolment that it was judged by: used just now, and renewed where there is something newer. */
  const use = (verification: FaceVerification, evidence: Parameters<FaceVerifications['conclude']>[1]): Write => {
    const { tenantId, mode } = verification;
    const { userId, embeddingId, renewed } = evidence;
    return {
      Update: {
        TableName: name,
        Key: userKey(digest, { tenantId, mode, userId }),
        UpdateExpression: `SET #ttl = :ttl${renewed ? ', enrolment.sealed.#set = :sealed' : ''}`,
        ConditionExpression: 'enrolment.embeddingId = :embedding',
        ExpressionAttributeNames: { '#ttl': 'ttl', ...(renewed && { '#set': renewed.modelSet }) },
        ExpressionAttributeValues: {
          ':ttl': keptUntil(deps),
          ':embedding': embeddingId,
          ...(renewed && { ':sealed': renewed.sealed }),
        },
      },
    };
  };

  return {
    async conclude(verification, evidence) {
      const { tenantId, mode, id, createdAt } = verification;
      const charged = mode === 'live';
      const marks = markWrites(deps, { tenantId, mode, userId: evidence.userId }, evidence.marks);
      const done = await withBalance(table, tenantId, random, async (balance) => {
        if (charged && balance < 1) return fail('insufficient_credits' as const);
        const record = charged ? { ...verification, balanceAfter: balance - 1 } : verification;
        const low = lowBalanceEvent(record, evidence.warnBelow);
        const [put, place] = recordWrites(record, evidence.userId);
        const refused = await transact(table, [
          put,
          use(record, evidence),
          ...marks,
          place,
          ...(low ? eventWrites(name, [low], clock.now()) : []),
          ...(charged ? creditWrites(table, tenantId, balance, debitOf(id, createdAt)) : []),
        ]);
        if (!refused) return ok(record);
        if (refused[0] === 'condition') return fail('exists' as const);
        if (refused[1] === 'condition') return fail('erased' as const);
        if (refused.slice(2, 2 + marks.length).includes('condition')) return fail('seen' as const);
        return 'again';
      });
      return done === 'busy' ? fail('busy') : done;
    },

    async list({ tenantId, mode, userId }, cursor) {
      const subject = keys.subject(tenantId, mode, digest.sha256(userId));
      const { items, ...page } = await listPage(table, subject, cursor ? { cursor } : {});
      const records = items.map(async ({ sk }) => {
        const Key = keys.verification(tenantId, mode, String(sk));
        return verificationOf((await client.send(new GetCommand({ TableName: name, Key }))).Item, clock.now());
      });
      const found = (await Promise.all(records)).filter((one) => one?.contract === 'step-up');
      return { ...page, items: found };
    },
  };
}
