import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rekognitionClient } from '../../lambdas/adapters/aws-clients.ts';
import { dynamoKeptFaces, type KeptNotes } from '../../lambdas/adapters/dynamo-kept-faces.ts';
import { rekognitionFaces } from '../../lambdas/adapters/rekognition-faces.ts';
import { rekognitionKeptFaces, rekognitionVault } from '../../lambdas/adapters/rekognition-vault.ts';
import type { CropTemplate, IndexedTemplate, Template } from '../../lambdas/domain/evidence.ts';
import { fail } from '../../lambdas/domain/result.ts';
import type { TemplateVault } from '../../lambdas/ports/people.ts';
import { type RunningDynamoDb, startDynamoDb } from '../local/dynamodb/running-dynamodb.ts';
import { movableClock } from '../support/memory.ts';
import { picture, startRekognition } from '../support/rekognition-server.ts';
import { fresh } from './stores.ts';

const DAY = 86_400_000;
const clock = movableClock();
let service: Awaited<ReturnType<typeof startRekognition>>;
let client: ReturnType<typeof rekognitionClient>;
let dynamo: RunningDynamoDb;
let bare: DynamoDBClient;
let notes: KeptNotes;
let vault: TemplateVault;
beforeAll(async () => {
  service = await startRekognition();
  client = rekognitionClient({ ...service.client, maxAttempts: 1 });
  dynamo = await startDynamoDb();
  const text = (name: string) => ({ AttributeName: name, AttributeType: 'S' });
  const key = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' },
    { AttributeName: range, KeyType: 'RANGE' },
  ];
  dynamo.service.ensureTable({
    TableName: 'records',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...['pk', 'sk', 'duePk'].map(text), { AttributeName: 'dueAt', AttributeType: 'N' }],
    KeySchema: key('pk', 'sk'),
    GlobalSecondaryIndexes: [
      { IndexName: 'due', KeySchema: key('duePk', 'dueAt'), Projection: { ProjectionType: 'KEYS_ONLY' } },
    ],
  });
  const credentials = { accessKeyId: 'AKIAEXAMPLE0000', secretAccessKey: 'example' };
  bare = new DynamoDBClient({ endpoint: dynamo.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  notes = dynamoKeptFaces({ client: DynamoDBDocumentClient.from(bare), name: 'records' }, clock, 10);
  const sealed: TemplateVault = {
    seal: async (tenantId, owner, templates) => JSON.stringify([tenantId, owner, templates]),
    open: async (_tenantId, _owner, given) => (JSON.parse(given) as [string, string, Template[]])[2],
    forget: async () => {},
  };
  vault = rekognitionVault(sealed, client, notes);
});
afterAll(async () => {
  client.destroy();
  bare.destroy();
  await Promise.all([service.stop(), dynamo.stop()]);
});
beforeEach(() => {
  service.calls.length = 0;
});

const crop = (person: string): CropTemplate => ({ modelSet: 'rekognition/1', crop: picture({ person }) });
const [ana, bea] = [crop('ana'), crop('bea')];
const dueNow = async () => (await notes.due(clock.now(), 100)).map(({ owner }) => owner);

describe('an enrolment whose engine gives no templates away', () => {
  it('is kept by the engine in a collection of its owner, and what is sealed holds no picture', async () => {
    const sealed = await vault.seal('tn_A', 'emb_1', [ana, bea]);
    const kept = (await vault.open('tn_A', 'emb_1', sealed)) as IndexedTemplate[];
    const collection = 'selfsame-tn_A-kept-emb_1';
    expect(kept).toEqual([
      { modelSet: 'rekognition/1', collection, faceId: expect.any(String) },
      { modelSet: 'rekognition/1', collection, faceId: expect.any(String) },
    ]);
    expect(sealed).not.toContain('crop');
    const faces = rekognitionFaces({ client, openPicture: async () => fail('image_empty') });
    expect(await faces.compare(ana, kept[0] as Template)).toEqual({ value: expect.closeTo(0.98, 6) });
    expect(await faces.compare(ana, kept[1] as Template)).toEqual({ value: expect.closeTo(0.0625, 6) });
  });

  it('is forgotten whole, once or twice, and no other with it', async () => {
    await vault.seal('tn_A', 'emb_2', [ana]);
    await vault.seal('tn_A', 'emb_2', [bea]);
    await vault.seal('tn_B', 'emb_2', [ana]);
    await vault.forget('tn_A', 'emb_2');
    await vault.forget('tn_A', 'emb_2');
    expect(service.collections()).not.toContain('selfsame-tn_A-kept-emb_2');
    expect(service.collections()).toContain('selfsame-tn_B-kept-emb_2');
  });

  it('of templates that can be sealed is sealed and nothing more', async () => {
    const owner = fresh('emb');
    await vault.open('tn_A', owner, await vault.seal('tn_A', owner, [{ modelSet: 'a/1', vector: new Float32Array() }]));
    expect(service.calls).toEqual([]);
    clock.move(20 * DAY);
    expect(await dueNow()).not.toContain(owner);
  });

  it('is due once its time is over since it was last opened, and is not any more once it is forgotten', async () => {
    const [used, unused] = [fresh('emb'), fresh('emb')];
    const sealed = await vault.seal('tn_A', used, [ana]);
    await vault.seal('tn_A', unused, [ana]);
    clock.move(9 * DAY);
    await vault.open('tn_A', used, sealed);
    clock.move(DAY - 1);
    expect(await dueNow()).not.toContain(unused);
    clock.move(1);
    expect(await dueNow()).toContain(unused);
    expect(await dueNow()).not.toContain(used);
    const kept = rekognitionKeptFaces(client, notes);
    for (const { tenantId, owner } of await kept.due(clock.now(), 100)) await kept.forget(tenantId, owner);
    expect(await dueNow()).toEqual([]);
    expect(service.collections()).not.toContain(`selfsame-tn_A-kept-${unused}`);
    expect(service.collections()).toContain(`selfsame-tn_A-kept-${used}`);
  });

  it('that breaks off in the middle leaves nothing that nobody knows of', async () => {
    const owner = fresh('emb');
    service.fail('AccessDeniedException');
    await expect(vault.seal('tn_A', owner, [ana])).rejects.toThrow();
    clock.move(10 * DAY);
    expect(await notes.due(clock.now(), 100)).toContainEqual({ tenantId: 'tn_A', owner });
  });

  it('stays due where it could not be forgotten', async () => {
    const owner = fresh('emb');
    await vault.seal('tn_A', owner, [ana]);
    clock.move(10 * DAY);
    service.fail('AccessDeniedException');
    await expect(vault.forget('tn_A', owner)).rejects.toThrow();
    expect(await dueNow()).toContain(owner);
  });
});
