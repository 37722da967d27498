import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { settingsSchema } from '../../lambdas/settings.ts';
import { imageNames, zipNames } from '../../lib/bundle.ts';
import { appOf, propertiesOf, templateOf } from './synthesized.ts';

let template: Template;
beforeAll(async () => {
  template = await templateOf('dev');
});

const onlyIdOf = (type: string, props: unknown): string => {
  const ids = Object.keys(template.findResources(type, { Properties: props }));
  expect(ids).toHaveLength(1);
  return ids[0] ?? '';
};

describe('queues and events', () => {
  it('every queue is encrypted and refuses plain HTTP', () => {
    const queues = propertiesOf(template, 'AWS::SQS::Queue');
    const policies = Object.values(propertiesOf(template, 'AWS::SQS::QueuePolicy'));
    expect(Object.keys(queues)).toHaveLength(4);
    for (const [id, queue] of Object.entries(queues)) {
      expect(queue.SqsManagedSseEnabled, id).toBe(true);
      const policy = policies.find(({ Queues }) => JSON.stringify(Queues) === JSON.stringify([{ Ref: id }]));
      expect(policy?.PolicyDocument, id).toMatchObject({
        Statement: expect.arrayContaining([
          expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      });
    }
  });

  it('what nobody can process lands in dead letters, after the use case had its last word', () => {
    const jobs = onlyIdOf('AWS::SQS::Queue', { RedrivePolicy: { maxReceiveCount: 6 } });
    const deliveries = onlyIdOf('AWS::SQS::Queue', { RedrivePolicy: { maxReceiveCount: 5 } });
    const { maxAttempts } = settingsSchema.parse({}).jobs;
    expect(maxAttempts).toBeLessThan(6);
    expect(jobs).toMatch(/^InferenceJobs/);
    expect(deliveries).toMatch(/^WebhooksDeliveries/);
  });

  it('a message stays invisible for longer than its function may run', () => {
    const functions = propertiesOf(template, 'AWS::Lambda::Function');
    const queues = propertiesOf(template, 'AWS::SQS::Queue');
    const mappings = Object.values(propertiesOf(template, 'AWS::Lambda::EventSourceMapping'));
    expect(mappings).toHaveLength(2);
    for (const mapping of mappings) {
      const timeout = functions[(mapping.FunctionName as { Ref: string }).Ref]?.Timeout as number;
      const [queue] = (mapping.EventSourceArn as { 'Fn::GetAtt': [string, string] })['Fn::GetAtt'];
      expect(queues[queue]?.VisibilityTimeout).toBeGreaterThan(timeout);
      expect(mapping).toMatchObject({
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: expect.any(Number) },
      });
    }
  });

  it('every event of ours goes to the deliveries queue, or to its dead letters, and into the archive', () => {
    const queue = onlyIdOf('AWS::SQS::Queue', { RedrivePolicy: { maxReceiveCount: 5 } });
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { source: ['selfsame'] },
      Targets: [
        {
          Arn: { 'Fn::GetAtt': [queue, 'Arn'] },
          DeadLetterConfig: { Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('DeliveriesDeadLetters'), 'Arn'] } },
        },
      ],
    });
    template.hasResourceProperties('AWS::Events::Archive', {
      EventPattern: { source: ['selfsame'] },
      RetentionDays: 7,
    });
  });

  it('the sweeper runs every minute', () => {
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'rate(1 minute)',
      Target: { Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^SweeperSweep'), 'Arn'] } },
    });
  });
});

describe('operations', () => {
  it('alarms on dead letters, waiting jobs, failing functions, API errors and latency, all to one encrypted topic', () => {
    const alarms = Object.values(propertiesOf(template, 'AWS::CloudWatch::Alarm'));
    const [topic] = Object.keys(
      template.findResources('AWS::SNS::Topic', { Properties: { KmsMasterKeyId: Match.anyValue() } }),
    );
    for (const alarm of alarms) expect(alarm.AlarmActions).toEqual([{ Ref: topic }]);
    const watched = alarms.map((alarm) => JSON.stringify(alarm));
    const watching = (...words: string[]) =>
      watched.filter((alarm) => words.every((word) => alarm.includes(`"${word}"`))).length;
    expect(watching('ApproximateNumberOfMessagesVisible', 'Maximum')).toBe(2);
    expect(watching('ApproximateAgeOfOldestMessage', 'Maximum')).toBe(1);
    expect(watching('AWS/ApiGateway', 'Latency', 'p95')).toBe(1);
    expect(watching('AWS/ApiGateway', '5xx', 'Count')).toBe(1);
    expect(watching('AWS/Lambda', 'Errors', 'Invocations')).toBe(zipNames.length + imageNames.length);
    template.resourceCountIs('AWS::CloudWatch::Dashboard', 1);
  });

  it('tells a person where an address is set', async () => {
    template.resourceCountIs('AWS::SNS::Subscription', 0);
    const told = await templateOf('dev', { 'stack.alarms.email': 'ops@example.com' });
    told.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'ops@example.com' });
  });

  it('is the same template each time it is synthesized', async () => {
    const { stack } = await appOf('dev');
    expect(Template.fromStack(stack).toJSON()).toEqual(template.toJSON());
  });
});
