import { describe, expect, test } from 'vitest';
import { type LocalOptions, readLocalOptions, UsageError } from '../../bin/local-options.ts';

const read = (commandLine: string[], environment: Record<string, string> = {}) =>
  readLocalOptions(commandLine, environment, '/project');

test('without anything said, the run is on loopback and keeps its data in the project', () => {
  expect(read([])).toEqual({
    host: '127.0.0.1',
    port: 3000,
    data: '/project/.selfsame',
    limits: 'local',
    overrides: {},
    environment: {},
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
    environment: {},
  });
});

describe('FACE_ENGINE=rekognition', () => {
  const keys = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'eu-west-1' };

  test('is the setting faceEngine, over which --set wins, and takes the AWS access of whoever starts it', () => {
    const { overrides, environment } = read([], { ...keys, FACE_ENGINE: 'rekognition' }) as LocalOptions;
    expect(overrides).toEqual({ faceEngine: 'rekognition' });
    expect(JSON.parse(environment.REKOGNITION_ACCESS ?? '')).toEqual({
      region: 'eu-west-1',
      endpoint: 'https://rekognition.eu-west-1.amazonaws.com',
      credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret' },
    });
    const won = read(['--set', 'faceEngine=onnx'], { ...keys, FACE_ENGINE: 'rekognition' });
    expect(won).toMatchObject({ overrides: { faceEngine: 'onnx' }, environment: {} });
  });

  test('takes a session, another endpoint, and its other spellings too', () => {
    const { AWS_REGION: AWS_DEFAULT_REGION, ...rest } = keys;
    const more = { AWS_DEFAULT_REGION, AWS_SESSION_TOKEN: 'token', AWS_ENDPOINT_URL_REKOGNITION: 'http://127.0.0.1:9' };
    const { environment } = read(['--set', 'faceEngine=rekognition'], { ...rest, ...more }) as LocalOptions;
    expect(JSON.parse(environment.REKOGNITION_ACCESS ?? '')).toEqual({
      region: 'eu-west-1',
      endpoint: 'http://127.0.0.1:9',
      credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret', sessionToken: 'token' },
    });
  });

  test.each(Object.keys(keys))('without %s is refused in words', (name) => {
    const environment = { ...keys, FACE_ENGINE: 'rekognition', [name]: '' };
    expect(() => read([], environment)).toThrow(UsageError);
    expect(() => read([], environment)).toThrow('not all set');
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
