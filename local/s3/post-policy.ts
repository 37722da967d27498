import { S3Error } from './s3-error.ts';

/** One condition of a POST policy, as the policy writes it. */
type PolicyCondition =
  | { readonly kind: 'eq' | 'starts-with'; readonly field: string; readonly value: string; readonly source: string }
  | { readonly kind: 'content-length-range'; readonly min: number; readonly max: number };

export interface PostPolicy {
  /** Milliseconds since the epoch. */
  readonly expiration: number;
  readonly conditions: readonly PolicyCondition[];
}

const invalid = (message: string) => new S3Error('InvalidPolicyDocument', `Invalid Policy: ${message}`);

/**
 * Reads the base64 of a POST policy ("Creating a POST policy", Amazon S3 API reference).
 * @throws S3Error InvalidPolicyDocument
 */
export function readPostPolicy(base64: string): PostPolicy {
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
  } catch {
    throw invalid('Invalid JSON.');
  }
  if (typeof document !== 'object' || document === null) throw invalid('Invalid JSON.');
  const { expiration, conditions } = document as { expiration?: unknown; conditions?: unknown };
  if (typeof expiration !== 'string') throw invalid('Policy missing expiration.');
  if (!Array.isArray(conditions)) throw invalid('Policy missing conditions.');
  const time = Date.parse(expiration);
  if (Number.isNaN(time)) throw invalid(`Invalid 'expiration' value: '${expiration}'`);
  return { expiration: time, conditions: conditions.flatMap(readCondition) };
}

function readCondition(condition: unknown): PolicyCondition[] {
  if (Array.isArray(condition)) return [readListCondition(condition)];
  if (typeof condition !== 'object' || condition === null) throw invalid('Invalid condition.');
  return Object.entries(condition).map(([field, value]) => {
    if (typeof value !== 'string') throw invalid('Invalid Simple-Condition: value must be a string.');
    return { kind: 'eq', field: field.toLowerCase(), value, source: quote(['eq', `$${field}`, value]) };
  });
}

function readListCondition(condition: readonly unknown[]): PolicyCondition {
  const [operator, second, third] = condition;
  if (condition.length !== 3) throw invalid('Invalid condition: a list must have three elements.');
  const kind = String(operator).toLowerCase();
  if (kind === 'content-length-range') {
    const min = Number(second);
    const max = Number(third);
    if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || min < 0 || max < min) {
      throw invalid('Invalid content-length-range.');
    }
    return { kind, min, max };
  }
  if (kind !== 'eq' && kind !== 'starts-with') throw invalid(`Unknown condition operation "${String(operator)}".`);
  if (typeof second !== 'string' || typeof third !== 'string' || !second.startsWith('$')) {
    throw invalid('Invalid condition: a field name must begin with "$" and a value must be a string.');
  }
  return { kind, field: second.slice(1).toLowerCase(), value: third, source: quote([kind, second, third]) };
}

function quote(parts: readonly string[]): string {
  return `[${parts.map((part) => JSON.stringify(part)).join(', ')}]`;
}

/** Fields that need no condition; every other field must be named by one. */
function isExempt(field: string): boolean {
  return ['x-amz-signature', 'policy', 'file', 'bucket'].includes(field) || field.startsWith('x-ignore-');
}

/**
 * Holds a form against its policy; `${filename}` must be filled in before. The size is left to `sizeRange`.
 * @param fields by lower-case name, with `bucket` from the address
 * @throws S3Error AccessDenied "Invalid according to Policy: …"
 */
export function enforcePostPolicy(policy: PostPolicy, fields: ReadonlyMap<string, string>, now: number): void {
  const denied = (message: string) => new S3Error('AccessDenied', `Invalid according to Policy: ${message}`);
  if (now > policy.expiration) throw denied('Policy expired.');
  const named = new Set<string>();
  for (const condition of policy.conditions) {
    if (condition.kind === 'content-length-range') continue;
    named.add(condition.field);
    const value = fields.get(condition.field) ?? '';
    const holds =
      condition.kind === 'eq'
        ? fields.has(condition.field) && value === condition.value
        : value.startsWith(condition.value);
    if (!holds) throw denied(`Policy Condition failed: ${condition.source}`);
  }
  const extra = [...fields.keys()].find((field) => !named.has(field) && !isExempt(field));
  if (extra !== undefined) throw denied(`Extra input fields: ${extra}`);
}

/** Bytes that all content-length-range conditions together allow. */
export function sizeRange(policy: PostPolicy): { readonly min: number; readonly max: number } {
  let min = 0;
  let max = 5 * 1024 ** 3;
  for (const condition of policy.conditions) {
    if (condition.kind !== 'content-length-range') continue;
    min = Math.max(min, condition.min);
    max = Math.min(max, condition.max);
  }
  return { min, max };
}
