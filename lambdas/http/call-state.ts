import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { Caller } from '../domain/caller.ts';
import type { Failure, LimitScope } from '../domain/error.ts';
import type { Allowance, Bucket } from '../domain/rate-limit.ts';
import type { Result } from '../domain/result.ts';
import type { Plan } from '../domain/tenant.ts';
import type { Form } from './multipart.ts';
import type { Route } from './routes.ts';

export type Event = APIGatewayProxyEventV2;
export type Answer = APIGatewayProxyStructuredResultV2;

/** What the middlewares learn of a call, one after the other. */
export interface CallState {
  /** The caller's own where it gave one. */
  requestId: string;
  /** Ours, in the form that the route's contract writes its ids of requests in. */
  ownId: string;
  readonly startedAt: number;
  /** Undefined where no route of the table matched. */
  route: Route | undefined;
  caller?: Caller;
  plan?: Plan;
  /** The allowance that will be used up first. */
  allowance?: Allowance & { readonly name: string; readonly periodMs: number };
  /** The body, parsed once. */
  json?: Result<unknown, Failure>;
  /** The body as a form, parsed once. */
  form?: Promise<Result<Form, Failure>>;
  /** Code of the failure that was answered, for the log. */
  code?: string;
}

/** A bucket that a call takes a token from, and whose it is. */
export interface Limit {
  readonly scope: LimitScope;
  readonly name: string;
  readonly bucket: Bucket;
}

export type CallContext = Context & { call: CallState };

/** Ends a call with an expected failure; `answering` words it. Anything else that is thrown is a bug of ours. */
export class Refusal extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.code);
    this.failure = failure;
  }
}

/** `https://host` under which a call came in. */
export const baseUrlOf = (event: Event): string =>
  `${event.headers['x-forwarded-proto'] ?? 'https'}://${event.headers.host ?? event.requestContext.domainName}`;
