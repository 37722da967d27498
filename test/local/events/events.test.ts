import {
  CreateArchiveCommand,
  CreateEventBusCommand,
  DeleteRuleCommand,
  DescribeArchiveCommand,
  DescribeEventBusCommand,
  DescribeReplayCommand,
  EventBridgeClient,
  ListRulesCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  StartReplayCommand,
  type Target,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Deliver, UnreachableTargetError } from '../../../local/events/deliveries.ts';
import { createEvents, type Events } from '../../../local/events/events.ts';
import { type ServedCloud, serveCloud } from '../serve-cloud.ts';

const deliver = vi.fn<Deliver>();
let cloud: ServedCloud<Events>;
let client: EventBridgeClient;
let skipped = 0;
beforeAll(async () => {
  cloud = await serveCloud(
    (place) => createEvents(place, deliver),
    () => Date.now() + skipped,
  );
  client = new EventBridgeClient(cloud.client);
  cloud.service.start();
});
afterAll(() => cloud.close());
beforeEach(() => {
  deliver.mockReset();
  deliver.mockResolvedValue();
});

let count = 0;
/** A bus with one rule for everything from `app`, and these targets. */
async function bus(targets: Omit<Target, 'Id'>[], pattern: object = { source: ['app'] }) {
  count += 1;
  const Name = `bus-${count}`;
  await client.send(new CreateEventBusCommand({ Name }));
  const { RuleArn } = await client.send(
    new PutRuleCommand({ Name: 'rule', EventBusName: Name, EventPattern: JSON.stringify(pattern) }),
  );
  const Targets = targets.map((target, index) => ({ Id: `t${index}`, ...target }));
  await client.send(new PutTargetsCommand({ Rule: 'rule', EventBusName: Name, Targets }));
  return { name: Name, ruleArn: RuleArn };
}
const put = (EventBusName: string, ...entries: PutEventsRequestEntry[]) =>
  client.send(
    new PutEventsCommand({
      Entries: entries.map((entry) => ({ EventBusName, Source: 'app', DetailType: 'done', Detail: '{}', ...entry })),
    }),
  );
const named = (name: string) => expect.objectContaining({ name });
const delivered = (times: number) => vi.waitFor(() => expect(deliver).toHaveBeenCalledTimes(times), 4000);
const payload = (call: number) => JSON.parse(deliver.mock.calls[call]?.[1] ?? 'null') as unknown;

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
    await vi.waitFor(() => expect(cloud.service.pending()).toBe(0));
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

describe('rules', () => {
  it('are listed, disabled, emptied and deleted', async () => {
    const { name } = await bus([{ Arn: 'arn:a' }]);
    const EventPattern = '{"source":["app"]}';
    await client.send(new PutRuleCommand({ Name: 'rule', EventBusName: name, EventPattern, State: 'DISABLED' }));
    const { Rules } = await client.send(new ListRulesCommand({ EventBusName: name }));
    expect(Rules).toMatchObject([{ Name: 'rule', State: 'DISABLED', EventPattern }]);
    await put(name, {});
    expect(cloud.service.pending()).toBe(0);
    const remove = () => client.send(new DeleteRuleCommand({ Name: 'rule', EventBusName: name }));
    await expect(remove()).rejects.toEqual(named('ValidationException'));
    const removed = await client.send(
      new RemoveTargetsCommand({ Rule: 'rule', EventBusName: name, Ids: ['t0', 'none'] }),
    );
    expect(removed.FailedEntries).toMatchObject([{ TargetId: 'none' }]);
    await remove();
    expect((await client.send(new ListRulesCommand({ EventBusName: name }))).Rules).toEqual([]);
  });

  it('name their errors as EventBridge does', async () => {
    await expect(client.send(new CreateEventBusCommand({ Name: 'default' }))).rejects.toEqual(
      named('ResourceAlreadyExistsException'),
    );
    await expect(client.send(new DescribeEventBusCommand({ Name: 'nope' }))).rejects.toEqual(
      named('ResourceNotFoundException'),
    );
    const rule = (more: object) => client.send(new PutRuleCommand({ Name: 'r', ...more }));
    await expect(rule({ EventPattern: '{"a":1}' })).rejects.toEqual(named('InvalidEventPatternException'));
    await expect(rule({})).rejects.toEqual(named('ValidationException'));
    await expect(rule({ ScheduleExpression: 'rate(1 parsec)' })).rejects.toEqual(named('ValidationException'));
    const targets = new PutTargetsCommand({ Rule: 'none', Targets: [{ Id: 'a', Arn: 'arn:a' }] });
    await expect(client.send(targets)).rejects.toEqual(named('ResourceNotFoundException'));
  });

  it('can be tried out with TestEventPattern', async () => {
    const envelope = {
      id: '1',
      account: '1',
      source: 'app',
      time: 't',
      region: 'r',
      resources: [],
      'detail-type': 'd',
    };
    const test = (pattern: object, event: object) =>
      client.send(new TestEventPatternCommand({ EventPattern: JSON.stringify(pattern), Event: JSON.stringify(event) }));
    expect((await test({ source: ['app'] }, envelope)).Result).toBe(true);
    expect((await test({ source: ['other'] }, envelope)).Result).toBe(false);
    await expect(test({ source: ['app'] }, { source: 'app' })).rejects.toEqual(named('ValidationException'));
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
    await vi.waitFor(() => expect(cloud.service.pending()).toBe(0));
  });

  it('does not try again where no retry can help', async () => {
    deliver.mockRejectedValue(new UnreachableTargetError('no such function'));
    const { name } = await bus([{ Arn: 'arn:a' }]);
    await put(name, {});
    await delivered(1);
    await vi.waitFor(() => expect(cloud.service.pending()).toBe(0));
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
    expect(cloud.service.pending()).toBe(0);
  });
});

describe('archives', () => {
  it('keep what matches, and replay it with its name and without archiving it again', async () => {
    const { name } = await bus([{ Arn: 'arn:a' }]);
    const EventSourceArn = `arn:aws:events:eu-west-1:123456789012:event-bus/${name}`;
    const ArchiveName = `archive-${name}`;
    const archive = await client.send(
      new CreateArchiveCommand({
        ArchiveName,
        EventSourceArn,
        EventPattern: '{"detail":{"keep":[true]}}',
        RetentionDays: 1,
      }),
    );
    await put(name, { Detail: '{"keep":true}' }, { Detail: '{"keep":false}' });
    await delivered(2);
    const describeArchive = () => client.send(new DescribeArchiveCommand({ ArchiveName }));
    expect(await describeArchive()).toMatchObject({ EventCount: 1, RetentionDays: 1 });
    const replay = {
      ReplayName: `replay-${name}`,
      EventSourceArn: archive.ArchiveArn,
      EventStartTime: new Date(Date.now() + skipped - 60_000),
      EventEndTime: new Date(Date.now() + skipped + 60_000),
      Destination: { Arn: EventSourceArn },
    };
    await client.send(new StartReplayCommand(replay));
    await delivered(3);
    expect(payload(2)).toMatchObject({ detail: { keep: true }, 'replay-name': replay.ReplayName });
    expect(await describeArchive()).toMatchObject({ EventCount: 1 });
    const { State } = await client.send(new DescribeReplayCommand({ ReplayName: replay.ReplayName }));
    expect(State).toBe('COMPLETED');
  });
});

describe('the calls of a template runtime', () => {
  it('create a bus, an archive and a rule from CloudFormation properties, and replace targets', async () => {
    cloud.service.ensureBus('templated');
    expect(cloud.service.ensureBus('templated').arn).toBe('arn:aws:events:eu-west-1:123456789012:event-bus/templated');
    const properties = { EventBusName: 'templated', EventPattern: { source: ['app'] } };
    cloud.service.ensureArchive('templated', {
      SourceArn: cloud.service.ensureBus('templated').arn,
      RetentionDays: 30,
    });
    cloud.service.ensureRule('r', { ...properties, Targets: [{ Id: 'old', Arn: 'arn:old' }] });
    const { arn } = cloud.service.ensureRule('r', { ...properties, Targets: [{ Id: 'new', Arn: 'arn:new' }] });
    await put('templated', {});
    await delivered(1);
    expect(deliver.mock.calls[0]?.[0]).toBe('arn:new');
    cloud.service.retain(new Set([arn]));
    await put('templated', {});
    await delivered(2);
    cloud.service.retain(new Set());
    await put('templated', {});
    expect(cloud.service.pending()).toBe(0);
    expect(() => cloud.service.ensureRule('r', { Targets: [{ Id: 'x', Arn: '' }] })).toThrow();
  });
});

describe('schedules', () => {
  it('fire rules and EventBridge Scheduler targets when they are due, keep their rhythm, and catch up once', async () => {
    const target = { Id: 't', Arn: 'arn:rule-target' };
    const schedule = {
      ScheduleExpression: 'rate(1 hour)',
      Target: { Arn: 'arn:schedule-target', Input: '{"at":"<aws.scheduler.scheduled-time>"}' },
    };
    const once = {
      ScheduleExpression: `at(${new Date(Date.now() + skipped + 7_200_000).toISOString().slice(0, 19)})`,
      Target: { Arn: 'arn:once' },
    };
    const set = (events: Events) => [
      events.ensureRule('hourly', { ScheduleExpression: 'rate(1 hour)', Targets: [target] }),
      events.ensureSchedule('sweep', schedule),
      events.ensureSchedule('once', once),
    ];
    set(cloud.service);
    await vi.waitFor(() => expect(deliver.mock.calls.map(([arn]) => arn)).toEqual(['arn:schedule-target']), 3000);
    expect(payload(0)).toEqual({ at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) });

    // Five hours pass while nothing runs.
    skipped += 5 * 3_600_000;
    deliver.mockClear();
    const restarted = await cloud.restart();
    set(restarted);
    restarted.start();
    await delivered(3);
    expect(deliver.mock.calls.map(([arn]) => arn).sort()).toEqual([
      'arn:once',
      'arn:rule-target',
      'arn:schedule-target',
    ]);
    const ruled = deliver.mock.calls.findIndex(([arn]) => arn === 'arn:rule-target');
    expect(payload(ruled)).toMatchObject({ source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} });
    const onceCall = deliver.mock.calls.findIndex(([arn]) => arn === 'arn:once');
    expect(payload(onceCall)).toMatchObject({ source: 'aws.scheduler', detail: '{}' });

    skipped += 3_600_000;
    await delivered(5);
    expect(
      deliver.mock.calls
        .slice(3)
        .map(([arn]) => arn)
        .sort(),
    ).toEqual(['arn:rule-target', 'arn:schedule-target']);
  });
});
