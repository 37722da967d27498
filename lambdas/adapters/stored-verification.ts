import type { Submission, Verification } from '../domain/verification.ts';
import { type Item, recordOf } from './dynamo-table.ts';

/** Metadata is kept as text: it may hold numbers and names that DynamoDB's types do not. */
export const toStored = ({ metadata, ...submission }: Submission): Item => ({
  ...submission,
  ...(metadata && { metadata: JSON.stringify(metadata) }),
});

/** The verification in an item, or undefined where there is none or its time is over. */
export function verificationOf(item: Item | undefined, now?: number): Verification | undefined {
  const record = recordOf<Verification>(item, now);
  if (record?.contract !== 'submission' || !record.submission) return record;
  const metadata = record.submission.metadata as string | undefined;
  if (metadata === undefined) return record;
  return { ...record, submission: { ...record.submission, metadata: JSON.parse(metadata) as Record<string, unknown> } };
}
