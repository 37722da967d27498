import { describe, expect, test } from 'vitest';
import { readResponse } from '../../../local/api/response.ts';

const read = (value: unknown) => {
  const { body, ...rest } = readResponse(JSON.stringify(value));
  return { ...rest, body: body.toString() };
};
const json = { 'content-type': 'application/json' };

describe('without a status code the answer itself is the body', () => {
  test.each([
    ['Hello from Lambda!', 'Hello from Lambda!'],
    [{ message: 'Hello' }, '{"message":"Hello"}'],
    [[1, 2], '[1,2]'],
    [42, '42'],
    [null, 'null'],
  ])('%j', (value, body) => {
    expect(read(value)).toEqual({ status: 200, headers: json, body });
  });
});

describe('with a status code it is a response', () => {
  test('with headers in lower case, and each cookie in a header of its own', () => {
    expect(
      read({
        statusCode: 201,
        headers: { 'Content-Type': 'text/html', 'X-Count': 3, 'X-Flag': true },
        cookies: ['a=1; HttpOnly', 'b=2'],
        body: '<p>',
      }),
    ).toEqual({
      status: 201,
      headers: {
        'content-type': 'text/html',
        'x-count': '3',
        'x-flag': 'true',
        'set-cookie': ['a=1; HttpOnly', 'b=2'],
      },
      body: '<p>',
    });
  });

  test('whose base64 body is decoded', () => {
    const bytes = Buffer.from([0, 255, 128]);
    const answer = readResponse(
      JSON.stringify({ statusCode: 200, body: bytes.toString('base64'), isBase64Encoded: true }),
    );
    expect(answer.body.equals(bytes)).toBe(true);
  });

  test('whose body without a type is plain text, and which may lack a body', () => {
    expect(read({ statusCode: 200, body: 'x' }).headers).toEqual({ 'content-type': 'text/plain;charset=UTF-8' });
    expect(read({ statusCode: '204' })).toEqual({ status: 204, headers: {}, body: '' });
  });

  test('without headers that belong to the connection', () => {
    const headers = { 'Content-Length': '9999', 'Transfer-Encoding': 'chunked', Connection: 'x', kept: 'yes' };
    expect(read({ statusCode: 200, headers }).headers).toEqual({ kept: 'yes' });
  });
});

test.each([
  { statusCode: 'many' },
  { statusCode: 42 },
  { statusCode: 200.5 },
  { statusCode: null },
  { statusCode: 200, body: { not: 'text' } },
  { statusCode: 200, headers: 'none' },
  { statusCode: 200, headers: { 'bad name': 'x' } },
  { statusCode: 200, headers: { split: 'a\r\nset-cookie: b' } },
  { statusCode: 200, cookies: ['a\nb'] },
  { statusCode: 200, cookies: 'a' },
])('%j is the function’s mistake: 500', (value) => {
  expect(read(value)).toEqual({ status: 500, headers: json, body: '{"message":"Internal Server Error"}' });
});
