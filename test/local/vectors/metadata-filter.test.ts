import { describe, expect, it } from 'vitest';
import { compileFilter } from '../../../local/vectors/metadata-filter.ts';

const metadata = { genre: 'drama', year: 2020, live: true, tags: ['a', 'b'], scores: [1, 9] };

describe('metadata filters', () => {
  it.each([
    [true, { genre: 'drama' }],
    [false, { genre: 'comedy' }],
    [true, { genre: { $eq: 'drama' } }],
    [true, { live: true }],
    [false, { year: '2020' }],
    [true, { tags: 'b' }],
    [false, { tags: { $ne: 'b' } }],
    [true, { genre: { $ne: 'comedy' } }],
    [true, { missing: { $ne: 'x' } }],
    [true, { year: { $gte: 2020, $lt: 2021 } }],
    [false, { year: { $gt: 2020 } }],
    [true, { year: { $lte: 2020 } }],
    [false, { genre: { $gt: 1 } }],
    [true, { scores: { $gt: 5 } }],
    [true, { genre: { $in: ['comedy', 'drama'] } }],
    [false, { genre: { $nin: ['drama'] } }],
    [true, { missing: { $nin: ['drama'] } }],
    [true, { tags: { $in: ['z', 'a'] } }],
    [true, { genre: { $exists: true } }],
    [true, { missing: { $exists: false } }],
    [false, { missing: { $exists: true } }],
    [false, { toString: { $exists: true } }],
    [false, { genre: 'drama', year: 1999 }],
    [true, { $and: [{ genre: 'drama' }, { year: 2020 }] }],
    [false, { $and: [{ genre: 'drama' }, { year: 1999 }] }],
    [true, { $or: [{ genre: 'comedy' }, { $and: [{ year: { $gt: 2000 } }, { live: true }] }] }],
    [false, { $or: [{ genre: 'comedy' }], live: true }],
  ])('%j: %j', (expected, filter) => {
    expect(compileFilter(filter, new Set())(metadata)).toBe(expected);
  });

  it.each([
    [{}],
    [[]],
    ['genre'],
    [null],
    [{ genre: {} }],
    [{ genre: null }],
    [{ genre: ['drama'] }],
    [{ genre: { $eq: ['drama'] } }],
    [{ genre: { $in: [] } }],
    [{ genre: { $in: 'drama' } }],
    [{ year: { $gt: '2020' } }],
    [{ genre: { $exists: 'yes' } }],
    [{ genre: { $regex: 'd' } }],
    [{ $not: { genre: 'drama' } }],
    [{ $and: [] }],
    [{ $and: {} }],
    [{ note: 'x' }],
    [{ $or: [{ genre: 'drama' }, { note: { $exists: true } }] }],
  ])('refuse %j', (filter) => {
    expect(() => compileFilter(filter, new Set(['note']))).toThrow(
      expect.objectContaining({ code: 'ValidationException' }),
    );
  });
});
