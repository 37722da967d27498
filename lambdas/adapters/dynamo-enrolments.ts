import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { EnrolledUser, FrameMark, IssuedChallenge, UserRef } from '../domain/enrolment.ts';
import type { Enrolments } from '../ports/people.ts';
import type { Clock, Digest } from '../ports/system.ts';
import { type Item, keys, recordOf, type Table, transact, type Write } from './dynamo-table.ts';
import { unless } from './expected-error.ts';

export interface EnrolmentDeps {
  readonly table: Table;
  readonly clock: Clock;
  readonly digest: Digest;
  /** How long an enrolment lives after it was last used, and a frame is recognised. */
  readonly templateDays: number;
  readonly replayDays: number;
}

const secondsIn = (days: number): number => days * 86_400;

/** Marks of that user begin so in their sort keys. */
const markPrefix = 'frame#';
/** Items of one BatchWriteItem, at most. */
const batch = 25;

/** A user's id may hold anything: its hash stands for it, and is all that is left of it once the user was erased. */
const userPk = (digest: Digest, { tenantId, mode, userId }: UserRef): string =>
  keys.user(tenantId, mode, digest.sha256(userId));

/** The item that says whether a user is enrolled. */
export const userKey = (digest: Digest, user: UserRef): Item => ({ pk: userPk(digest, user), sk: 'user' });

/** Marks frames as sent, each on condition that it never was. */
export const markWrites = (deps: EnrolmentDeps, user: UserRef, marks: readonly FrameMark[]): Write[] => {
  const now = Math.floor(deps.clock.now() / 1000);
  return marks.map((mark) => ({
    Put: {
      TableName: deps.table.name,
      Item: {
        ...mark,
        pk: userPk(deps.digest, user),
        sk: `${markPrefix}${mark.sha256}`,
        ttl: now + secondsIn(deps.replayDays),
      },
      // TTL deletes late.
      ConditionExpression: 'attribute_not_exists(pk) OR #ttl <= :now',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':now': now },
    },
  }));
};

/** Until when an enrolment is kept that is used now, Unix seconds. */
export const keptUntil = ({ clock, templateDays }: EnrolmentDeps): number =>
  Math.ceil(clock.now() / 1000) + secondsIn(templateDays);

export function dynamoEnrolments(deps: EnrolmentDeps): Enrolments {
  const { table, clock, digest } = deps;
  const { client, name } = table;

  const challengeKey = (user: UserRef, id: string): Item => ({ pk: userPk(digest, user), sk: `challenge#${id}` });

  const itemsOf = async (user: UserRef, prefix: string): Promise<Item[]> => {
    const found: Item[] = [];
    let from: Item | undefined;
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: name,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': userPk(digest, user), ':prefix': prefix },
          ConsistentRead: true,
          ExclusiveStartKey: from,
        }),
      );
      found.push(...(page.Items ?? []));
      from = page.LastEvaluatedKey;
    } while (from);
    return found;
  };

  const get = async (user: UserRef): Promise<EnrolledUser | undefined> => {
    const read = new GetCommand({ TableName: name, Key: userKey(digest, user), ConsistentRead: true });
    return recordOf<EnrolledUser>((await client.send(read)).Item, clock.now());
  };

  const forget = async (user: UserRef): Promise<void> => {
    const all = (await itemsOf(user, '')).filter(({ sk }) => sk !== 'user');
    for (let from = 0; from < all.length; from += batch) {
      let open = all.slice(from, from + batch).map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } } }));
      while (open.length > 0) {
        const { UnprocessedItems } = await client.send(new BatchWriteCommand({ RequestItems: { [name]: open } }));
        open = (UnprocessedItems?.[name] ?? []) as typeof open;
      }
    }
  };

  return {
    get,

    async put(user, enrolment, marks) {
      const now = Math.floor(clock.now() / 1000);
      const refused = await transact(table, [
        {
          Update: {
            TableName: name,
            Key: userKey(digest, user),
            UpdateExpression: 'SET enrolment = :enrolment, #ttl = :ttl',
            ConditionExpression: 'attribute_not_exists(enrolment) OR #ttl <= :now',
            ExpressionAttributeNames: { '#ttl': 'ttl' },
            ExpressionAttributeValues: { ':enrolment': enrolment, ':ttl': keptUntil(deps), ':now': now },
          },
        },
        ...markWrites(deps, user, marks),
      ]);
      return !refused;
    },

    async erase(user, at) {
      const update = new UpdateCommand({
        TableName: name,
        Key: userKey(digest, user),
        UpdateExpression: 'SET erasedAt = :at REMOVE enrolment, tokensRevoked',
        ConditionExpression: 'attribute_exists(enrolment)',
        ExpressionAttributeValues: { ':at': at },
      });
      await unless(ConditionalCheckFailedException, client.send(update));
      // Also where it was erased before: whoever did so may not have come to an end.
      await forget(user);
      return get(user);
    },

    async setTokensRevoked(user, count) {
      await client.send(
        new UpdateCommand({
          TableName: name,
          Key: userKey(digest, user),
          UpdateExpression: 'SET tokensRevoked = if_not_exists(tokensRevoked, :count)',
          ConditionExpression: 'attribute_exists(erasedAt)',
          ExpressionAttributeValues: { ':count': count },
        }),
      );
    },

    async marks(user) {
      const all = await itemsOf(user, markPrefix);
      return all.flatMap((item) => recordOf<FrameMark>(item, clock.now()) ?? []);
    },

    async putChallenge(user, challenge) {
      const ttl = Math.ceil(challenge.expiresAt / 1000) + secondsIn(1);
      const Item = { ...challenge, ...challengeKey(user, challenge.challengeId), ttl };
      await client.send(new PutCommand({ TableName: name, Item }));
    },

    async takeChallenge(user, challengeId, by) {
      const update = new UpdateCommand({
        TableName: name,
        Key: challengeKey(user, challengeId),
        UpdateExpression: 'SET takenBy = :by',
        ConditionExpression: 'attribute_exists(pk) AND (attribute_not_exists(takenBy) OR takenBy = :by)',
        ExpressionAttributeValues: { ':by': by },
        ReturnValues: 'ALL_NEW',
      });
      const taken = await unless(ConditionalCheckFailedException, client.send(update));
      return recordOf<IssuedChallenge>(taken?.Attributes, clock.now());
    },
  };
}
