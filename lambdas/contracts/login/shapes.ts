import * as z from 'zod';
import type { LoginRecord } from '../../domain/login-records.ts';
import { text as printable } from '../printable-text.ts';
import { iso } from '../timestamp.ts';

/** What the parts of the contract have in common: ids, texts, pages, envelopes. */
export const id = z.string().regex(/^[0-9a-f]{24}$/, 'must be an id of 24 hex digits');

/** Text, with failures that stand behind the field's name alone. */
export const text = (max: number) =>
  printable(max, { empty: 'must not be empty', long: `must have at most ${max} characters` });

export const score = z.number().min(0).max(1);

/** Two decimals more than anybody tells apart. */
export const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;

const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,4}$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= least && value <= most, `must be ${least} to ${most}`);

/** Query of a list; each list adds the fields that it can be narrowed by. */
export const pageQuery = z.strictObject({ page: whole(1, 1000).default(1), perPage: whole(1, 100).default(10) });

/** Fields of every record. `client` stands for the tenant. */
export const recordFields = {
  _id: id,
  client: id,
  createdAt: z.string().meta({ description: 'ISO 8601 with milliseconds, UTC.' }),
  updatedAt: z.string(),
} as const;

export const recordHead = ({ id, createdAt, updatedAt }: LoginRecord, client: string) => ({
  _id: id,
  client,
  createdAt: iso(createdAt),
  updatedAt: iso(updatedAt),
});

/**
 * V-12 wants `signature` and `id` on what was judged of a person: `validate` adds them. What is kept or measured for the
 * tenant's own server has the envelope alone.
 */
export const dataOf = <Data extends z.ZodType>(data: Data) => z.object({ data });

export const pageOf = <Row extends z.ZodType>(row: Row) =>
  z.object({
    data: z.array(row),
    pagination: z.object({
      page: z.number().int(),
      perPage: z.number().int(),
      more: z.boolean().meta({ description: 'Whether there is a next page. Nothing is counted through for a total.' }),
    }),
  });

export const toPage = <Row>(
  rows: readonly Row[],
  { page, perPage, more }: { readonly page: number; readonly perPage: number; readonly more: boolean },
) => ({ data: [...rows], pagination: { page, perPage, more } });

export const deletedReply = dataOf(z.object({ _id: id, deleted: z.literal(true) })).meta({ id: 'LoginDeleted' });

export const loginError = z
  .object({ code: z.string(), message: z.string() })
  .meta({ id: 'LoginError', description: 'V-34.' });
export type LoginError = z.infer<typeof loginError>;
