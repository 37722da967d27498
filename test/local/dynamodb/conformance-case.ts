import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** What a case may use: real SDK clients and tables that the suite has made (see `conformance-tables.ts`). */
export interface CaseContext {
  readonly raw: DynamoDBClient;
  readonly doc: DynamoDBDocumentClient;
  /** pk S, sk S; gsi1 on g1 S and g1s N, everything projected; gsi2 on g2 S, keys only; gsi3 on g3 S, `shown` included; TTL on `ttl`. */
  readonly table: string;
  /** pk S, sk N. */
  readonly numbers: string;
  /** pk S, sk B; local index lsi1 on `rank` N, keys only. */
  readonly binaries: string;
  /** pk N, no sort key. */
  readonly plain: string;
}

/** One thing that DynamoDB does. `run` gives a plain outcome, refusals included, that has to equal `expected` everywhere. */
export interface ConformanceCase {
  readonly name: string;
  readonly run: (context: CaseContext) => Promise<unknown>;
  readonly expected: unknown;
}

export function define(name: string, run: ConformanceCase['run'], expected: unknown): ConformanceCase {
  return { name, run, expected };
}

/** `Name: message` of the error that a call is refused with; the call's answer if it is not. */
export async function refusal(call: Promise<unknown>): Promise<unknown> {
  try {
    const answer = await call;
    return { unexpected: answer };
  } catch (error) {
    const { name, message } = error as Error;
    return `${name}: ${message}`;
  }
}

/** The name in front of a refusal's message. */
export function nameOf(outcome: string): string {
  return outcome.slice(0, outcome.indexOf(':'));
}

/** Only the error's name, where the message is of no interest. */
export async function refusalName(call: Promise<unknown>): Promise<unknown> {
  const answer = await refusal(call);
  return typeof answer === 'string' ? nameOf(answer) : answer;
}
