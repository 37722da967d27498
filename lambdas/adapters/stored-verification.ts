import type { DocumentRequest, Submission, Verification } from '../domain/verification.ts';
import { type Item, recordOf } from './dynamo-table.ts';

interface Noted {
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Metadata is kept as text: it may hold numbers and names that DynamoDB's types do not. */
const withText = <T extends Noted>({ metadata, ...rest }: T): Item => ({
  ...rest,
  ...(metadata && { metadata: JSON.stringify(metadata) }),
});

const fromText = <T extends Noted>(stored: T): T => {
  const metadata = stored.metadata as string | undefined;
  return metadata === undefined ? stored : { ...stored, metadata: JSON.parse(metadata) as Record<string, unknown> };
};

export const toStored = (submission: Submission): Item => withText(submission);
export const toStoredRequest = (request: DocumentRequest): Item => withText(request);

/** The verification in an item, or undefined where there is none or its time is over. */
export function verificationOf(item: Item | undefined, now?: number): Verification | undefined {
  const record = recordOf<Verification>(item, now);
  if (record?.contract === 'document') return { ...record, request: fromText(record.request) };
  if (record?.contract !== 'submission' || !record.submission) return record;
  return { ...record, submission: fromText(record.submission) };
}
