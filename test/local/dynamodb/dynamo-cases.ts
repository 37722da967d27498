import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callRefusalCases } from './cases/call-refusal-cases.ts';
import { conditionCases } from './cases/condition-cases.ts';
import { indexCases } from './cases/index-cases.ts';
import { queryCases } from './cases/query-cases.ts';
import { refusalCases } from './cases/refusal-cases.ts';
import { tableCases } from './cases/table-cases.ts';
import { transactionCases } from './cases/transaction-cases.ts';
import { writeCases } from './cases/write-cases.ts';
import { type CaseContext, nameOf } from './conformance-case.ts';
import { createCaseTables } from './conformance-tables.ts';

const CASES = [
  ...tableCases,
  ...writeCases,
  ...conditionCases,
  ...queryCases,
  ...indexCases,
  ...transactionCases,
  ...refusalCases,
  ...callRefusalCases,
];

/** How another DynamoDB than ours is known to answer. */
export interface KnownDifferences {
  /** Cases refused with the same error in other words. */
  readonly wording: readonly string[];
  /** Cases with another outcome, and why we do not follow. */
  readonly outcomes: Readonly<Record<string, { readonly outcome: unknown; readonly why: string }>>;
  /** Cases that are not run, and why. */
  readonly skipped: Readonly<Record<string, string>>;
}

/**
 * Registers every conformance case as a test of the DynamoDB that `clientFactory` reaches. A known difference has to show itself:
 * it fails where the outcome is the expected one after all.
 */
export function dynamoCases(
  clientFactory: () => Promise<DynamoDBClient>,
  known: KnownDifferences = { wording: [], outcomes: {}, skipped: {} },
): void {
  const suffix = randomUUID().slice(0, 8);
  let context: CaseContext;

  beforeAll(async () => {
    const raw = await clientFactory();
    const doc = DynamoDBDocumentClient.from(raw, {
      marshallOptions: { removeUndefinedValues: true, allowImpreciseNumbers: true },
    });
    const [table = '', numbers = '', binaries = '', plain = ''] = ['t', 'n', 'b', 'p'].map(
      (name) => `case-${name}-${suffix}`,
    );
    context = { raw, doc, table, numbers, binaries, plain };
    await createCaseTables(context);
  });
  afterAll(() => context?.raw.destroy());

  test('every known difference names a case, once', () => {
    const names = CASES.map((each) => each.name);
    const differing = [...known.wording, ...Object.keys(known.outcomes), ...Object.keys(known.skipped)];
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(differing).size).toBe(differing.length);
    expect(differing.filter((name) => !names.includes(name))).toEqual([]);
  });

  for (const { name, run, expected } of CASES) {
    const skipped = known.skipped[name];
    if (skipped !== undefined) {
      test.skip(`${name} (not run: ${skipped})`);
      continue;
    }
    const wanted = plainOutcome(expected, suffix);
    const outcome = async () => plainOutcome(await run(context).catch(describeError), suffix);
    const other = known.outcomes[name];
    if (other) {
      test(`${name} (differs: ${other.why})`, async () => {
        expect(wanted).not.toEqual(other.outcome);
        expect(await outcome()).toEqual(other.outcome);
      });
    } else if (known.wording.includes(name)) {
      test(`${name} (in other words)`, async () => {
        const got = await outcome();
        expect(got).not.toEqual(wanted);
        expect(nameOf(String(got))).toBe(nameOf(String(wanted)));
      });
    } else test(name, async () => expect(await outcome()).toEqual(wanted));
  }
}

function describeError(error: unknown): string {
  return String(error);
}

/** Outcomes without what has to differ: the suite's own table names, and members that are undefined. */
function plainOutcome(outcome: unknown, suffix: string): unknown {
  const json = JSON.stringify(outcome ?? null, (_key, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  return JSON.parse(json.replaceAll(suffix, 'x'));
}

/** A client that neither retries nor waits for long. */
export function caseClient(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIAEXAMPLE0000', secretAccessKey: 'example' },
    maxAttempts: 1,
  });
}
