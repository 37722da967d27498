import type * as z from 'zod';
import type { Caller } from '../domain/caller.ts';
import type { Failure } from '../domain/error.ts';
import type { Result } from '../domain/result.ts';
import type { Plan } from '../domain/tenant.ts';
import type { Limit } from './call-state.ts';

/** What an operation answers: JSON unless it says another type; bytes and text as they are. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Values of `Set-Cookie`. */
  readonly cookies?: readonly string[];
}

/** One parsed call. `caller` is there wherever the route asks for a tenant's key. */
export interface Call<Body, Query> {
  readonly body: Body;
  readonly query: Query;
  /** Path parameters, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly caller: Caller;
  readonly plan: Plan;
  readonly requestId: string;
  /** An id of ours for this call, whatever the caller calls it. */
  readonly ownId: string;
  /** What the caller named this attempt, if anything, and a hash of what it asks for. */
  readonly idempotencyKey?: string;
  readonly requestHash: string;
  /** When the call came in, ms: before its function had started, where that had to. */
  readonly receivedAt: number;
  /** The moment to judge by, ms: now, or what a test key's `X-Test-Clock` says. */
  readonly asOf: number;
  /** `X-Test-Scenario`, as it was sent. */
  readonly testScenario?: string;
  /** `https://host` under which this call came in. */
  readonly baseUrl: string;
  /** Of the browser, each `name=value`. */
  readonly cookies: readonly string[];
  /** Network address that it came from. */
  readonly sourceIp: string;
  /** Files of a form, by the name of their field. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** An operation of the route table: its schemas, and what it does. */
export interface Endpoint {
  readonly body?: z.ZodType;
  /** The fields of a form, instead of a body. */
  readonly form?: z.ZodType;
  readonly query?: z.ZodType;
  /** Buckets beside the route's own, named by what the call is about. */
  readonly limits?: (call: Call<unknown, unknown>) => readonly Limit[];
  readonly run: (call: Call<unknown, unknown>) => Promise<Result<Reply, Failure>>;
}

/** What `endpoint` needs of an operation's description: the schemas that its calls are parsed with. */
interface Parsed {
  readonly summary: string;
  readonly body?: z.ZodType;
  readonly form?: { readonly fields: z.ZodType };
  readonly query?: z.ZodType;
}

type Inferred<Spec, Part extends 'body' | 'query'> = Spec extends {
  readonly [P in Part]: infer Schema extends z.ZodType;
}
  ? z.infer<Schema>
  : undefined;

type Body<Spec> = Spec extends { readonly form: { readonly fields: infer Fields extends z.ZodType } }
  ? z.infer<Fields>
  : Inferred<Spec, 'body'>;

/** Ties an operation's schemas to the types that `run` sees. */
export const endpoint = <const Spec extends Parsed>(
  { body, form, query }: Spec,
  run: (call: Call<Body<Spec>, Inferred<Spec, 'query'>>) => Promise<Result<Reply, Failure>>,
  limits?: (call: Call<Body<Spec>, Inferred<Spec, 'query'>>) => readonly Limit[],
): Endpoint => ({
  ...(body && { body }),
  ...(form && { form: form.fields }),
  ...(query && { query }),
  ...(limits && { limits: limits as NonNullable<Endpoint['limits']> }),
  run: run as Endpoint['run'],
});
