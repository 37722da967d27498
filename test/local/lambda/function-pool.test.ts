import { describe, expect, test } from 'vitest';
import { echo, sleeper, start } from './running-functions.ts';
import { sampleFunction } from './sample-function.ts';

const whoAmI = 'export const handler = async () => process.pid;';

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
