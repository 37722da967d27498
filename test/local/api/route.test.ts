import { describe, expect, test } from 'vitest';
import { createRouter } from '../../../local/api/route.ts';

const routeKeys = [
  '$default',
  'ANY /{proxy+}',
  'GET /pets/{proxy+}',
  'GET /pets/dog/{id}',
  'GET /pets/dog/1',
  'ANY /pets/dog/1',
  'GET /pets/{kind}/toys',
  'POST /',
  'GET /users/{user}/files/{path+}',
];
const find = createRouter(routeKeys.map((routeKey) => ({ routeKey, target: routeKey })));

describe('a request takes the most specific route', () => {
  test.each([
    // The first five are the examples of AWS's own documentation of route evaluation.
    ['GET', '/pets/dog/1', 'GET /pets/dog/1', undefined],
    ['GET', '/pets/dog/2', 'GET /pets/dog/{id}', { id: '2' }],
    ['GET', '/pets/cat/1', 'GET /pets/{proxy+}', { proxy: 'cat/1' }],
    ['POST', '/test/5', 'ANY /{proxy+}', { proxy: 'test/5' }],
    ['GET', '/', '$default', undefined],
    ['POST', '/pets/dog/1', 'ANY /pets/dog/1', undefined],
    ['GET', '/pets/dog/toys', 'GET /pets/dog/{id}', { id: 'toys' }],
    ['GET', '/pets/cat/toys', 'GET /pets/{kind}/toys', { kind: 'cat' }],
    ['POST', '/', 'POST /', undefined],
    ['GET', '/users/u%2F1/files/a%20b/c', 'GET /users/{user}/files/{path+}', { user: 'u/1', path: 'a b/c' }],
    ['GET', '/pets/dog/%E4%BD%A0', 'GET /pets/dog/{id}', { id: '你' }],
    ['GET', '/pets/dog/%zz', 'GET /pets/dog/{id}', { id: '%zz' }],
    ['GET', '/pets/d%6Fg/1', 'GET /pets/dog/1', undefined],
    ['GET', '/pets/dog/', 'GET /pets/{proxy+}', { proxy: 'dog/' }],
    ['GET', '/PETS/dog/1', 'ANY /{proxy+}', { proxy: 'PETS/dog/1' }],
  ])('%s %s → %s', (method, path, routeKey, parameters) => {
    const match = find(method, path);
    expect(match?.route.routeKey).toBe(routeKey);
    expect(match?.pathParameters).toEqual(parameters);
  });

  test('and none without $default is none', () => {
    const only = createRouter([{ routeKey: 'GET /a', target: 1 }]);
    expect(only('POST', '/a')).toBeUndefined();
    expect(only('GET', '/a/')).toBeUndefined();
    expect(only('GET', '/b')).toBeUndefined();
  });

  test('whatever the order of the table', () => {
    const reversed = createRouter([...routeKeys].reverse().map((routeKey) => ({ routeKey, target: routeKey })));
    for (const path of ['/pets/dog/1', '/pets/dog/2', '/pets/cat/1', '/pets/cat/toys', '/'])
      expect(reversed('GET', path)?.route.routeKey).toBe(find('GET', path)?.route.routeKey);
  });
});

test('a parameter named like a property of Object is only a parameter', () => {
  const router = createRouter([{ routeKey: 'GET /{constructor}', target: 1 }]);
  expect(router('GET', '/x')?.pathParameters).toEqual({ constructor: 'x' });
});

test.each(['GET pets', 'get /pets', '/pets', ''])('the route key "%s" is refused', (routeKey) => {
  expect(() => createRouter([{ routeKey, target: 1 }])).toThrow('is no route key');
});
