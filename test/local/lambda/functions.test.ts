import { describe, expect, test } from 'vitest';
import { echo, start } from './running-functions.ts';
import { sampleFunction } from './sample-function.ts';

describe('an invocation', () => {
  test('passes the event and answers what the handler returned, by name, ARN and qualified ARN', async () => {
    const functions = start([sampleFunction(echo)]);
    const event = { text: 'ä€😀', list: [1, null], nested: { deep: true } };
    expect(await functions.call('sample', event)).toEqual(event);
    const arn = 'arn:aws:lambda:eu-central-1:123456789012:function:sample';
    expect(await functions.call(arn, event)).toEqual(event);
    expect(await functions.call(`${arn}:live`, event)).toEqual(event);
  });

  test('gives the handler the context that Lambda gives', async () => {
    const functions = start([
      sampleFunction(
        'export const handler = async (_, context) => ({ ...context, left: context.getRemainingTimeInMillis() });',
        { memoryMb: 512, timeoutMs: 5000 },
      ),
    ]);
    const context = await functions.call('sample');
    expect(context).toMatchObject({
      functionName: 'sample',
      functionVersion: '$LATEST',
      invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:sample',
      memoryLimitInMB: '512',
      logGroupName: '/aws/lambda/sample',
      callbackWaitsForEmptyEventLoop: true,
      awsRequestId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f-]{27}$/),
    });
    const { left } = context as { left: number };
    expect(left).toBeGreaterThan(3000);
    expect(left).toBeLessThanOrEqual(5000);
  });

  test('shows the function its own variables and Lambda’s, and nothing of the host', async () => {
    process.env.HOST_SECRET = 'do not show';
    const functions = start(
      [
        sampleFunction('export const handler = async () => ({ env: process.env, cwd: process.cwd() });', {
          environment: { TABLE: 'users', SHARED: 'template' },
          layersRoot: '/somewhere/opt',
        }),
      ],
      { environment: { SHARED: 'host' }, compileCache: '/tmp/cache-of-a-test' },
    );
    const { env, cwd } = (await functions.call('sample')) as { env: Record<string, string>; cwd: string };
    delete process.env.HOST_SECRET;
    expect(env).toMatchObject({
      AWS_REGION: 'eu-central-1',
      AWS_LAMBDA_FUNCTION_NAME: 'sample',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
      LAMBDA_LAYERS_ROOT: '/somewhere/opt',
      LAMBDA_TASK_ROOT: cwd,
      TABLE: 'users',
      SHARED: 'host',
    });
    expect(env).not.toHaveProperty('HOST_SECRET');
    expect(env).not.toHaveProperty('HOME');
    expect(env).not.toHaveProperty('NODE_COMPILE_CACHE');
  });

  test('answers null for a handler that returns nothing', async () => {
    const functions = start([sampleFunction('export const handler = async () => {};')]);
    expect(await functions.call('sample')).toBeNull();
  });

  test('of an unknown function is refused', async () => {
    await expect(start([]).call('nobody')).rejects.toThrow('ResourceNotFoundException: Function not found: nobody');
  });

  test('carries 60 MB in a local run', async () => {
    const functions = start([sampleFunction('export const handler = async ({ body }) => body.length;')]);
    expect(await functions.call('sample', { body: 'A'.repeat(80_000_000) })).toBe(80_000_000);
  });

  test('refuses more than 6 MB each way under the limits of AWS', async () => {
    const functions = start([sampleFunction('export const handler = async ({ n }) => "A".repeat(n);')], {
      limits: 'aws',
    });
    await expect(functions.call('sample', { pad: 'A'.repeat(6_291_556) })).rejects.toThrow(/^RequestEntityTooLarge/);
    await expect(functions.call('sample', { n: 6_291_556 })).rejects.toThrow(/^Function.ResponseSizeTooLarge/);
    expect(await functions.call('sample', { n: 6_291_000 })).toHaveLength(6_291_000);
  });
});

describe('an asynchronous invocation', () => {
  const flaky = `let tries = 0; export const handler = async ({ until }) => {
    console.log('try ' + ++tries); if (tries < until) throw new Error('not yet'); };`;

  test('that fails is tried again, then given up aloud', async () => {
    const specs = [sampleFunction(flaky, { name: 'flaky' }), sampleFunction(flaky, { name: 'hopeless' })];
    const functions = start(specs, { retryDelaysMs: [10, 10] });
    await Promise.all([functions.invokeAsync('flaky', { until: 3 }), functions.invokeAsync('hopeless', { until: 9 })]);
    expect(functions.lines.filter((line) => line === 'try 3')).toHaveLength(2);
    expect(functions.lines).not.toContain('try 4');
    expect(functions.lines.filter((line) => line.includes('event given up'))).toEqual([
      expect.stringContaining('"function":"hopeless"'),
    ]);
  });

  test('that waits for its next try is handed back on closing', async () => {
    const functions = start([sampleFunction(flaky)], { retryDelaysMs: [60_000] });
    const invocation = functions.invokeAsync('sample', { until: 9 });
    invocation.catch(() => undefined);
    await expect.poll(() => functions.lines.includes('try 1')).toBe(true);
    await functions.close(1000);
    await expect(invocation).rejects.toThrow('aborted');
  });
});
