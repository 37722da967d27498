import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { utcMonth } from '../domain/age.ts';
import { refundId } from '../domain/credits.ts';
import { fail, ok } from '../domain/result.ts';
import {
  type IdentityVerification,
  type QueuedVerification,
  type State,
  statesBefore,
  type Verification,
  type VerificationRef,
} from '../domain/verification.ts';
import type { Clock, Digest, Random } from '../ports/system.ts';
import type { Verifications } from '../ports/verifications.ts';
import { creditWrites, debitOf, withBalance } from './dynamo-credits.ts';
import {
  dueItems,
  duePk,
  type Item,
  keys,
  listPage,
  listSk,
  sortKeysOf,
  type Table,
  transact,
  type Write,
} from './dynamo-table.ts';
import { usageWrite } from './dynamo-usage.ts';
import { toStored, verificationOf } from './stored-verification.ts';

/** What keeps records of any contract. */
export interface RecordDeps {
  readonly table: Table;
  readonly clock: Clock;
  readonly random: Random;
  readonly digest: Digest;
  /** How long a record lives after it was made. */
  readonly recordDays: number;
}

const keyOf = ({ tenantId, mode, id }: VerificationRef): Item => keys.verification(tenantId, mode, id);

/** `state IN (…)` with its values: the table of transitions, as a condition. */
function stateIn(from: readonly State[]): { readonly condition: string; readonly values: Item } {
  const values = Object.fromEntries(from.map((state, at) => [`:from${at}`, state]));
  return { condition: `#state IN (${Object.keys(values).join(', ')})`, values };
}

/** An update that moves a verification from one of `from`, sets `fields` and removes `remove`. */
function move(
  table: Table,
  ref: VerificationRef,
  from: readonly State[],
  fields: Item,
  remove: readonly string[] = [],
) {
  const { condition, values } = stateIn(from);
  const names = Object.fromEntries([...Object.keys(fields), ...remove].map((name) => [`#${name}`, name]));
  const set = Object.keys(fields).map((name) => `#${name} = :${name}`);
  return {
    TableName: table.name,
    Key: keyOf(ref),
    UpdateExpression: `SET ${set.join(', ')}${remove.length > 0 ? ` REMOVE ${remove.map((name) => `#${name}`).join(', ')}` : ''}`,
    ConditionExpression: condition,
    ExpressionAttributeNames: { '#state': 'state', ...names },
    ExpressionAttributeValues: {
      ...values,
      ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [`:${name}`, value])),
    },
  };
}

/** What changes with a state: also the shelf that a verification stands on. */
const moved = (ref: VerificationRef, contract: Verification['contract'], state: State): Item => ({
  state,
  shelfPk: keys.shelf(ref, contract, state),
});

const due = (ref: VerificationRef, at: number): Item => ({ duePk: duePk('verification', ref.id), dueAt: at });
const notDue = ['duePk', 'dueAt'] as const;

export function dynamoVerifications({ table, clock, random, digest, recordDays }: RecordDeps): Verifications {
  const { client, name } = table;

  /** False where the condition did not hold. */
  const update = async (input: ConstructorParameters<typeof UpdateCommand>[0]): Promise<Item | undefined> => {
    try {
      return (await client.send(new UpdateCommand({ ...input, ReturnValues: 'ALL_NEW' }))).Attributes ?? {};
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  };

  const get = async (ref: VerificationRef): Promise<Verification | undefined> => {
    const { Item } = await client.send(new GetCommand({ TableName: name, Key: keyOf(ref), ConsistentRead: true }));
    return verificationOf(Item, clock.now());
  };

  return {
    async create(verification) {
      const { tenantId, mode, id, createdAt, expiresAt, claims } = verification;
      const ttl = Math.ceil(createdAt / 1000) + recordDays * 86_400;
      const item = {
        ...verification,
        ...keyOf(verification),
        ...due(verification, expiresAt),
        listPk: keys.verifications(verification),
        shelfPk: keys.shelf(verification, 'submission', verification.state),
        listSk: listSk(createdAt, id),
        ttl,
      };
      const subject = claims.userRef && {
        pk: keys.subject(tenantId, mode, digest.sha256(claims.userRef)),
        sk: id,
        ttl,
      };
      const puts = [item, subject].filter((one) => one !== undefined && one !== '');
      const refused = await transact(
        table,
        puts.map((Item) => ({ Put: { TableName: name, Item, ConditionExpression: 'attribute_not_exists(pk)' } })),
      );
      if (refused) throw new Error('A verification id was drawn twice.');
    },

    get,

    async submit(ref, submission, at, redriveAt) {
      const done = await withBalance(table, ref.tenantId, random, async (balance) => {
        const charged = ref.mode === 'live';
        if (charged && balance < 1) return fail('insufficient_credits' as const);
        const fields = {
          ...moved(ref, 'submission', 'submitted'),
          submission: toStored(submission),
          submittedAt: at,
          ...(charged && { balanceAfter: balance - 1 }),
          ...due(ref, redriveAt),
        };
        const submitted = move(table, ref, statesBefore('submitted'), fields);
        const refused = await transact(table, [
          {
            Update: {
              ...submitted,
              ConditionExpression: `${submitted.ConditionExpression} AND #expiresAt > :submittedAt`,
              ExpressionAttributeNames: { ...submitted.ExpressionAttributeNames, '#expiresAt': 'expiresAt' },
            },
          },
          ...(charged ? creditWrites(table, ref.tenantId, balance, debitOf(ref.id, at)) : []),
        ]);
        if (refused?.[0] === 'condition') return fail('state' as const);
        if (refused) return 'again';
        const after = (await get(ref)) as IdentityVerification | undefined;
        return after ? ok(after) : fail('state' as const);
      });
      return done === 'busy' ? fail('busy') : done;
    },

    async begin(ref, redriveAt) {
      const item = await update(
        move(table, ref, [...statesBefore('processing'), 'processing'], {
          state: 'processing',
          ...due(ref, redriveAt),
        }),
      );
      return verificationOf(item) as QueuedVerification | undefined;
    },

    async countAttempt(ref) {
      const item = await update({
        TableName: name,
        Key: keyOf(ref),
        UpdateExpression: 'ADD attempts :one',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':one': 1 },
      });
      return Number(item?.attempts ?? 0);
    },

    async conclude(ref, outcome, at, redriveAt) {
      const { decision } = outcome;
      // Only work under way is concluded here; a reviewer's decision comes from elsewhere.
      const from = statesBefore(decision).filter((state) => state === 'processing');
      const fields = { ...moved(ref, 'submission', decision), outcome, concludedAt: at, ...due(ref, redriveAt) };
      return (await update(move(table, ref, from, fields))) !== undefined;
    },

    async fail(ref, reason, at, redriveAt, details) {
      const found = await get(ref);
      const document = found?.contract === 'document';
      const charged = ref.mode === 'live' && !(document && found.request.testMode);
      const done = await withBalance(table, ref.tenantId, random, async (balance) => {
        const failed = move(table, ref, statesBefore('failed'), {
          ...moved(ref, found?.contract ?? 'submission', 'failed'),
          failure: reason,
          ...(details && { failureReasons: details }),
          concludedAt: at,
          ...due(ref, redriveAt),
        });
        const refund = {
          id: refundId(ref.id),
          type: 'refund',
          amount: 1,
          verificationId: ref.id,
          reason,
          createdAt: at,
        } as const;
        const writes: Write[] = charged ? creditWrites(table, ref.tenantId, balance, refund) : [];
        const usage = charged && document ? [usageWrite(table, ref.tenantId, utcMonth(found.createdAt), -1)] : [];
        const refused = await transact(table, [{ Update: failed }, ...writes, ...usage]);
        if (refused?.[0] === 'condition') return { failed: false };
        return refused ? 'again' : { failed: true };
      });
      if (done === 'busy') throw new Error('A refund lost against other movements of the balance.');
      return done.failed;
    },

    async expire(ref, at) {
      return (
        (await update(
          move(
            table,
            ref,
            statesBefore('expired'),
            { ...moved(ref, 'submission', 'expired'), concludedAt: at },
            notDue,
          ),
        )) !== undefined
      );
    },

    async settle(ref) {
      await update({
        TableName: name,
        Key: keyOf(ref),
        UpdateExpression: 'REMOVE duePk, dueAt',
        ConditionExpression: 'attribute_exists(pk)',
      });
    },

    async postpone(ref, redriveAt) {
      await update(move(table, ref, ['submitted', 'processing'], due(ref, redriveAt)));
    },

    async due(at, limit) {
      return (await dueItems(table, 'verification', at, limit)).map(({ pk }) => {
        const [tenantId = '', mode, id = ''] = String(pk).split('#');
        return { tenantId, mode: mode === 'live' ? 'live' : 'test', id };
      });
    },

    async list(tenantId, mode, cursor) {
      const page = await listPage(table, keys.verifications({ tenantId, mode }), cursor ? { cursor } : {});
      return { ...page, items: page.items.map((item) => verificationOf(item) as Verification) };
    },

    async byUserRef(tenantId, mode, userRef) {
      const ids = await sortKeysOf(table, keys.subject(tenantId, mode, digest.sha256(userRef)));
      const found = await Promise.all(ids.map((id) => get({ tenantId, mode, id })));
      return found.filter((one) => one !== undefined);
    },

    async redact(verification, at) {
      const { tenantId, mode, id, claims, state, contract } = verification;
      const fields = { ...moved(verification, contract, 'redacted'), redactedFrom: state, claims: {}, redactedAt: at };
      const erased = move(table, verification, statesBefore('redacted'), fields, [
        'submission',
        'stepUp',
        'hosted',
        'outcome',
        'claim',
        'review',
        ...notDue,
      ]);
      const gone = [
        keys.reading(tenantId, mode, id, 'docFront'),
        keys.reading(tenantId, mode, id, 'docBack'),
        ...(claims.userRef ? [{ pk: keys.subject(tenantId, mode, digest.sha256(claims.userRef)), sk: id }] : []),
      ];
      // In one: a redacted record no longer says where the rest of its subject was kept.
      const refused = await transact(table, [
        { Update: erased },
        ...gone.map((Key) => ({ Delete: { TableName: name, Key } })),
      ]);
      if (refused) throw new Error('A verification changed while it was redacted.');
    },
  };
}
