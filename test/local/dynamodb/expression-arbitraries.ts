import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';

/** Text of an expression and the values that it names. */
export interface Fragment {
  readonly text: string;
  readonly values: readonly AttributeValue[];
}

const scalar: fc.Arbitrary<AttributeValue> = fc.oneof(
  fc.constantFrom('', 'a', 'ab', 'b', 'é', '10').map((S) => ({ S })),
  fc.constantFrom('0', '1', '-1', '2.5', '10', '1000', '99999999999999999999').map((N) => ({ N })),
  fc.boolean().map((BOOL) => ({ BOOL })),
  fc.constant({ NULL: true } as const),
);
const flat: fc.Arbitrary<AttributeValue> = fc.oneof(
  scalar,
  fc.constantFrom(['a'], ['a', 'b'], ['b', 'c']).map((each) => ({ SS: [...each] })),
  fc.constantFrom(['1'], ['1', '2.5'], ['3', '1']).map((each) => ({ NS: [...each] })),
  fc.constantFrom('', 'a', 'ab').map((text) => ({ B: new TextEncoder().encode(text) as Uint8Array })),
);

/** Values of all types, lists and maps up to two levels deep. */
export const value: fc.Arbitrary<AttributeValue> = fc.letrec<{ any: AttributeValue }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', maxDepth: 2 },
    flat,
    fc.array(tie('any'), { maxLength: 3 }).map((L): AttributeValue => ({ L })),
    fc
      .dictionary(fc.constantFrom('x', 'y', 'z'), tie('any'), { maxKeys: 3, noNullPrototype: true })
      .map((M) => ({ M })),
  ),
})).any;

export const NAMES = ['aa', 'bb', 'cc', 'dd'] as const;
const path: fc.Arbitrary<Fragment> = fc
  .tuple(
    fc.constantFrom(...NAMES),
    fc.array(fc.constantFrom('.x', '.y', '[0]', '[1]', '[7]'), { maxLength: 2, size: 'xsmall' }),
  )
  .map(([head, tail]) => ({ text: head + tail.join(''), values: [] }));
const number = fc.constantFrom('0', '1', '-2.5').map((N): Fragment => ({ text: ':', values: [{ N }] }));
const given: fc.Arbitrary<Fragment> = value.map((each) => ({ text: ':', values: [each] }));

/** Text with `$` in the places of fragments. */
const join = (template: string, ...parts: readonly Fragment[]): Fragment => {
  const texts = parts.map((part) => part.text);
  return { text: template.replace(/\$/g, () => texts.shift() ?? ''), values: parts.flatMap((part) => part.values) };
};
const made = (template: string, ...parts: readonly fc.Arbitrary<Fragment>[]): fc.Arbitrary<Fragment> =>
  fc.tuple(...parts).map((fragments) => join(template, ...fragments));

const operand = fc.oneof(
  { weight: 4, arbitrary: path },
  { weight: 1, arbitrary: made('size($)', path) },
  { weight: 4, arbitrary: given },
);
/** Mostly what can be ordered: other operands are refused whatever the item. */
const ordered = fc.oneof(
  { weight: 9, arbitrary: path },
  {
    weight: 9,
    arbitrary: fc.constantFrom<AttributeValue>({ S: 'ab' }, { N: '2' }).map((each) => ({ text: ':', values: [each] })),
  },
  { weight: 1, arbitrary: operand },
);
const typeName = fc.constantFrom('S', 'N', 'L', 'M', 'NULL', 'X').map((S) => ({ text: ':', values: [{ S }] }));
const comparison = fc.oneof(
  ...['=', '<>'].map((operator) => made(`$ ${operator} $`, operand, operand)),
  ...['<', '<=', '>', '>='].map((operator) => made(`$ ${operator} $`, ordered, ordered)),
  made('$ BETWEEN $ AND $', ordered, ordered, ordered),
  made('$ IN ($, $)', operand, operand, operand),
  made('attribute_exists($)', path),
  made('attribute_not_exists($)', path),
  made('attribute_type($, $)', path, typeName),
  made('begins_with($, $)', ordered, ordered),
  made('contains($, $)', operand, operand),
);
export const condition: fc.Arbitrary<Fragment> = fc.letrec<{ any: Fragment }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', maxDepth: 2 },
    comparison,
    made('$ AND $', tie('any'), tie('any')),
    made('($ OR $)', tie('any'), tie('any')),
    made('NOT $', tie('any')),
  ),
})).any;

const fallback = made('if_not_exists($, $)', path, given);
const assigned = fc.oneof(
  { weight: 4, arbitrary: given },
  path,
  made('$ + $', path, number),
  made('$ - $', given, path),
  fallback,
  made('$ + $', made('if_not_exists($, $)', path, number), number),
  made('list_append($, $)', path, given),
  made('list_append($, $)', fallback, given),
  made('list_append($, list_append($, $))', path, given, given),
);
const clauses = (keyword: string, clause: fc.Arbitrary<Fragment>) =>
  fc
    .array(clause, { minLength: 1, maxLength: 2 })
    .map((all) => join(`${keyword} ${all.map(() => '$').join(', ')}`, ...all));
export const update: fc.Arbitrary<Fragment> = fc
  .subarray(
    [
      clauses('SET', made('$ = $', path, assigned)),
      clauses('REMOVE', path),
      clauses('ADD', made('$ $', path, fc.oneof(number, given))),
      clauses('DELETE', made('$ $', path, given)),
    ],
    { minLength: 1, maxLength: 2 },
  )
  .chain((sections) => made(sections.map(() => '$').join(' '), ...sections));

/** A request's expression parameter and its ExpressionAttributeValues: `:` in the text gets a number. */
export function numbered(
  { text, values }: Fragment,
  from = 0,
): { text: string; values: Record<string, AttributeValue> } {
  let next = from;
  return {
    text: text.replace(/:/g, () => `:v${next++}`),
    values: Object.fromEntries(values.map((each, index) => [`:v${from + index}`, each])),
  };
}
