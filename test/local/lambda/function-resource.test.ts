import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { readFunction } from '../../../local/lambda/function-resource.ts';
import type { FunctionSpec } from '../../../local/lambda/function-spec.ts';
import type { Assembly } from '../../../local/template/assembly.ts';
import { loadTemplate } from '../../../local/template/template.ts';

function folder(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'asset-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

const zip = folder({ 'src/app.mjs': '', 'index.js': '' });
const site = folder({ 'site/index.html': 'first', 'site/a.css': 'a' });
const more = folder({ 'site/index.html': 'second', 'lib/b.txt': 'b' });
const image = folder({
  'handlers/examine.mjs': '',
  'moved/index.mjs': '',
  Dockerfile: 'FROM x\nENV LEVEL=info\nCOPY moved ./out\nCOPY handlers ./handlers\nCMD ["handlers/examine.handler"]',
});
const place = {
  region: 'r',
  accountId: '1',
  endpoint: 'http://127.0.0.1:1',
  apiUrl: 'http://127.0.0.1:2',
  streamArn: (table: string) => `stream-of-${table}`,
  keyId: ({ logicalId, keySpec = 'none' }: { logicalId: string; keySpec?: string }) => `id-of-${logicalId}-${keySpec}`,
};

function read(properties: object): FunctionSpec {
  const layer = (key: string) => ({ Type: 'AWS::Lambda::LayerVersion', Properties: { Content: { S3Key: key } } });
  const assembly: Assembly = {
    directory: zip,
    files: new Map([
      ['zip', zip],
      ['site', site],
      ['more', more],
    ]),
    images: new Map([['tag', { directory: image, dockerFile: join(image, 'Dockerfile'), buildArgs: {} }]]),
    stacks: [
      {
        name: 'App',
        template: {
          Resources: {
            Function: { Type: 'AWS::Lambda::Function', Properties: { ...properties } },
            Site: layer('site'),
            More: layer('more'),
          },
          Parameters: {},
          Conditions: {},
          Mappings: {},
          Outputs: {},
        },
      },
    ],
  };
  const template = loadTemplate(assembly, place);
  const [resource] = template.ofType('AWS::Lambda::Function');
  if (!resource) throw new Error('no function');
  return readFunction(resource, template, assembly, folder({}));
}

test('a zip function runs in its asset folder, with its own settings', () => {
  const spec = read({
    Code: { S3Bucket: 'assets', S3Key: 'zip' },
    Handler: 'src/app.nested.handler',
    Timeout: 29,
    MemorySize: 512,
    ReservedConcurrentExecutions: 2,
    Environment: { Variables: { COUNT: 3 } },
  });
  expect(spec).toEqual({
    name: 'App-Function',
    arn: 'arn:aws:lambda:r:1:function:App-Function',
    image: false,
    taskRoot: zip,
    handler: 'src/app.nested.handler',
    handlerFile: join(zip, 'src/app.mjs'),
    exportPath: 'nested.handler',
    timeoutMs: 29_000,
    memoryMb: 512,
    reservedConcurrency: 2,
    environment: { COUNT: '3' },
  });
});

test('what the template leaves out is what Lambda assumes', () => {
  const spec = read({ Code: { S3Key: 'zip' }, Handler: 'index.handler' });
  expect(spec).toMatchObject({ timeoutMs: 3000, memoryMb: 128, environment: {} });
});

test('an image function runs the handler of its Dockerfile from the build context', () => {
  const spec = read({ Code: { ImageUri: 'registry/repository:tag' } });
  expect(spec).toMatchObject({
    image: true,
    taskRoot: image,
    handlerFile: join(image, 'handlers/examine.mjs'),
    environment: { LEVEL: 'info' },
  });
});

test('an image function may name another command, and COPY may move files', () => {
  const spec = read({
    Code: { ImageUri: 'registry/repository:tag' },
    ImageConfig: { Command: ['out/index.handler'] },
    Environment: { Variables: { LEVEL: 'debug' } },
  });
  expect(spec).toMatchObject({ handlerFile: join(image, 'moved/index.mjs'), environment: { LEVEL: 'debug' } });
});

test('one layer is used where it lies; several are laid over each other in order', () => {
  const code = { Code: { S3Key: 'zip' }, Handler: 'index.handler' };
  expect(read({ ...code, Layers: [{ Ref: 'Site' }] }).layersRoot).toBe(site);
  const root = read({ ...code, Layers: [{ Ref: 'Site' }, { Ref: 'More' }] }).layersRoot ?? '';
  expect(readFileSync(join(root, 'site/index.html'), 'utf8')).toBe('second');
  expect(readFileSync(join(root, 'site/a.css'), 'utf8')).toBe('a');
  expect(readFileSync(join(root, 'lib/b.txt'), 'utf8')).toBe('b');
});

test('inline code becomes a file', () => {
  const spec = read({ Code: { ZipFile: 'exports.handler = async () => 1;' }, Handler: 'index.handler' });
  expect(readFileSync(spec.handlerFile, 'utf8')).toBe('exports.handler = async () => 1;');
});

test.each([
  [
    { Code: { S3Key: 'zip' }, Handler: 'missing.handler' },
    /no file for handler "missing.handler"; looked for .*missing\.mjs/,
  ],
  [{ Code: { S3Key: 'gone' }, Handler: 'index.handler' }, /no directory for asset gone/],
  [{ Code: { ImageUri: 'registry/repository:gone' } }, /no build context for image gone/],
  [
    { Code: { S3Key: 'zip' }, Handler: 'index.handler', Layers: ['arn:aws:lambda:r:2:layer:x:1'] },
    /layer arn:.* is not part/,
  ],
])('%j is refused with the function named', (properties, message) => {
  expect(() => read(properties)).toThrow(message);
  expect(() => read(properties)).toThrow(/Function App-Function/);
});
