import type * as z from 'zod';
import type { Caller } from '../domain/caller.ts';
import type { Failure } from '../domain/error.ts';
import type { Result } from '../domain/result.ts';
import type { Plan } from '../domain/tenant.ts';

/** What an operation answers: JSON unless it says another type. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One parsed call. `caller` is there wherever the route asks for a tenant's key. */
export interface Call<Body, Query> {
  readonly body: Body;
  readonly query: Query;
  /** Path parameters, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly caller: Caller;
  readonly plan: Plan;
  /** `https://host` under which this call came in. */
  readonly baseUrl: string;
}

/** An operation of the route table: its schemas, and what it does. */
export interface Endpoint {
  readonly body?: z.ZodType;
  readonly query?: z.ZodType;
  readonly run: (call: Call<unknown, unknown>) => Promise<Result<Reply, Failure>>;
}

/** Ties schemas to the types that `run` sees. */
export function endpoint<
  Body extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = z.ZodUndefined,
>(definition: {
  readonly body?: Body;
  readonly query?: Query;
  readonly run: (call: Call<z.infer<Body>, z.infer<Query>>) => Promise<Result<Reply, Failure>>;
}): Endpoint {
  return definition as Endpoint;
}
