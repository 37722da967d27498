import { expect, test } from 'vitest';
import { readLocalOptions, UsageError } from '../../bin/local-options.ts';

const read = (commandLine: string[], environment: Record<string, string> = {}) =>
  readLocalOptions(commandLine, environment, '/project');

test('without anything said, the run is on loopback and keeps its data in the project', () => {
  expect(read([])).toEqual({
    host: '127.0.0.1',
    port: 3000,
    data: '/project/.selfsame',
    limits: 'local',
    overrides: {},
  });
});

test('environment and --set are taken as they are written', () => {
  const options = read(
    ['--set', 'webhooks.retrySeconds=1,2,4', '--set', 'stack.publicUrl=http://a/?b=c', '--set=x=', '--limits', 'aws'],
    {
      PORT: '0',
      HOST: '::1',
      SELFSAME_DATA: 'elsewhere',
    },
  );
  expect(options).toEqual({
    host: '::1',
    port: 0,
    data: '/project/elsewhere',
    limits: 'aws',
    overrides: { 'webhooks.retrySeconds': '1,2,4', 'stack.publicUrl': 'http://a/?b=c', x: '' },
  });
});

test('--help asks for nothing to run', () => {
  expect(read(['--help'])).toBeUndefined();
});

test.each([
  [['--set', 'novalue'], {}, '--set novalue: expected <path>=<value>'],
  [['--set', '=1'], {}, 'expected <path>=<value>'],
  [['--verbose'], {}, "Unknown option '--verbose'"],
  [['--limits', 'none'], {}, '--limits: expected aws or local, got "none"'],
  [['extra'], {}, 'Unexpected argument'],
  [[], { PORT: '70000' }, 'PORT: expected 0 to 65535, got "70000"'],
  [[], { PORT: 'http' }, 'PORT: expected'],
])('%j %j is refused in words', (commandLine, environment: Record<string, string>, message) => {
  expect(() => read(commandLine, environment)).toThrow(UsageError);
  expect(() => read(commandLine, environment)).toThrow(message);
});
