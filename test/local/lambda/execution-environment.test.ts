import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { echo, sleeper, start } from './running-functions.ts';
import { sampleFunction } from './sample-function.ts';

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
