import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Reviewer } from '../domain/reviewer.ts';
import { statesBefore, type Verification, type VerificationRef } from '../domain/verification.ts';
import type { Reviews } from '../ports/verifications.ts';
import { eventWrites } from './dynamo-outbox.ts';
import { type Item, keys, type Table, transact } from './dynamo-table.ts';
import { verificationOf } from './stored-verification.ts';

const keyOf = ({ tenantId, mode, id }: VerificationRef): Item => keys.verification(tenantId, mode, id);

const names = { '#state': 'state', '#claim': 'claim', '#by': 'by', '#keyId': 'keyId', '#name': 'name' };
const waits = '#state = :review';
const theirs = '#claim.#by.#keyId = :keyId AND #claim.#by.#name = :name';
const valuesOf = ({ keyId, name }: Reviewer): Item => ({ ':review': 'review', ':keyId': keyId, ':name': name });

/** A decision is told by the outbox: its event is written with it, and sent again until it is known to be published. */
const tellAfterMs = 60_000;

export function dynamoReviews(table: Table): Reviews {
  const { client, name } = table;

  /** The record as it is then; undefined where the condition did not hold. */
  const update = async (
    ref: VerificationRef,
    input: Omit<ConstructorParameters<typeof UpdateCommand>[0], 'TableName' | 'Key'>,
  ): Promise<Verification | undefined> => {
    try {
      const all = { TableName: name, Key: keyOf(ref), ...input, ReturnValues: 'ALL_NEW' } as const;
      return verificationOf((await client.send(new UpdateCommand(all))).Attributes);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  };

  return {
    claim: (ref, claim, now) =>
      update(ref, {
        UpdateExpression: 'SET #claim = :claim',
        ConditionExpression: `${waits} AND (attribute_not_exists(#claim) OR #claim.#until <= :now OR (${theirs}))`,
        ExpressionAttributeNames: { ...names, '#until': 'until' },
        ExpressionAttributeValues: { ...valuesOf(claim.by), ':claim': claim, ':now': now },
      }),

    release: async (ref, reviewer) =>
      (await update(ref, {
        UpdateExpression: 'REMOVE #claim',
        ConditionExpression: `${waits} AND ${theirs}`,
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: valuesOf(reviewer),
      })) !== undefined,

    async decide(ref, review, event) {
      if (!statesBefore(review.decision).includes('review')) throw new Error('No state that a review may end in.');
      const refused = await transact(table, [
        {
          Update: {
            TableName: name,
            Key: keyOf(ref),
            UpdateExpression: 'SET #state = :decision, shelfPk = :shelf, #review = :made REMOVE #claim',
            ConditionExpression: `${waits} AND ${theirs} AND #claim.#until > :now`,
            ExpressionAttributeNames: { ...names, '#review': 'review', '#until': 'until' },
            ExpressionAttributeValues: {
              ...valuesOf(review.by),
              ':decision': review.decision,
              ':shelf': keys.shelf(ref, ref.contract, review.decision),
              ':made': review,
              ':now': review.at,
            },
          },
        },
        ...eventWrites(name, [event], review.at + tellAfterMs),
      ]);
      return refused === undefined;
    },
  };
}
