import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createOpenApi, specOf } from '../../lambdas/handlers/openapi.ts';
import { type Route, routes } from '../../lambdas/http/routes.ts';

const golden = join(import.meta.dirname, 'openapi.golden.json');

describe('C-09 the description of the API', () => {
  test('is the one that was agreed on; a wanted change is written with UPDATE_GOLDEN=1', () => {
    const now = `${JSON.stringify(createOpenApi(), null, 2)}\n`;
    if (process.env.UPDATE_GOLDEN) writeFileSync(golden, now);
    expect(JSON.parse(now)).toEqual(JSON.parse(readFileSync(golden, 'utf8')));
  });

  test('has a summary and a reply for every route', () => {
    for (const route of routes as readonly Route[]) {
      const spec = specOf(route);
      expect(spec.summary.length).toBeGreaterThan(5);
      expect(spec.reply.status).toBeLessThan(400);
    }
  });

  test('names every path parameter', () => {
    const paths: Record<string, Record<string, { parameters?: { name: string; in: string }[] }>> = JSON.parse(
      JSON.stringify(createOpenApi().paths),
    );
    for (const [path, methods] of Object.entries(paths)) {
      const expected = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const { parameters = [] } of Object.values(methods)) {
        expect(parameters.filter((one) => one.in === 'path').map(({ name }) => name)).toEqual(expected);
      }
    }
  });

  test('K-01 of a contract alone has its own bodies and webhooks, and nothing of the others', () => {
    const { paths, webhooks } = JSON.parse(JSON.stringify(createOpenApi('document')));
    const { schema } = paths['/v1/verify'].post.requestBody.content['application/json'];
    expect(schema).toEqual({ $ref: '#/components/schemas/DocumentRequest' });
    expect(Object.keys(paths['/v1/verify'].post.responses)).toContain('202');
    expect(Object.keys(webhooks)).toEqual(['document']);
    const all = JSON.parse(JSON.stringify(createOpenApi())).paths['/v1/verify'].post;
    expect(all.requestBody.content['application/json'].schema.oneOf).toHaveLength(2);
  });

  test('of one contract leaves the other one out', () => {
    expect(Object.keys(createOpenApi('submission').paths ?? {})).not.toContain('/v1/admin/tenants');
    expect(Object.keys(createOpenApi('platform').paths ?? {})).not.toContain('/v1/verify/init');
  });
});
