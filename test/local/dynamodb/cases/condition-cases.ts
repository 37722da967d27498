import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { type ConformanceCase, define } from '../conformance-case.ts';

const ITEM = {
  s: 'hello',
  n: 5,
  b: new Uint8Array([1, 2, 3]),
  yes: true,
  nothing: null,
  ss: new Set(['a', 'b']),
  ns: new Set([1, 2]),
  l: ['x', 1, { deep: true }],
  m: { deep: { n: 7 }, seq: [1, 2] },
};

/** Every condition is judged on ITEM; the outcome is true or false, or the name of a refusal. */
const CONDITIONS: readonly (readonly [condition: string, values: Record<string, unknown>, expected: unknown])[] = [
  ['s = :v', { ':v': 'hello' }, true],
  ['s <> :v', { ':v': 'hello' }, false],
  ['s < :v', { ':v': 'help' }, true],
  ['s > :v', { ':v': 5 }, false],
  ['n BETWEEN :a AND :b', { ':a': 5, ':b': 6 }, true],
  ['NOT n BETWEEN :a AND :b', { ':a': 5, ':b': 6 }, false],
  ['n IN (:a, :b)', { ':a': 4, ':b': 5 }, true],
  ['n = :v', { ':v': '5' }, false],
  ['absent <> :v', { ':v': 1 }, true],
  ['absent = :v', { ':v': 1 }, false],
  ['absent < :v', { ':v': 1 }, false],
  ['attribute_exists(m.deep.n)', {}, true],
  ['attribute_exists(m.nope.n)', {}, false],
  ['attribute_not_exists(l[9])', {}, true],
  ['attribute_type(nothing, :t)', { ':t': 'NULL' }, true],
  ['attribute_type(ss, :t)', { ':t': 'S' }, false],
  ['contains(s, :v)', { ':v': 'ell' }, true],
  ['contains(ss, :v)', { ':v': 'b' }, true],
  ['contains(ns, :v)', { ':v': 3 }, false],
  ['contains(l, :v)', { ':v': { deep: true } }, true],
  ['begins_with(s, :v)', { ':v': 'he' }, true],
  ['begins_with(n, :v)', { ':v': '5' }, false],
  ['size(s) = :v', { ':v': 5 }, true],
  ['size(b) = :v', { ':v': 3 }, true],
  ['size(l) > :v', { ':v': 3 }, false],
  ['size(n) = :v', { ':v': 1 }, false],
  ['ss = :v', { ':v': new Set(['b', 'a']) }, true],
  ['m.deep = :v', { ':v': { n: 7 } }, true],
  ['m.seq[1] = :v', { ':v': 2 }, true],
  ['b = :v', { ':v': new Uint8Array([1, 2, 3]) }, true],
  ['yes = :v', { ':v': true }, true],
  ['n = m.deep.n', {}, false],
  ['n < m.deep.n', {}, true],
  ['s = :v OR n = :n AND yes = :no', { ':v': 'hello', ':n': 5, ':no': false }, true],
  ['(s = :v OR n = :n) AND yes = :no', { ':v': 'hello', ':n': 5, ':no': false }, false],
  ['NOT (s = :v) AND NOT attribute_exists(nope)', { ':v': 'x' }, true],
  ['((s = :v))', { ':v': 'hello' }, 'ValidationException'],
  ['s = s', {}, 'ValidationException'],
  ['begins_with(s, :v)', { ':v': 5 }, 'ValidationException'],
  ['n < :v', { ':v': true }, 'ValidationException'],
  ['n BETWEEN :a AND :b', { ':a': 6, ':b': 5 }, 'ValidationException'],
  ['attribute_exists(:v)', { ':v': 'x' }, 'ValidationException'],
  ['attribute_type(s, :t)', { ':t': 'STRING' }, 'ValidationException'],
  ['unknown_function(s)', {}, 'ValidationException'],
  ['size(s)', {}, 'ValidationException'],
  ['s =', {}, 'ValidationException'],
  ['s = :undefined', {}, 'ValidationException'],
  ['#undefined = :v', { ':v': 1 }, 'ValidationException'],
  ['status = :v', { ':v': 1 }, 'ValidationException'],
  ['m.list[0] = :v', { ':v': 1 }, 'ValidationException'],
  ['', {}, 'ValidationException'],
];

export const conditionCases: readonly ConformanceCase[] = CONDITIONS.map(([condition, values, expected], index) =>
  define(
    `condition ${index + 1}: ${condition || '(empty)'} with ${JSON.stringify(Object.values(values).map((v) => (v instanceof Set ? [...v] : v)))}`,
    async ({ doc, table }) => {
      const Key = { pk: `condition-${index}`, sk: 's' };
      await doc.send(new PutCommand({ TableName: table, Item: { ...ITEM, ...Key } }));
      try {
        await doc.send(
          new DeleteCommand({
            TableName: table,
            Key,
            ConditionExpression: condition,
            ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}),
          }),
        );
        return true;
      } catch (error) {
        const { name } = error as Error;
        return name === 'ConditionalCheckFailedException' ? false : name;
      }
    },
    expected,
  ),
);
