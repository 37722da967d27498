import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { type HostedSession, isCheckId } from '../domain/hosted-session.ts';
import { fail, ok } from '../domain/result.ts';
import type { HostedVerification, VerificationRef } from '../domain/verification.ts';
import { lowBalanceEvent } from '../domain/webhook-delivery.ts';
import type { HostedSessions, HostedVerifications } from '../ports/verifications.ts';
import { creditWrites, debitOf, withBalance } from './dynamo-credits.ts';
import { eventWrites } from './dynamo-outbox.ts';
import {
  dueItems,
  duePk,
  type Item,
  keys,
  listSk,
  recordOf,
  sortKeysOf,
  transact,
  type Write,
} from './dynamo-table.ts';
import type { RecordDeps } from './dynamo-verifications.ts';

/** What was begun within a session's time may end after it: an answer takes half a minute at most. */
const graceMs = 60_000;

const keyOf = ({ tenantId, mode, id }: VerificationRef): Item => keys.hosted(tenantId, mode, id);

/** Its item with the next revision, to be written where it still has the one that was read. */
function itemOf(session: HostedSession): Item {
  const { revision, expiresAt, id } = session;
  const dueAt = expiresAt + graceMs;
  return {
    ...session,
    ...keyOf(session),
    revision: revision + 1,
    duePk: duePk('hosted', id),
    dueAt,
    // Long after the sweeper: what it has to delete elsewhere must not be forgotten first.
    ttl: Math.ceil(dueAt / 1000) + 7 * 86_400,
  };
}

const asRead = ({ revision }: HostedSession) =>
  revision === 0
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : { ConditionExpression: 'revision = :read', ExpressionAttributeValues: { ':read': revision } };

/** The place of a check among those of its user. */
const placeOf = ({ digest }: RecordDeps, { tenantId, mode, id }: VerificationRef, userIdentifier: string): Item => ({
  pk: keys.subject(tenantId, mode, digest.sha256(userIdentifier)),
  sk: id,
});

const secondsAfter = (at: number, days: number): number => Math.ceil(at / 1000) + days * 86_400;

export function dynamoHostedSessions(deps: RecordDeps): HostedSessions {
  const { table, digest, recordDays } = deps;
  const { client, name } = table;

  const get = async (ref: VerificationRef): Promise<HostedSession | undefined> => {
    const { Item } = await client.send(new GetCommand({ TableName: name, Key: keyOf(ref), ConsistentRead: true }));
    return recordOf<HostedSession>(Item);
  };

  return {
    async open(session) {
      const place = placeOf(deps, session, session.applicant.userIdentifier);
      const refused = await transact(table, [
        { Put: { TableName: name, Item: itemOf(session), ...asRead(session) } },
        { Put: { TableName: name, Item: { ...place, ttl: secondsAfter(session.createdAt, recordDays) } } },
      ]);
      if (refused) throw new Error('The id of a check was drawn twice.');
    },

    get,

    async save(session) {
      try {
        await client.send(new PutCommand({ TableName: name, Item: itemOf(session), ...asRead(session) }));
        return { ...session, revision: session.revision + 1 };
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return undefined;
        throw error;
      }
    },

    async delete(session, checked) {
      await client.send(new DeleteCommand({ TableName: name, Key: keyOf(session) }));
      if (checked) return;
      const Key = placeOf(deps, session, session.applicant.userIdentifier);
      await client.send(new DeleteCommand({ TableName: name, Key }));
    },

    async byUser({ tenantId, mode }, userIdentifier) {
      const ids = await sortKeysOf(table, keys.subject(tenantId, mode, digest.sha256(userIdentifier)));
      const found = await Promise.all(ids.filter(isCheckId).map((id) => get({ tenantId, mode, id })));
      return found.filter((one) => one !== undefined);
    },

    async due(at, limit) {
      return (await dueItems(table, 'hosted', at, limit)).map(({ pk }) => {
        const [tenantId = '', mode, id = ''] = String(pk).split('#');
        return { tenantId, mode: mode === 'live' ? 'live' : 'test', id };
      });
    },
  };
}

export function dynamoHostedVerifications(deps: RecordDeps): HostedVerifications {
  const { table, clock, random, recordDays } = deps;
  const { name } = table;

  /** The record, due when its files are to go, and its place among those of its user. */
  const recordWrites = (verification: HostedVerification): [Write, Write] => {
    const { tenantId, mode, id, createdAt, claims, filesUntil } = verification;
    const ttl = secondsAfter(createdAt, recordDays);
    const record = {
      ...verification,
      ...keys.verification(tenantId, mode, id),
      listPk: keys.verifications(verification),
      shelfPk: keys.shelf(verification, 'hosted', verification.state),
      listSk: listSk(createdAt, id),
      duePk: duePk('verification', id),
      dueAt: filesUntil,
      ttl,
    };
    return [
      { Put: { TableName: name, Item: record, ConditionExpression: 'attribute_not_exists(pk)' } },
      { Put: { TableName: name, Item: { ...placeOf(deps, verification, claims.userRef ?? ''), ttl } } },
    ];
  };

  return {
    async conclude(verification, { charged, warnBelow, session, told: events }) {
      const { tenantId, id, createdAt } = verification;
      const ended = session && { ...session, doneAt: verification.concludedAt ?? createdAt };
      const done = await withBalance(table, tenantId, random, async (balance) => {
        if (charged && balance < 1) return fail('insufficient_credits' as const);
        const record = charged ? { ...verification, balanceAfter: balance - 1 } : verification;
        const low = lowBalanceEvent(record, warnBelow);
        const told = [...events, ...(low ? [low] : [])];
        const [put, place] = recordWrites(record);
        const refused = await transact(table, [
          put,
          ...(ended ? [{ Put: { TableName: name, Item: itemOf(ended), ...asRead(ended) } }] : []),
          place,
          ...eventWrites(name, told, clock.now()),
          ...(charged ? creditWrites(table, tenantId, balance, debitOf(id, createdAt)) : []),
        ]);
        if (!refused) return ok({ verification: record, told });
        if (refused[0] === 'condition') return fail('exists' as const);
        if (ended && refused[1] === 'condition') return fail('changed' as const);
        return 'again';
      });
      return done === 'busy' ? fail('busy') : done;
    },
  };
}
