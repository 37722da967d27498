import { afterEach, describe, expect, test } from 'vitest';
import type { FunctionSpec } from '../../../local/lambda/function-spec.ts';
import type { FunctionsOptions } from '../../../local/lambda/functions.ts';
import { sampleFunction, type TestFunctions, testFunctions } from './sample-function.ts';

const running: TestFunctions[] = [];

function start(specs: FunctionSpec[], options: Partial<FunctionsOptions> = {}): TestFunctions {
  const functions = testFunctions(specs, options);
  running.push(functions);
  return functions;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((functions) => functions.close(0)));
});

const echo = 'export const handler = async (event) => event;';
const whoAmI = 'export const handler = async () => process.pid;';
const sleeper =
  'export const handler = async ({ ms }) => { await new Promise((r) => setTimeout(r, ms)); return process.pid; };';

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

describe('a function that fails', () => {
  test('by throwing answers the error and keeps its process', async () => {
    const functions = start([
      sampleFunction(
        'export const handler = async ({ fail }) => { if (fail) throw new TypeError("no such thing"); return process.pid; };',
      ),
    ]);
    const before = await functions.call('sample');
    await expect(functions.call('sample', { fail: true })).rejects.toThrow('TypeError: no such thing');
    expect(await functions.call('sample')).toBe(before);
    expect(functions.lines.join('\n')).toContain('TypeError: no such thing');
  });

  test('by running too long is killed, and the next event gets a fresh process', async () => {
    const functions = start([sampleFunction(sleeper, { timeoutMs: 300 })]);
    const before = await functions.call('sample', { ms: 0 });
    await expect(functions.call('sample', { ms: 60_000 })).rejects.toThrow(/Task timed out after 0.30 seconds$/);
    const after = await functions.call('sample', { ms: 0 });
    expect(after).not.toBe(before);
    expect(() => process.kill(before as number, 0)).toThrow('ESRCH');
  });

  test('by blocking its own event loop is killed all the same', async () => {
    const functions = start([sampleFunction('export const handler = async () => { for (;;); };', { timeoutMs: 300 })]);
    await expect(functions.call('sample')).rejects.toThrow(/^Sandbox.Timedout/);
  });

  test('by crashing fails its own event only', async () => {
    const crashing = 'if (event.exit) process.exit(3); if (event.abort) process.abort();';
    const functions = start([
      sampleFunction(`export const handler = async (event) => { ${crashing} return process.pid; };`),
    ]);
    await expect(functions.call('sample', { exit: true })).rejects.toThrow(/^Runtime.ExitError.*exit status 3/);
    await expect(functions.call('sample', { abort: true })).rejects.toThrow(/^Runtime.ExitError.*signal: SIGABRT/);
    expect(await functions.call('sample')).toBeTypeOf('number');
  });

  test('by an error outside the handler’s promise answers that error', async () => {
    const functions = start([
      sampleFunction(`export const handler = async ({ how }) => {
        if (how === 'rejection') Promise.reject(new Error('nobody listens'));
        else setTimeout(() => { throw new Error('later'); });
        await new Promise((r) => setTimeout(r, 1000));
      };`),
    ]);
    await expect(functions.call('sample', { how: 'rejection' })).rejects.toThrow(
      'Runtime.UnhandledPromiseRejection: nobody listens',
    );
    await expect(functions.call('sample', { how: 'timer' })).rejects.toThrow('Runtime.UncaughtException: later');
  });

  test('by returning what JSON cannot hold answers a marshalling error', async () => {
    const functions = start([sampleFunction('export const handler = async () => ({ big: 1n });')]);
    await expect(functions.call('sample')).rejects.toThrow(/^Runtime.MarshalError: Unable to stringify response body/);
  });

  test.each([
    ['throws', 'throw new RangeError("bad configuration");', 'RangeError: bad configuration'],
    ['has a syntax error', 'export const handler = (', 'SyntaxError'],
    ['exports no handler', 'export const other = 1;', 'Runtime.HandlerNotFound'],
    ['exits', 'process.exit(7);', 'exit status 7'],
    ['never ends', 'await new Promise((r) => setTimeout(r, 60_000)); export const handler = 1;', 'Init timed out'],
  ])('at import (%s) answers every waiting event and can be repaired', async (_, code, message) => {
    const spec = sampleFunction(code);
    const functions = start([spec], { initTimeoutMs: 1000, concurrency: () => 1 });
    const calls = await Promise.allSettled([functions.call('sample'), functions.call('sample')]);
    for (const call of calls) expect(String((call as PromiseRejectedResult).reason)).toContain(message);
    const { writeFileSync } = await import('node:fs');
    writeFileSync(spec.handlerFile, echo);
    expect(await functions.call('sample', { ok: 1 })).toEqual({ ok: 1 });
  });
});

describe('output', () => {
  test('comes through line by line, standard error included', async () => {
    const functions = start([
      sampleFunction(
        'export const handler = async () => { console.log("one\\ntwo ä"); console.error("three"); process.stdout.write("no newline"); };',
      ),
    ]);
    await functions.call('sample');
    await functions.close(1000);
    expect([...functions.lines].sort()).toEqual(['no newline', 'one', 'three', 'two ä']);
  });

  test('of 8 MB without a newline arrives in pieces and blocks nothing', async () => {
    const functions = start([
      sampleFunction(
        'export const handler = async () => { await new Promise((r) => process.stdout.write("A".repeat(8_000_000), r)); return 1; };',
      ),
    ]);
    expect(await functions.call('sample')).toBe(1);
    await functions.close(1000);
    expect(functions.lines.join('')).toHaveLength(8_000_000);
    expect(Math.max(...functions.lines.map((line) => line.length))).toBe(256 * 1024);
  });
});

describe('processes', () => {
  test('are reused: events one after another meet the same one', async () => {
    const functions = start([sampleFunction(whoAmI)]);
    const first = await functions.call('sample');
    expect(await functions.call('sample')).toBe(first);
    expect(functions.processIds()).toEqual([first]);
  });

  test('grow with waiting events up to the cap, and every event is answered', async () => {
    const functions = start([sampleFunction(sleeper)], { concurrency: () => 3, growAfterMs: 1 });
    const ids = await Promise.all(Array.from({ length: 12 }, () => functions.call('sample', { ms: 120 })));
    expect(new Set(ids).size).toBe(3);
    expect(functions.processIds()).toHaveLength(3);
  });

  test('obey reserved concurrency: one at a time, or none', async () => {
    const counting = `let running = 0;
      export const handler = async () => { const now = ++running; await new Promise((r) => setTimeout(r, 20)); running--; return now; };`;
    const functions = start([
      sampleFunction(counting, { name: 'one', reservedConcurrency: 1 }),
      sampleFunction(echo, { name: 'none', reservedConcurrency: 0 }),
    ]);
    const counts = await Promise.all(Array.from({ length: 5 }, () => functions.call('one')));
    expect(counts).toEqual([1, 1, 1, 1, 1]);
    expect(functions.processIds()).toHaveLength(1);
    await expect(functions.call('none')).rejects.toThrow(/^TooManyRequestsException/);
  });

  test('refuse events beyond the longest queue', async () => {
    const functions = start([sampleFunction(sleeper)], { concurrency: () => 1, maxQueued: 2 });
    const calls = Array.from({ length: 5 }, () => functions.call('sample', { ms: 50 }));
    const outcomes = (await Promise.allSettled(calls)).map(({ status }) => status);
    expect(outcomes.filter((status) => status === 'rejected')).toHaveLength(3);
  });

  test('end when idle, except the prewarmed ones', async () => {
    const functions = start([sampleFunction(sleeper)], {
      concurrency: () => 2,
      prewarm: () => 1,
      growAfterMs: 1,
      idleMs: 200,
    });
    await functions.warm();
    expect(functions.processIds()).toHaveLength(1);
    await Promise.all([functions.call('sample', { ms: 300 }), functions.call('sample', { ms: 300 })]);
    expect(functions.processIds()).toHaveLength(2);
    await expect.poll(() => functions.processIds().length, { timeout: 3000 }).toBe(1);
    expect(await functions.call('sample', { ms: 0 })).toBeTypeOf('number');
  });

  test('that die while idle are replaced', async () => {
    const functions = start([sampleFunction(whoAmI)]);
    const first = (await functions.call('sample')) as number;
    process.kill(first, 'SIGKILL');
    await expect.poll(() => functions.processIds().length).toBe(0);
    expect(await functions.call('sample')).not.toBe(first);
  });

  test('survive the terminal’s Ctrl-C, which is the host’s business', async () => {
    const functions = start([sampleFunction(sleeper)]);
    const pid = (await functions.call('sample', { ms: 0 })) as number;
    const call = functions.call('sample', { ms: 200 });
    process.kill(pid, 'SIGINT');
    process.kill(pid, 'SIGTERM');
    expect(await call).toBe(pid);
  });

  test('take back an event that still waits when its caller goes away', async () => {
    const functions = start([sampleFunction(sleeper)], { concurrency: () => 1 });
    const first = functions.call('sample', { ms: 200 });
    const caller = new AbortController();
    const second = functions.invoke('sample', { ms: 0 }, caller.signal);
    caller.abort();
    expect(await second).toMatchObject({ ok: false, error: { errorType: 'Sandbox.Cancelled' } });
    await first;
  });
});

describe('closing', () => {
  test('lets running and waiting events end, refuses new ones and leaves no process', async () => {
    const functions = start([sampleFunction(sleeper)], { concurrency: () => 1 });
    const calls = [functions.call('sample', { ms: 150 }), functions.call('sample', { ms: 50 })];
    await expect.poll(() => functions.processIds().length).toBe(1);
    const closed = functions.close(5000);
    await expect(functions.call('sample', { ms: 0 })).rejects.toThrow(/^ServiceException/);
    const [pid] = await Promise.all(calls);
    await closed;
    expect(functions.processIds()).toEqual([]);
    expect(() => process.kill(pid as number, 0)).toThrow('ESRCH');
  });

  test('ends what outlasts the grace', async () => {
    const functions = start([sampleFunction(sleeper, { timeoutMs: 60_000 })]);
    const call = functions.call('sample', { ms: 50_000 });
    call.catch(() => undefined);
    await expect.poll(() => functions.processIds().length).toBe(1);
    const before = performance.now();
    await functions.close(200);
    expect(performance.now() - before).toBeLessThan(2000);
    await expect(call).rejects.toThrow(/^(Runtime.ExitError|ServiceException)/);
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
