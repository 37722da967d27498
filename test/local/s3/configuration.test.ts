import {
  CreateMultipartUploadCommand,
  DeleteBucketCorsCommand,
  DeletePublicAccessBlockCommand,
  GetBucketCorsCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketPolicyCommand,
  GetPublicAccessBlockCommand,
  type LifecycleRule,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutBucketCorsCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServedS3, s3ErrorOf, serveS3 } from './served-s3.ts';

const Bucket = 'configured';
const DAY = 86_400_000;
let s3: ServedS3;

beforeAll(async () => {
  s3 = await serveS3(Bucket);
});
afterAll(() => s3.stop());

const put = (Key: string, more: object = {}) =>
  s3.newClient({ maxAttempts: 2 }).send(new PutObjectCommand({ Bucket, Key, Body: 'x', ...more }));
const keysUnder = async (Prefix: string) => {
  const { Contents = [] } = await s3.newClient({ maxAttempts: 2 }).send(new ListObjectsV2Command({ Bucket, Prefix }));
  return Contents.map((object) => object.Key);
};
const setRules = (Rules: LifecycleRule[]) =>
  s3
    .newClient({ maxAttempts: 2 })
    .send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));

describe('CORS', () => {
  const preflight = (origin: string, method: string, headers = '') =>
    fetch(`${s3.url}/${Bucket}/x`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': method,
        ...(headers ? { 'access-control-request-headers': headers } : {}),
      },
    });
  const CORSRules = [
    {
      ID: 'app',
      AllowedOrigins: ['https://*.app.example'],
      AllowedMethods: ['PUT', 'POST', 'GET'],
      AllowedHeaders: ['content-*'],
      ExposeHeaders: ['ETag'],
      MaxAgeSeconds: 60,
    },
  ];

  it('is off until it is configured, and gives the rules back', async () => {
    const off = await s3ErrorOf(await preflight('https://a.app.example', 'PUT'));
    expect(off).toMatchObject({ status: 403, code: 'AccessForbidden' });
    const get = new GetBucketCorsCommand({ Bucket });
    await expect(s3.client.send(get)).rejects.toMatchObject({ name: 'NoSuchCORSConfiguration' });
    await s3.client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
    expect((await s3.client.send(get)).CORSRules).toEqual(CORSRules);
  });

  it('admits what a rule names and refuses another origin, method or header', async () => {
    const ok = await preflight('https://a.app.example', 'PUT', 'Content-Type, content-md5');
    expect(ok.status).toBe(200);
    expect(Object.fromEntries(ok.headers)).toMatchObject({
      'access-control-allow-origin': 'https://a.app.example',
      'access-control-allow-methods': 'PUT, POST, GET',
      'access-control-allow-headers': 'content-type, content-md5',
      'access-control-expose-headers': 'ETag',
      'access-control-max-age': '60',
    });
    const refused = [
      ['https://evil.example', 'PUT', ''],
      ['https://a.app.example.evil', 'PUT', ''],
      ['https://a.app.example', 'DELETE', ''],
      ['https://a.app.example', 'PUT', 'authorization'],
    ] as const;
    for (const [origin, method, headers] of refused) {
      const answer = await preflight(origin, method, headers);
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    }
  });

  it('headers ride on answers and on errors to an admitted page only', async () => {
    const url = await getSignedUrl(s3.client, new PutObjectCommand({ Bucket, Key: 'cors' }), { expiresIn: 60 });
    const send = (origin: string, to = url) => fetch(to, { method: 'PUT', body: 'x', headers: { origin } });
    const answers = [await send('https://a.app.example'), await send('https://a.app.example', `${s3.url}/${Bucket}/x`)];
    expect(answers.map((answer) => answer.status)).toEqual([200, 403]);
    for (const answer of answers) {
      expect(answer.headers.get('access-control-allow-origin')).toBe('https://a.app.example');
    }
    const stranger = await send('https://evil.example');
    expect([stranger.status, stranger.headers.get('access-control-allow-origin')]).toEqual([200, null]);
  });

  it('refuses rules that S3 would refuse and can be taken away', async () => {
    const wrong = [{ ...CORSRules[0], AllowedOrigins: ['*'], AllowedMethods: ['PATCH'] }];
    const command = new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: wrong } });
    await expect(s3.client.send(command)).rejects.toMatchObject({ name: 'InvalidRequest' });
    await s3.client.send(new DeleteBucketCorsCommand({ Bucket }));
    expect((await preflight('https://a.app.example', 'PUT')).status).toBe(403);
  });
});

describe('lifecycle', () => {
  const rule = (ID: string, more: object): LifecycleRule => ({ ID, Status: 'Enabled', ...more }) as LifecycleRule;

  it('rules are given back as they were set', async () => {
    const get = new GetBucketLifecycleConfigurationCommand({ Bucket });
    await expect(s3.client.send(get)).rejects.toMatchObject({ name: 'NoSuchLifecycleConfiguration' });
    const Rules = [
      rule('a', { Filter: { Prefix: 'tmp/' }, Expiration: { Days: 1 } }),
      rule('b', {
        Filter: { And: { Prefix: 'p/', Tags: [{ Key: 'k', Value: 'v' }], ObjectSizeGreaterThan: 5 } },
        Expiration: { Date: new Date('2030-01-01T00:00:00Z') },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 },
      }),
    ];
    await setRules(Rules);
    expect((await s3.client.send(get)).Rules).toEqual(Rules);
  });

  it('rules that S3 would refuse, and those that have no meaning here, are refused', async () => {
    const set = (more: object) => setRules([rule('x', { Filter: { Prefix: '' }, ...more })]);
    await expect(set({})).rejects.toMatchObject({ name: 'InvalidRequest' });
    await expect(set({ Expiration: { Days: 0 } })).rejects.toMatchObject({ name: 'InvalidArgument' });
    await expect(set({ Expiration: { Date: new Date(1) } })).rejects.toMatchObject({ name: 'InvalidArgument' });
    await expect(set({ Expiration: { Days: 1 }, Status: 'On' })).rejects.toMatchObject({ name: 'MalformedXML' });
    const Transitions = [{ Days: 1, StorageClass: 'GLACIER' }];
    await expect(set({ Transitions })).rejects.toMatchObject({ name: 'NotImplemented' });
  });

  it('deletes at the midnight after the days have passed, by prefix, tag and size, and nothing else', async () => {
    await setRules([
      rule('days', { Filter: { Prefix: 'exp/' }, Expiration: { Days: 2 } }),
      rule('tag', { Filter: { Tag: { Key: 'retention', Value: 'short' } }, Expiration: { Days: 1 } }),
      rule('size', { Filter: { And: { Prefix: 'big/', ObjectSizeGreaterThan: 10 } }, Expiration: { Days: 1 } }),
      rule('off', { Filter: { Prefix: 'off/' }, Expiration: { Days: 1 }, Status: 'Disabled' }),
    ]);
    const stored = await put('exp/a');
    const due = new Date((Math.floor(Date.now() / DAY) + 3) * DAY).toUTCString();
    expect(stored.Expiration).toBe(`expiry-date="${due}", rule-id="days"`);
    await put('keep/tagged', { Tagging: 'retention=short' });
    await put('keep/untagged');
    await put('big/small');
    await put('big/large', { Body: 'x'.repeat(11) });
    await put('off/a');
    const untilMidnight = DAY - (Date.now() % DAY);
    s3.advance(DAY + untilMidnight - 60_000);
    expect(await s3.cloud.service.sweepLifecycle()).toBe(0);
    s3.advance(120_000);
    expect(await s3.cloud.service.sweepLifecycle()).toBe(2);
    expect([...(await keysUnder('keep/')), ...(await keysUnder('big/'))]).toEqual(['keep/untagged', 'big/small']);
    expect(await keysUnder('exp/')).toEqual(['exp/a']);
    s3.advance(DAY);
    expect(await s3.cloud.service.sweepLifecycle()).toBe(1);
    expect(await keysUnder('exp/')).toEqual([]);
    expect(await keysUnder('off/')).toEqual(['off/a']);
  });

  it('deletes by date, and aborts uploads that nobody completes', async () => {
    await put('dated/a');
    await setRules([
      rule('date', { Filter: { Prefix: 'dated/' }, Expiration: { Date: new Date('2025-01-01T00:00:00Z') } }),
      rule('abort', { Filter: { Prefix: 'mp/' }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }),
    ]);
    const client = s3.newClient({ maxAttempts: 2 });
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'mp/a' }));
    expect(await s3.cloud.service.sweepLifecycle()).toBe(1);
    expect(await keysUnder('dated/')).toEqual([]);
    s3.advance(2 * DAY);
    expect(await s3.cloud.service.sweepLifecycle()).toBe(1);
    const parts = client.send(new ListPartsCommand({ Bucket, Key: 'mp/a', UploadId }));
    await expect(parts).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });
});

describe('bucket documents', () => {
  it('public access block, encryption and policy are kept and given back', async () => {
    const client = s3.newClient({ maxAttempts: 2 });
    const get = new GetPublicAccessBlockCommand({ Bucket });
    await expect(client.send(get)).rejects.toMatchObject({ name: 'NoSuchPublicAccessBlockConfiguration' });
    const PublicAccessBlockConfiguration = { BlockPublicAcls: true };
    await client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
    expect(await client.send(get)).toMatchObject({ PublicAccessBlockConfiguration });
    await client.send(new DeletePublicAccessBlockCommand({ Bucket }));
    await expect(client.send(get)).rejects.toMatchObject({ name: 'NoSuchPublicAccessBlockConfiguration' });
    const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const } }];
    await client.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [] });
    await client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    expect((await client.send(new GetBucketPolicyCommand({ Bucket }))).Policy).toBe(Policy);
    const bad = new PutBucketPolicyCommand({ Bucket, Policy: 'no json' });
    await expect(client.send(bad)).rejects.toMatchObject({ name: 'MalformedPolicy' });
    const { LocationConstraint } = await client.send(new GetBucketLocationCommand({ Bucket }));
    expect(LocationConstraint).toBe('eu-west-1');
  });

  it('what is not implemented says so instead of pretending', async () => {
    const client = s3.newClient({ maxAttempts: 2 });
    const refused = [
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
      new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: {} }),
      new ListMultipartUploadsCommand({ Bucket }),
    ];
    for (const command of refused) {
      const sent = client.send(command as PutBucketVersioningCommand);
      await expect(sent).rejects.toMatchObject({ name: 'NotImplemented', $metadata: { httpStatusCode: 501 } });
    }
  });
});

describe('ensureBucket', () => {
  it('takes the rules of AWS::S3::Bucket, keeps objects, and replaces rules when the template changes', async () => {
    const client = s3.newClient({ maxAttempts: 2 });
    const wish = {
      name: 'from-template',
      corsRules: [{ AllowedOrigins: ['*'], AllowedMethods: ['PUT'], AllowedHeaders: ['*'], MaxAge: '300' }],
      lifecycleRules: [
        {
          Id: 'selfies',
          Status: 'Enabled',
          Prefix: 'verif/',
          ExpirationInDays: '7',
          TagFilters: [{ Key: 'class', Value: 'raw' }],
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        },
      ],
    };
    s3.cloud.service.ensureBucket(wish);
    await client.send(new PutObjectCommand({ Bucket: wish.name, Key: 'k', Body: 'kept' }));
    const rules = async () =>
      (await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket: wish.name }))).Rules;
    expect(await rules()).toEqual([
      {
        ID: 'selfies',
        Status: 'Enabled',
        Filter: { And: { Prefix: 'verif/', Tags: [{ Key: 'class', Value: 'raw' }] } },
        Expiration: { Days: 7 },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
      },
    ]);
    s3.cloud.service.ensureBucket({ name: wish.name });
    await expect(rules()).rejects.toMatchObject({ name: 'NoSuchLifecycleConfiguration' });
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: wish.name }));
    expect(Contents).toHaveLength(1);
    expect(() => s3.cloud.service.ensureBucket({ name: 'Not_A_Bucket' })).toThrow('not valid');
  });
});
