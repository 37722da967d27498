import type * as z from 'zod';

interface ReplySpec {
  readonly status: number;
  readonly description: string;
  readonly schema?: z.ZodType;
  readonly contentType?: string;
}

/** What the API's description says of an operation, and what its call is parsed with: one and the same. */
export interface OperationSpec {
  readonly summary: string;
  readonly body?: z.ZodType;
  /** Instead of a body: a form with files, by the names of their fields. */
  readonly form?: { readonly fields: z.ZodObject; readonly files: readonly string[] };
  readonly query?: z.ZodType;
  readonly reply: ReplySpec;
  /** Where an operation has two ways of succeeding: what it answers while its work goes on. */
  readonly accepted?: ReplySpec;
  /** Statuses of failures of its own, beside those that every call of its kind can meet. */
  readonly failures?: Readonly<Record<number, string>>;
}
