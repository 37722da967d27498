import { expect, it } from 'vitest';
import { md5OfAttributes, selectAttributes } from '../../../local/sqs/message-attributes.ts';

it('digests message attributes as SQS does', () => {
  // Known answer, also asserted by moto's and other SQS clients' tests.
  const attributes = { timestamp: { DataType: 'Number', StringValue: '1493147359900' } };
  expect(md5OfAttributes(attributes)).toBe('235c5c510d26fb653d073faed50ae77c');
  expect(md5OfAttributes({})).toBeUndefined();
});

it('digests attributes in the order of their names, whatever order they were sent in', () => {
  const a = { DataType: 'String', StringValue: '1' };
  const b = { DataType: 'Binary', BinaryValue: 'AAE=' };
  expect(md5OfAttributes({ a, b })).toBe(md5OfAttributes({ b, a }));
  expect(md5OfAttributes({ a, b })).not.toBe(md5OfAttributes({ a: b, b: a }));
});

it('selects attributes by name, prefix and All', () => {
  const value = { DataType: 'String', StringValue: 'v' };
  const attributes = { 'app.a': value, 'app.b': value, application: value };
  const selected = (...wanted: string[]) => Object.keys(selectAttributes(attributes, wanted));
  expect(selected()).toEqual([]);
  expect(selected('app.a', 'nope')).toEqual(['app.a']);
  expect(selected('app.*')).toEqual(['app.a', 'app.b']);
  expect(selected('All')).toHaveLength(3);
  expect(selected('.*')).toHaveLength(3);
});
