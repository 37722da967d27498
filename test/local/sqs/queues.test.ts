import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSqs, type Sqs } from '../../../local/sqs/sqs.ts';
import { type ServedCloud, serveCloud } from '../serve-cloud.ts';

let cloud: ServedCloud<Sqs>;
let sqs: SQSClient;
beforeAll(async () => {
  cloud = await serveCloud(createSqs);
  sqs = new SQSClient(cloud.client);
});
afterAll(() => cloud.close());

const create = (QueueName: string, Attributes = {}) => sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
const named = (name: string) => expect.objectContaining({ name });

describe('queues over the wire', () => {
  it('gives addresses that carry the local endpoint', async () => {
    const { QueueUrl } = await create('jobs');
    expect(QueueUrl).toBe(`${cloud.client.endpoint}/123456789012/jobs`);
    expect((await sqs.send(new GetQueueUrlCommand({ QueueName: 'jobs' }))).QueueUrl).toBe(QueueUrl);
  });

  it('answers a second creation with the same attributes, and refuses other ones', async () => {
    const first = await create('twice', { VisibilityTimeout: '7' });
    expect((await create('twice', { VisibilityTimeout: '7' })).QueueUrl).toBe(first.QueueUrl);
    expect((await create('twice')).QueueUrl).toBe(first.QueueUrl);
    await expect(create('twice', { VisibilityTimeout: '8' })).rejects.toEqual(named('QueueNameExists'));
  });

  it('names the error for a queue that is not there', async () => {
    await expect(sqs.send(new GetQueueUrlCommand({ QueueName: 'nope' }))).rejects.toEqual(named('QueueDoesNotExist'));
    const QueueUrl = `${cloud.client.endpoint}/999999999999/jobs`;
    await expect(sqs.send(new PurgeQueueCommand({ QueueUrl }))).rejects.toEqual(named('QueueDoesNotExist'));
  });

  it.each([
    ['InvalidAttributeName', { Colour: 'red' }],
    ['InvalidAttributeValue', { VisibilityTimeout: '43201' }],
    ['InvalidAttributeValue', { VisibilityTimeout: '-1' }],
    ['InvalidAttributeValue', { FifoQueue: 'true' }],
    ['InvalidAttributeValue', { RedrivePolicy: '{"maxReceiveCount":0}' }],
    ['InvalidAttributeValue', { RedrivePolicy: 'not json' }],
    [
      'InvalidAttributeValue',
      { RedrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:123456789012:gone","maxReceiveCount":1}' },
    ],
  ])('refuses with %s: %j', async (name, attributes) => {
    await expect(create('refused', attributes)).rejects.toEqual(named(name));
    await expect(sqs.send(new GetQueueUrlCommand({ QueueName: 'refused' }))).rejects.toEqual(
      named('QueueDoesNotExist'),
    );
  });

  it('refuses queue names that AWS refuses', async () => {
    for (const name of ['', 'a b', 'a'.repeat(81), 'x.fifo'])
      await expect(create(name), name).rejects.toEqual(named('InvalidParameterValue'));
  });

  it('sets attributes, takes a redrive policy away with an empty value, and reads back defaults', async () => {
    const dead = (await create('dead')).QueueUrl;
    const arn = (await sqs.send(new GetQueueAttributesCommand({ QueueUrl: dead, AttributeNames: ['QueueArn'] })))
      .Attributes;
    expect(arn).toEqual({ QueueArn: 'arn:aws:sqs:eu-west-1:123456789012:dead' });
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn?.QueueArn, maxReceiveCount: '3' });
    const { QueueUrl } = await create('settings', { RedrivePolicy });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { DelaySeconds: '4' } }));
    const all = () => sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    expect((await all()).Attributes).toMatchObject({
      DelaySeconds: '4',
      RedrivePolicy,
      VisibilityTimeout: '30',
      MessageRetentionPeriod: '345600',
      MaximumMessageSize: '1048576',
      ApproximateNumberOfMessages: '0',
    });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { RedrivePolicy: '' } }));
    expect((await all()).Attributes).not.toHaveProperty('RedrivePolicy');
  });

  it('lists by prefix, page by page', async () => {
    for (const name of ['page-1', 'page-2', 'page-3']) await create(name);
    const first = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'page-', MaxResults: 2 }));
    const { NextToken } = first;
    const second = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'page-', MaxResults: 2, NextToken }));
    const names = [...(first.QueueUrls ?? []), ...(second.QueueUrls ?? [])].map((url) => url.split('/').pop());
    expect(names).toEqual(['page-1', 'page-2', 'page-3']);
    expect(second.NextToken).toBeUndefined();
  });

  it('empties a queue once a minute, and deletes it with all it holds', async () => {
    const { QueueUrl } = await create('short-lived');
    cloud.service.send('short-lived', 'a');
    await sqs.send(new PurgeQueueCommand({ QueueUrl }));
    expect(cloud.service.counts('short-lived').visible).toBe(0);
    await expect(sqs.send(new PurgeQueueCommand({ QueueUrl }))).rejects.toEqual(named('PurgeQueueInProgress'));
    cloud.service.send('short-lived', 'b');
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    await expect(sqs.send(new DeleteQueueCommand({ QueueUrl }))).rejects.toEqual(named('QueueDoesNotExist'));
    await create('short-lived');
    expect(cloud.service.counts('short-lived').visible).toBe(0);
  });

  it('takes CloudFormation values in process, and changes an existing queue to them', () => {
    const { arn } = cloud.service.ensureQueue({ name: 'templated-dead', attributes: {} });
    const redrive = { deadLetterTargetArn: arn, maxReceiveCount: 2 };
    cloud.service.ensureQueue({ name: 'templated', attributes: { VisibilityTimeout: 30, RedrivePolicy: redrive } });
    const again = cloud.service.ensureQueue({ name: 'templated', attributes: { VisibilityTimeout: 90 } });
    expect(again).toEqual({
      arn: 'arn:aws:sqs:eu-west-1:123456789012:templated',
      url: `${cloud.client.endpoint}/123456789012/templated`,
    });
  });

  it('refuses a key that is not its own', async () => {
    const stranger = new SQSClient({
      ...cloud.client,
      credentials: { accessKeyId: 'AKIASTRANGER', secretAccessKey: 's' },
    });
    await expect(stranger.send(new ListQueuesCommand())).rejects.toEqual(named('UnrecognizedClientException'));
  });

  it('answers malformed requests with the service error, not with a failure', async () => {
    const post = (target: string, body: string) =>
      fetch(cloud.client.endpoint, {
        method: 'POST',
        headers: {
          authorization: 'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/eu-west-1/sqs/aws4_request',
          'x-amz-target': target,
        },
        body,
      });
    const type = async (response: Promise<Response>) => ((await (await response).json()) as { __type: string }).__type;
    expect(await type(post('AmazonSQS.CreateQueue', '{'))).toBe('SerializationException');
    expect(await type(post('AmazonSQS.CreateQueue', '{"QueueName":5}'))).toBe('SerializationException');
    expect(await type(post('AmazonSQS.CreateQueue', '{}'))).toBe('MissingRequiredParameterException');
    expect(await type(post('AmazonSQS.CreateQueue', '[]'))).toBe('SerializationException');
    expect(await type(post('AmazonSQS.constructor', '{}'))).toBe('UnknownOperationException');
    expect(await type(post('AmazonSQS.SendMessage', ' '.repeat(3_000_000)))).toBe('RequestEntityTooLarge');
  });
});
