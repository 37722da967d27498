import { describe, expect, it, vi } from 'vitest';
import { UnreachableTargetError } from '../../../local/events/deliveries.ts';
import { named, serveEvents } from './served-events.ts';

const events = serveEvents();
const { deliver, bus, put, delivered, payload } = events;

describe('PutEvents', () => {
  it('delivers the event in its envelope to each target of each rule that matches', async () => {
    const { name } = await bus([
      { Arn: 'arn:a' },
      { Arn: 'arn:b', InputPath: '$.detail', SqsParameters: { MessageGroupId: 'g' } },
    ]);
    const { Entries } = await put(
      name,
      { Detail: '{"id":7}', Resources: ['r'], Time: new Date('2026-01-02T03:04:05.678Z') },
      { Source: 'other' },
    );
    await delivered(2);
    expect(deliver.mock.calls.map(([arn, , target]) => [arn, target.messageGroupId]).sort()).toEqual([
      ['arn:a', undefined],
      ['arn:b', 'g'],
    ]);
    expect(payload(deliver.mock.calls.findIndex(([arn]) => arn === 'arn:a'))).toEqual({
      version: '0',
      id: Entries?.[0]?.EventId,
      'detail-type': 'done',
      source: 'app',
      account: '123456789012',
      time: '2026-01-02T03:04:05Z',
      region: 'eu-west-1',
      resources: ['r'],
      detail: { id: 7 },
    });
    expect(payload(deliver.mock.calls.findIndex(([arn]) => arn === 'arn:b'))).toEqual({ id: 7 });
    await vi.waitFor(() => expect(events.cloud.service.pending()).toBe(0));
  });

  it('fails wrong entries alone', async () => {
    const { name } = await bus([{ Arn: 'arn:a' }]);
    const result = await put(
      name,
      { Detail: '{"ok":1}' },
      { Detail: '{' },
      { Detail: '[]' },
      { Source: '' },
      { Source: 'aws.s3' },
      { EventBusName: 'nope' },
    );
    expect(result.FailedEntryCount).toBe(5);
    expect(result.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      'MalformedDetail',
      'MalformedDetail',
      'InvalidArgument',
      'NotAuthorizedForSourceException',
      'ResourceNotFoundException',
    ]);
    await delivered(1);
  });

  it('takes at most 10 entries and 1 MB', async () => {
    const { name } = await bus([]);
    await expect(put(name, ...Array.from({ length: 11 }, () => ({})))).rejects.toEqual(named('ValidationException'));
    const Detail = JSON.stringify({ x: 'x'.repeat(600_000) });
    await put(name, { Detail });
    await expect(put(name, { Detail }, { Detail })).rejects.toEqual(named('ValidationException'));
  });
});

describe('delivery', () => {
  it('is tried again after a failure', async () => {
    deliver.mockRejectedValueOnce(new Error('busy'));
    const { name } = await bus([{ Arn: 'arn:a' }]);
    await put(name, {});
    await delivered(2);
    expect(deliver.mock.calls[0]?.[1]).toBe(deliver.mock.calls[1]?.[1]);
  });

  it('gives an event to the dead-letter queue when its retries are used up', async () => {
    const { name, ruleArn } = await bus([
      { Arn: 'arn:a', RetryPolicy: { MaximumRetryAttempts: 1 }, DeadLetterConfig: { Arn: 'arn:dead' } },
    ]);
    deliver.mockImplementation(async (arn) => {
      if (arn === 'arn:a') throw new Error('never');
    });
    await put(name, {});
    await delivered(3);
    expect(deliver.mock.calls.map(([arn]) => arn)).toEqual(['arn:a', 'arn:a', 'arn:dead']);
    expect(deliver.mock.calls[2]?.[1]).toBe(deliver.mock.calls[0]?.[1]);
    expect(deliver.mock.calls[2]?.[2].attributes).toMatchObject({
      RULE_ARN: ruleArn,
      TARGET_ARN: 'arn:a',
      RETRY_ATTEMPTS: '1',
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
      ERROR_MESSAGE: 'Error: never',
    });
    await vi.waitFor(() => expect(events.cloud.service.pending()).toBe(0));
  });

  it('does not try again where no retry can help', async () => {
    deliver.mockRejectedValue(new UnreachableTargetError('no such function'));
    const { name } = await bus([{ Arn: 'arn:a' }]);
    await put(name, {});
    await delivered(1);
    await vi.waitFor(() => expect(events.cloud.service.pending()).toBe(0));
  });

  it('to one target is not held up by another that hangs, and never exceeds ten at a time', async () => {
    const { name } = await bus([{ Arn: 'arn:hangs' }, { Arn: 'arn:b' }]);
    const ends: (() => void)[] = [];
    deliver.mockImplementation((arn) =>
      arn === 'arn:hangs' ? new Promise((resolve) => void ends.push(resolve)) : Promise.resolve(),
    );
    for (let i = 0; i < 2; i += 1) await put(name, ...Array.from({ length: 10 }, () => ({})));
    await delivered(10 + 20);
    while (ends.length > 0) {
      for (const end of ends.splice(0)) end();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(deliver).toHaveBeenCalledTimes(40);
    expect(events.cloud.service.pending()).toBe(0);
  });
});
