import { describe, expect, inject, test } from 'vitest';
import { call, type Reply } from '../../support/client.ts';
import { type DocumentClient, document } from './document.ts';

describe('document, limits', () => {
  test('M-41 M-42 M-43 M-44 M-45 C-06 150 calls at once on the Standard plan: some are told when to come back', async () => {
    const own = await document({ plan: 'standard' });
    const replies = await Promise.all(Array.from({ length: 150 }, () => own.sandbox()));
    const limited = replies.filter(({ status }) => status === 429);
    expect(replies.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(100);
    expect(limited.length).toBeGreaterThan(20);
    for (const { headers } of replies) {
      expect(headers.get('x-ratelimit-limit')).toBe('100');
      expect(Number(headers.get('x-ratelimit-remaining'))).toBeGreaterThanOrEqual(0);
      expect(Number(headers.get('x-ratelimit-reset'))).toBeGreaterThan(Date.now() / 1000 - 60);
    }
    const { body, headers } = limited[0] as Reply;
    const seconds = body.error.details.retry_after_seconds;
    expect(body.error).toMatchObject({
      code: 'RATE_LIMIT_EXCEEDED',
      message: `Rate limit exceeded. Try again in ${seconds} second${seconds === 1 ? '' : 's'}.`,
    });
    expect([headers.get('retry-after'), headers.get('x-ratelimit-retry-after')]).toEqual([`${seconds}`, `${seconds}`]);
  });

  test('M-42 M-45 the limits of plans and of routes', async () => {
    const limitOf = async (own: DocumentClient, path: string) => (await own.get(path)).headers.get('x-ratelimit-limit');
    const standard = await document({ plan: 'standard' });
    expect(await limitOf(standard, '/v1/status/req_0000000000000000')).toBe('1000');
    expect(await limitOf(standard, '/v1/webhooks')).toBe('100');
    expect(await limitOf(standard, '/v1/usage')).toBe('100');
    const professional = await document({ plan: 'professional' });
    expect((await professional.sandbox()).headers.get('x-ratelimit-limit')).toBe('1000');
    expect(Number((await (await document()).sandbox()).headers.get('x-ratelimit-limit'))).toBeGreaterThan(100_000);
  });

  test('C-09 the contract has a description of its own', async () => {
    const { status, body } = await call(inject('service').url, 'GET', '/openapi.json?contract=document');
    expect(status).toBe(200);
    expect(Object.keys(body.paths)).toEqual(expect.arrayContaining(['/v1/verify', '/v1/status/{id}', '/v1/uploads']));
    expect(Object.keys(body.paths)).not.toContain('/v1/enroll');
  });
});
