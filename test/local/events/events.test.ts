import {
  CreateArchiveCommand,
  CreateEventBusCommand,
  DeleteRuleCommand,
  DescribeArchiveCommand,
  DescribeEventBusCommand,
  DescribeReplayCommand,
  ListRulesCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  StartReplayCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { describe, expect, it, vi } from 'vitest';
import type { Events } from '../../../local/events/events.ts';
import { named, serveEvents } from './served-events.ts';

const events = serveEvents();
const { deliver, bus, put, delivered, payload } = events;

describe('rules', () => {
  it('are listed, disabled, emptied and deleted', async () => {
    const { name } = await bus([{ Arn: 'arn:a' }]);
    const EventPattern = '{"source":["app"]}';
    await events.client.send(new PutRuleCommand({ Name: 'rule', EventBusName: name, EventPattern, State: 'DISABLED' }));
    const { Rules } = await events.client.send(new ListRulesCommand({ EventBusName: name }));
    expect(Rules).toMatchObject([{ Name: 'rule', State: 'DISABLED', EventPattern }]);
    await put(name, {});
    expect(events.cloud.service.pending()).toBe(0);
    const remove = () => events.client.send(new DeleteRuleCommand({ Name: 'rule', EventBusName: name }));
    await expect(remove()).rejects.toEqual(named('ValidationException'));
    const removed = await events.client.send(
      new RemoveTargetsCommand({ Rule: 'rule', EventBusName: name, Ids: ['t0', 'none'] }),
    );
    expect(removed.FailedEntries).toMatchObject([{ TargetId: 'none' }]);
    await remove();
    expect((await events.client.send(new ListRulesCommand({ EventBusName: name }))).Rules).toEqual([]);
  });

  it('name their errors as EventBridge does', async () => {
    await expect(events.client.send(new CreateEventBusCommand({ Name: 'default' }))).rejects.toEqual(
      named('ResourceAlreadyExistsException'),
    );
    await expect(events.client.send(new DescribeEventBusCommand({ Name: 'nope' }))).rejects.toEqual(
      named('ResourceNotFoundException'),
    );
    const rule = (more: object) => events.client.send(new PutRuleCommand({ Name: 'r', ...more }));
    await expect(rule({ EventPattern: '{"a":1}' })).rejects.toEqual(named('InvalidEventPatternException'));
    await expect(rule({})).rejects.toEqual(named('ValidationException'));
    await expect(rule({ ScheduleExpression: 'rate(1 parsec)' })).rejects.toEqual(named('ValidationException'));
    const targets = new PutTargetsCommand({ Rule: 'none', Targets: [{ Id: 'a', Arn: 'arn:a' }] });
    await expect(events.client.send(targets)).rejects.toEqual(named('ResourceNotFoundException'));
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
      events.client.send(
        new TestEventPatternCommand({ EventPattern: JSON.stringify(pattern), Event: JSON.stringify(event) }),
      );
    expect((await test({ source: ['app'] }, envelope)).Result).toBe(true);
    expect((await test({ source: ['other'] }, envelope)).Result).toBe(false);
    await expect(test({ source: ['app'] }, { source: 'app' })).rejects.toEqual(named('ValidationException'));
  });
});

describe('archives', () => {
  it('keep what matches, and replay it with its name and without archiving it again', async () => {
    const { name } = await bus([{ Arn: 'arn:a' }]);
    const EventSourceArn = `arn:aws:events:eu-west-1:123456789012:event-bus/${name}`;
    const ArchiveName = `archive-${name}`;
    const archive = await events.client.send(
      new CreateArchiveCommand({
        ArchiveName,
        EventSourceArn,
        EventPattern: '{"detail":{"keep":[true]}}',
        RetentionDays: 1,
      }),
    );
    await put(name, { Detail: '{"keep":true}' }, { Detail: '{"keep":false}' });
    await delivered(2);
    const describeArchive = () => events.client.send(new DescribeArchiveCommand({ ArchiveName }));
    expect(await describeArchive()).toMatchObject({ EventCount: 1, RetentionDays: 1 });
    const replay = {
      ReplayName: `replay-${name}`,
      EventSourceArn: archive.ArchiveArn,
      EventStartTime: new Date(Date.now() + events.clock.skippedMs - 60_000),
      EventEndTime: new Date(Date.now() + events.clock.skippedMs + 60_000),
      Destination: { Arn: EventSourceArn },
    };
    await events.client.send(new StartReplayCommand(replay));
    await delivered(3);
    expect(payload(2)).toMatchObject({ detail: { keep: true }, 'replay-name': replay.ReplayName });
    expect(await describeArchive()).toMatchObject({ EventCount: 1 });
    const { State } = await events.client.send(new DescribeReplayCommand({ ReplayName: replay.ReplayName }));
    expect(State).toBe('COMPLETED');
  });
});

describe('the calls of a template runtime', () => {
  it('create a bus, an archive and a rule from CloudFormation properties, and replace targets', async () => {
    events.cloud.service.ensureBus('templated');
    expect(events.cloud.service.ensureBus('templated').arn).toBe(
      'arn:aws:events:eu-west-1:123456789012:event-bus/templated',
    );
    const properties = { EventBusName: 'templated', EventPattern: { source: ['app'] } };
    events.cloud.service.ensureArchive('templated', {
      SourceArn: events.cloud.service.ensureBus('templated').arn,
      RetentionDays: 30,
    });
    events.cloud.service.ensureRule('r', { ...properties, Targets: [{ Id: 'old', Arn: 'arn:old' }] });
    const { arn } = events.cloud.service.ensureRule('r', { ...properties, Targets: [{ Id: 'new', Arn: 'arn:new' }] });
    await put('templated', {});
    await delivered(1);
    expect(deliver.mock.calls[0]?.[0]).toBe('arn:new');
    events.cloud.service.retain(new Set([arn]));
    await put('templated', {});
    await delivered(2);
    events.cloud.service.retain(new Set());
    await put('templated', {});
    expect(events.cloud.service.pending()).toBe(0);
    expect(() => events.cloud.service.ensureRule('r', { Targets: [{ Id: 'x', Arn: '' }] })).toThrow();
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
      ScheduleExpression: `at(${new Date(Date.now() + events.clock.skippedMs + 7_200_000).toISOString().slice(0, 19)})`,
      Target: { Arn: 'arn:once' },
    };
    const set = (events: Events) => [
      events.ensureRule('hourly', { ScheduleExpression: 'rate(1 hour)', Targets: [target] }),
      events.ensureSchedule('sweep', schedule),
      events.ensureSchedule('once', once),
    ];
    set(events.cloud.service);
    await vi.waitFor(() => expect(deliver.mock.calls.map(([arn]) => arn)).toEqual(['arn:schedule-target']), 3000);
    expect(payload(0)).toEqual({ at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) });

    // Five hours pass while nothing runs.
    events.clock.skippedMs += 5 * 3_600_000;
    deliver.mockClear();
    const restarted = await events.cloud.restart();
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

    events.clock.skippedMs += 3_600_000;
    await delivered(5);
    expect(
      deliver.mock.calls
        .slice(3)
        .map(([arn]) => arn)
        .sort(),
    ).toEqual(['arn:rule-target', 'arn:schedule-target']);
  });
});
