import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settingsSchema } from '../../lambdas/settings.ts';
import { parseConfig } from '../../lib/config.ts';
import { ConfigError } from '../../lib/overrides.ts';

/** Dotted path and value of everything that can be set. */
function leaves(value: unknown, path: string[] = []): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path.join('.'), value]];
  return Object.entries(value).flatMap(([name, child]) => leaves(child, [...path, name]));
}

const config = parseConfig('dev');
const all = leaves({ ...config.settings, stack: config.stack });

describe('parseConfig', () => {
  it('keeps what functions obey apart from what the infrastructure is made of', () => {
    expect(config.settings).toEqual(settingsSchema.parse({}));
    expect(config.settings).not.toHaveProperty('stack');
  });

  it('takes every value as text: a value written out and read again changes nothing', () => {
    const text = Object.fromEntries(all.map(([path, value]) => [path, String(value)]));
    expect(all.length).toBeGreaterThan(60);
    expect(parseConfig('dev', text)).toEqual(config);
  });

  it('knows the type of every value from its default: no empty list, nothing undefined', () => {
    for (const [path, value] of all) {
      expect(['string', 'number', 'boolean', 'object'], path).toContain(typeof value);
      if (Array.isArray(value)) expect(value.length, path).toBeGreaterThan(0);
    }
  });

  it('reads numbers, lists and truth values', () => {
    const { settings, stack } = parseConfig('dev', {
      intentTtlSeconds: '5',
      'webhooks.retrySeconds': '1,2,4',
      'webhooks.allowInsecure': 'true',
      'stack.uploadOrigins': 'https://a.example,https://b.example',
    });
    expect(settings.intentTtlSeconds).toBe(5);
    expect(settings.webhooks.retrySeconds).toEqual([1, 2, 4]);
    expect(settings.webhooks.allowInsecure).toBe(true);
    expect(stack.uploadOrigins).toEqual(['https://a.example', 'https://b.example']);
    expect(parseConfig('dev', { 'webhooks.retrySeconds': '' }).settings.webhooks.retrySeconds).toEqual([]);
  });

  it('reads back any list of seconds', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1e6 })), (seconds) => {
        const text = { 'webhooks.retrySeconds': seconds.join(',') };
        expect(parseConfig('dev', text).settings.webhooks.retrySeconds).toEqual(seconds);
      }),
      { numRuns: 50 },
    );
  });

  it('refuses text that is no number wherever a number is due, and names the path', () => {
    const numeric = all.filter(([, value]) => typeof value === 'number').map(([path]) => path);
    fc.assert(
      fc.property(
        fc.constantFrom(...numeric),
        fc.string().filter((text) => text.trim() === '' || !Number.isFinite(Number(text))),
        (path, text) => {
          expect(() => parseConfig('dev', { [path]: text })).toThrow(ConfigError);
          expect(() => parseConfig('dev', { [path]: text })).toThrow(`${path}: expected a number`);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('refuses any path that it does not know, names of prototypes included', () => {
    const known = new Set(all.map(([path]) => path));
    fc.assert(
      fc.property(
        fc
          .array(fc.oneof(fc.constantFrom('__proto__', 'constructor', 'stack', 'webhooks', 'length'), fc.string()), {
            minLength: 1,
            maxLength: 4,
          })
          .map((names) => names.join('.'))
          .filter((path) => !known.has(path)),
        (path) => {
          expect(() => parseConfig('dev', { [path]: '1' })).toThrow(ConfigError);
        },
      ),
      { numRuns: 100 },
    );
  });

  it.each([
    ['webhooks', '1', 'webhooks: is a group; set one of webhooks.retrySeconds'],
    ['webhooks.retrySecond', '1', 'webhooks.retrySecond: is not a value of the configuration'],
    ['webhooks.retrySeconds.0', '1', 'webhooks.retrySeconds.0: is not a value of the configuration'],
    ['webhooks.retrySeconds', '1,x', 'webhooks.retrySeconds: expected a number, got "x"'],
    ['webhooks.allowInsecure', 'yes', 'webhooks.allowInsecure: expected true or false, got "yes"'],
    ['intentTtlSeconds', '0', 'intentTtlSeconds: '],
    ['intentTtlSeconds', '1.5', 'intentTtlSeconds: '],
    ['faceEngine', 'guess', 'faceEngine: '],
    ['adminKeySha256', 'secret', 'adminKeySha256: '],
    ['stack.logs.functionDays', '2', 'stack.logs.functionDays: '],
    ['stack.functions.submission.timeoutSeconds', '30', 'stack.functions.submission.timeoutSeconds: '],
    ['stack.sweepSchedule', 'rate(2 minute)', 'stack.sweepSchedule: '],
    ['stack.alarms.email', 'nobody', 'stack.alarms.email: '],
    ['webhooks.timeoutSeconds', '60', 'stack.functions.deliver.timeoutSeconds: must be longer'],
  ])('refuses %s=%s with a reason', (path, text, message) => {
    expect(() => parseConfig('dev', { [path]: text })).toThrow(message);
  });

  it('lets an override win over the stage', () => {
    expect(parseConfig('prod').stack.removal).toBe('retain');
    expect(parseConfig('prod', { 'stack.removal': 'destroy' }).stack.removal).toBe('destroy');
  });
});
