import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern, parsePattern } from '../../../local/events/pattern.ts';

const matches = (pattern: unknown, event: unknown) => compilePattern(pattern)(event);

describe('a pattern of several fields', () => {
  const pattern = {
    source: [{ prefix: 'idv.' }],
    'detail-type': ['a', 'b'],
    detail: {
      score: [{ numeric: ['>=', 0, '<', 1] }],
      test: [{ exists: false }],
      env: [{ 'anything-but': ['sandbox'] }],
      tags: ['x'],
    },
  };
  const event = (detail = {}, source = 'idv.core') => ({
    source,
    'detail-type': 'a',
    detail: { score: 0.5, env: 'prod', tags: ['x', 'y'], ...detail },
  });

  it('matches an event that satisfies all of them', () => expect(matches(pattern, event())).toBe(true));
  it.each([
    [event({ score: 1 })],
    [event({ test: 1 })],
    [event({ env: 'sandbox' })],
    [event({}, 'x.y')],
    [event({ tags: ['z'] })],
    [{ ...event(), 'detail-type': 'c' }],
    [{}],
    [null],
    ['text'],
  ])('does not match %j', (other) => expect(matches(pattern, other)).toBe(false));
});

const cases: readonly (readonly [expected: boolean, pattern: unknown, event: unknown])[] = [
  // exact values keep their types
  [true, { a: [1] }, { a: 1 }],
  [true, { a: [1] }, { a: 1.0 }],
  [false, { a: [1] }, { a: '1' }],
  [true, { a: [true, null] }, { a: null }],
  [false, { a: [null] }, {}],
  [false, { a: [''] }, { a: null }],
  // arrays: any element, at any depth
  [true, { a: ['x', 'y'] }, { a: ['z', 'y'] }],
  [true, { a: ['y'] }, { a: [['x'], ['y']] }],
  [false, { a: ['y'] }, { a: [] }],
  [false, { a: ['y'] }, { a: { b: 'y' } }],
  // nested objects, and one element of an array for all fields of one pattern object
  [true, { a: { b: ['x'] } }, { a: { b: 'x', c: 1 } }],
  [true, { a: { b: [1], c: [2] } }, { a: [{ b: 0 }, { b: 1, c: 2 }] }],
  [
    false,
    { a: { b: [1], c: [2] } },
    {
      a: [
        { b: 1, c: 1 },
        { b: 2, c: 2 },
      ],
    },
  ],
  // prefix, suffix, ignoring case
  [true, { a: [{ prefix: 'ab' }] }, { a: 'abc' }],
  [false, { a: [{ prefix: 'ab' }] }, { a: 'ABC' }],
  [true, { a: [{ prefix: { 'equals-ignore-case': 'ab' } }] }, { a: 'ABC' }],
  [true, { a: [{ suffix: '.png' }] }, { a: 'x.png' }],
  [true, { a: [{ suffix: { 'equals-ignore-case': '.png' } }] }, { a: 'x.PNG' }],
  [false, { a: [{ suffix: '.png' }] }, { a: 5 }],
  [true, { a: [{ 'equals-ignore-case': 'Alice' }] }, { a: 'aLICE' }],
  [false, { a: [{ 'equals-ignore-case': 'Alice' }] }, { a: 'alicex' }],
  // anything-but needs a value
  [true, { a: [{ 'anything-but': 'x' }] }, { a: 'y' }],
  [false, { a: [{ 'anything-but': 'x' }] }, { a: 'x' }],
  [false, { a: [{ 'anything-but': 'x' }] }, {}],
  [true, { a: [{ 'anything-but': 'x' }] }, { a: 5 }],
  [false, { a: [{ 'anything-but': [1, 2] }] }, { a: 2 }],
  [true, { a: [{ 'anything-but': ['x'] }] }, { a: ['x', 'y'] }],
  [false, { a: [{ 'anything-but': { prefix: 'a' } }] }, { a: 'abc' }],
  [false, { a: [{ 'anything-but': { prefix: ['a', 'b'] } }] }, { a: 'bc' }],
  [true, { a: [{ 'anything-but': { prefix: 'a' } }] }, { a: 'bc' }],
  [false, { a: [{ 'anything-but': { suffix: '.tmp' } }] }, { a: 'x.tmp' }],
  [false, { a: [{ 'anything-but': { 'equals-ignore-case': ['X', 'Y'] } }] }, { a: 'y' }],
  [false, { a: [{ 'anything-but': { wildcard: '*/lib/*' } }] }, { a: 'usr/lib/x' }],
  // numeric
  [true, { a: [{ numeric: ['=', 5] }] }, { a: 5 }],
  [true, { a: [{ numeric: ['>', 0, '<=', 5] }] }, { a: 5 }],
  [false, { a: [{ numeric: ['>', 0, '<=', 5] }] }, { a: 0 }],
  [false, { a: [{ numeric: ['>', 0] }] }, { a: '1' }],
  // exists: leaves only
  [true, { a: [{ exists: true }] }, { a: null }],
  [false, { a: [{ exists: true }] }, { a: { b: 1 } }],
  [false, { a: [{ exists: true }] }, { a: [] }],
  [true, { a: [{ exists: false }] }, {}],
  [true, { a: [{ exists: false }] }, { a: { b: 1 } }],
  [true, { a: { b: [{ exists: false }] } }, {}],
  [true, { a: { b: [{ exists: false }] } }, { a: 'text' }],
  [false, { a: { b: [{ exists: false }] } }, { a: { b: 0 } }],
  [false, { a: { b: [{ exists: false }] } }, { a: [{ c: 1 }, { b: 1 }] }],
  [true, { a: [{ exists: false }, 'x'] }, { a: 'x' }],
  [false, { a: [{ exists: false }, 'x'] }, { a: 'y' }],
  // wildcard
  [true, { a: [{ wildcard: 'a*c' }] }, { a: 'abbc' }],
  [true, { a: [{ wildcard: 'a*c' }] }, { a: 'ac' }],
  [false, { a: [{ wildcard: 'a*a' }] }, { a: 'a' }],
  [true, { a: [{ wildcard: '*b*d*' }] }, { a: 'abcde' }],
  [false, { a: [{ wildcard: '*d*b*' }] }, { a: 'abcde' }],
  [true, { a: [{ wildcard: 'x\\*y\\\\*' }] }, { a: 'x*y\\z' }],
  [false, { a: [{ wildcard: 'x\\*y' }] }, { a: 'xzy' }],
  [true, { a: [{ wildcard: 'plain' }] }, { a: 'plain' }],
  // cidr
  [true, { a: [{ cidr: '10.0.0.0/24' }] }, { a: '10.0.0.255' }],
  [false, { a: [{ cidr: '10.0.0.0/24' }] }, { a: '10.0.1.0' }],
  [true, { a: [{ cidr: '2001:db8::/32' }] }, { a: '2001:db8:1::5' }],
  [false, { a: [{ cidr: '10.0.0.0/24' }] }, { a: 'not an address' }],
  // $or, beside other fields and nested
  [true, { $or: [{ a: [1] }, { b: [{ suffix: 'x' }] }] }, { b: 'zx' }],
  [false, { $or: [{ a: [1] }, { b: [2] }], c: [3] }, { a: 1 }],
  [true, { d: { $or: [{ a: [1] }, { $or: [{ b: [2] }, { c: [3] }] }] } }, { d: { c: 3 } }],
  // names that every object inherits are not fields
  [false, { constructor: [{ exists: true }] }, {}],
  [true, { toString: [{ exists: false }] }, {}],
];

describe('event patterns', () => {
  it.each(cases)('%j: %j on %j', (expected, pattern, event) => expect(matches(pattern, event)).toBe(expected));

  it.each([
    ['[]'],
    ['"x"'],
    ['{'],
    ['{}'],
    ['{"a":{}}'],
    ['{"a":[]}'],
    ['{"a":"x"}'],
    ['{"a":[["x"]]}'],
    ['{"a":[{"prefix":1}]}'],
    ['{"a":[{"prefix":"x","suffix":"y"}]}'],
    ['{"a":[{}]}'],
    ['{"a":[{"starts-with":"x"}]}'],
    ['{"a":[{"exists":"yes"}]}'],
    ['{"a":[{"numeric":[">"]}]}'],
    ['{"a":[{"numeric":["!",1]}]}'],
    ['{"a":[{"numeric":["<",1,">",0]}]}'],
    ['{"a":[{"numeric":[">",5,"<",1]}]}'],
    ['{"a":[{"numeric":["=","1"]}]}'],
    ['{"a":[{"wildcard":"a**b"}]}'],
    ['{"a":[{"wildcard":"a\\\\b"}]}'],
    ['{"a":[{"cidr":"10.0.0.0"}]}'],
    ['{"a":[{"cidr":"10.0.0.0/33"}]}'],
    ['{"a":[{"anything-but":[]}]}'],
    ['{"a":[{"anything-but":["x",1]}]}'],
    ['{"a":[{"anything-but":{"cidr":"10.0.0.0/8"}}]}'],
    ['{"$or":[{"a":[1]}]}'],
    ['{"$or":[{"a":[1]},1]}'],
    [`{"a":["${'x'.repeat(4096)}"]}`],
  ])('refuses %s', (text) => {
    expect(() => parsePattern(text)).toThrow(expect.objectContaining({ code: 'InvalidEventPatternException' }));
  });
});

describe('for any event', () => {
  const scalar = fc.oneof(
    fc.string({ maxLength: 4 }),
    fc.integer({ min: -9, max: 9 }),
    fc.boolean(),
    fc.constant(null),
  );
  const text = fc.string({ maxLength: 6, unit: fc.constantFrom('a', 'b', '*', '\\', '.') });

  it('a scalar matches itself exactly, and anything-but is its opposite for text and numbers', () => {
    fc.assert(
      fc.property(scalar, scalar, (a, b) => {
        expect(matches({ f: [a] }, { f: b })).toBe(a === b);
        if (typeof a === 'string' || typeof a === 'number')
          expect(matches({ f: [{ 'anything-but': a }] }, { f: b })).toBe(a !== b);
      }),
    );
  });

  it('an array matches if one of its elements does', () => {
    fc.assert(
      fc.property(fc.array(scalar), fc.array(scalar, { minLength: 1 }), (values, wanted) => {
        expect(matches({ f: wanted }, { f: values })).toBe(
          values.some((value) => matches({ f: wanted }, { f: value })),
        );
      }),
    );
  });

  it('exists: true and exists: false never agree', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const event = { f: value };
        expect(matches({ f: [{ exists: true }] }, event)).toBe(!matches({ f: [{ exists: false }] }, event));
      }),
    );
  });

  it('a wildcard agrees with the regular expression that it means', () => {
    const escaped = (piece: string) => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), text, (pieces, value) => {
        const kept = pieces.filter((piece, index) => piece !== '' || index === 0 || index === pieces.length - 1);
        const pattern = kept.map((piece) => piece.replace(/[\\*]/g, '\\$&')).join('*');
        if (pattern.includes('**')) return;
        const meant = new RegExp(`^${kept.map(escaped).join('.*')}$`, 's');
        expect(matches({ f: [{ wildcard: pattern }] }, { f: value })).toBe(meant.test(value));
      }),
    );
  });

  it('matching never throws, whatever the event', () => {
    const compiled = cases.map(([, pattern]) => compilePattern(pattern));
    fc.assert(
      fc.property(fc.jsonValue(), (event) => {
        for (const matcher of compiled) expect(typeof matcher(event)).toBe('boolean');
      }),
    );
  });
});
