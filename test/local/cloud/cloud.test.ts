import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cloud, startCloud } from '../../../local/cloud.ts';
import { synthesizeSampleApp } from './sample-app.ts';

type Item = Record<string, { S?: string; N?: string }>;

let assembly: string;
let cloud: Cloud;
const data = join(mkdtempSync(join(tmpdir(), 'cloud-')), 'data');
const lines: string[] = [];
const start = (retryDelayMs = 100) =>
  startCloud({ assembly, data, log: (line) => lines.push(line), retryDelaysMs: [retryDelayMs] });

async function note(id: string): Promise<Item | undefined> {
  const response = await fetch(`${cloud.url}/notes/${id}`);
  return response.ok ? ((await response.json()) as Item) : undefined;
}

const post = (id: string, text: string) =>
  fetch(`${cloud.url}/notes/${id}`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: text });

beforeAll(async () => {
  assembly = await synthesizeSampleApp();
  cloud = await start();
});
afterAll(() => cloud.close());

test('a CDK app of someone else runs: API → table, bucket, queue → worker → bus → rule → worker', async () => {
  const response = await post('first', 'hällo');
  expect([response.status, await response.json()]).toEqual([202, { id: 'first' }]);
  await expect
    .poll(() => note('first'), { timeout: 15_000, interval: 100 })
    .toMatchObject({ text: { S: 'hällo' }, seen: { N: expect.any(String) }, announced: { N: expect.any(String) } });
  const s3 = new S3Client({ endpoint: cloud.endpoint, region: cloud.region, credentials: { ...cloud.credentials } });
  const [bucket] = cloud.template.ofType('AWS::S3::Bucket');
  const object = await s3.send(new GetObjectCommand({ Bucket: bucket?.name, Key: 'notes/first' }));
  expect(await object.Body?.transformToString()).toBe('hällo');
});

test('schedules fire', async () => {
  const ticks = async () => Number((await note('ticks'))?.ticks?.N ?? 0);
  await expect.poll(ticks, { timeout: 15_000 }).toBeGreaterThanOrEqual(2);
});

test('a message that keeps failing ends in the dead-letter queue, and others pass', async () => {
  await post('poison', 'x');
  await post('fine', 'x');
  const name =
    cloud.template.ofType('AWS::SQS::Queue').find(({ logicalId }) => logicalId.startsWith('Dead'))?.name ?? '';
  await expect.poll(() => cloud.services.sqs.counts(name).visible, { timeout: 15_000 }).toBe(1);
  expect(await note('poison')).toMatchObject({ seen: { N: '2' } });
  await expect.poll(() => note('fine'), { timeout: 15_000 }).toMatchObject({ seen: { N: expect.any(String) } });
});

test('a key keeps the id that functions were given, and its alias leads to it', async () => {
  const kms = new KMSClient({ endpoint: cloud.endpoint, region: cloud.region, credentials: { ...cloud.credentials } });
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: 'alias/notes' }));
  const [worker] = cloud.template.ofType('AWS::Lambda::Function');
  expect(cloud.functions.find(worker?.name ?? '')?.environment.KEY_ID).toBe(KeyMetadata?.KeyId);
});

test('only the resource that nothing here knows is warned of', () => {
  expect(cloud.warnings).toEqual(['AWS::SSM::Parameter "Unknown" has no counterpart here and does nothing.']);
});

test('a second cloud on the same data is refused', async () => {
  await expect(start()).rejects.toThrow(`in use by process ${process.pid}`);
});

test('outputs of the template are resolved', () => {
  expect([...cloud.template.outputs.values()]).not.toContain(undefined);
});

test('a restart keeps data, addresses and keys, and what was queued is worked on', async () => {
  const { endpoint, credentials } = cloud;
  await cloud.close();
  await expect(fetch(endpoint)).rejects.toThrow();
  cloud = await start();
  expect(cloud.endpoint).toBe(endpoint);
  expect(cloud.credentials).toEqual(credentials);
  expect(await note('first')).toMatchObject({ text: { S: 'hällo' } });
  await post('second', 'y');
  await expect.poll(() => note('second'), { timeout: 15_000 }).toMatchObject({ seen: { N: expect.any(String) } });
});

test('closing answers the request that runs', async () => {
  const response = post('last', 'z');
  await new Promise((resolve) => setTimeout(resolve, 20));
  await cloud.close();
  expect((await response).status).toBe(202);
  expect(cloud.functions.processIds()).toEqual([]);
  cloud = await start();
  expect(await note('last')).toMatchObject({ text: { S: 'z' } });
});

test('an event whose function failed is not lost when the cloud closes before the next try', async () => {
  await cloud.close();
  cloud = await start(60_000);
  await post('shaky', 'x');
  await expect.poll(() => lines.some((line) => line.includes('shaky fails')), { timeout: 15_000 }).toBe(true);
  await post('mended', 'x');
  await cloud.close();
  cloud = await start();
  await expect.poll(() => note('shaky'), { timeout: 15_000 }).toMatchObject({ announced: { N: '1' } });
});
