import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { StackConfig } from './config.ts';
import type { QueueWithDeadLetters } from './queue-with-dead-letters.ts';

export interface OperationsProps {
  readonly config: StackConfig;
  readonly key: Key;
  readonly api: HttpApi;
  readonly queues: Readonly<Record<'jobs' | 'deliveries', QueueWithDeadLetters>>;
  readonly functions: Readonly<Record<string, LambdaFunction>>;
}

/** Percentage of `part` in `whole`; no traffic is no error. `label` is unique within one graph. */
function share(label: string, part: IMetric, whole: IMetric, period: Duration): IMetric {
  const id = label.replace(/\W/g, '_');
  return new MathExpression({
    expression: `IF(${id}_all > 0, 100 * ${id}_part / ${id}_all, 0)`,
    usingMetrics: { [`${id}_part`]: part, [`${id}_all`]: whole },
    label,
    period,
  });
}

/** What wakes a person, and the one page that this person then looks at. */
export class Operations extends Construct {
  constructor(scope: Construct, id: string, props: OperationsProps) {
    super(scope, id);
    const { api, queues, functions } = props;
    const limits = props.config.alarms;
    const period = Duration.minutes(limits.periodMinutes);
    const topic = new Topic(this, 'Alarms', { masterKey: props.key, enforceSSL: true });
    if (limits.email !== '') topic.addSubscription(new EmailSubscription(limits.email));

    const alarm = (name: string, metric: IMetric, threshold: number, description: string): void => {
      new Alarm(this, name, {
        metric,
        threshold,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
        alarmDescription: description,
      }).addAlarmAction(new SnsAction(topic));
    };

    const deadLetters = Object.entries(queues).map(([name, { deadLetters }]) => {
      const metric = deadLetters.metricApproximateNumberOfMessagesVisible({ period, statistic: 'max', label: name });
      alarm(`DeadLetters-${name}`, metric, limits.deadLetters, `Dead letters in ${name}: GET /v1/admin/dead-letters`);
      return metric;
    });

    const ages = Object.entries(queues).map(([name, { queue }]) =>
      queue.metricApproximateAgeOfOldestMessage({ period, statistic: 'max', label: name }),
    );
    const oldestJob = queues.jobs.queue.metricApproximateAgeOfOldestMessage({ period, statistic: 'max' });
    alarm('OldestJob', oldestJob, limits.oldestJobSeconds, 'People wait: the oldest job is older than promised');

    const errorRates = Object.entries(functions).map(([name, fn]) => {
      const metric = share(name, fn.metricErrors({ period }), fn.metricInvocations({ period }), period);
      alarm(
        `Errors-${name}`,
        metric,
        limits.functionErrorPercent,
        `Share of failed invocations of ${name}, in percent`,
      );
      return metric;
    });

    const apiErrors = share(
      'api',
      api.metricServerError({ period, statistic: 'sum' }),
      api.metricCount({ period }),
      period,
    );
    alarm('ApiErrors', apiErrors, limits.apiErrorPercent, 'Share of requests answered with 5xx, in percent');
    const latency = (statistic: string) => api.metricLatency({ period, statistic, label: statistic });
    alarm('ApiLatency', latency('p95'), limits.apiLatencyMs, '95th percentile of the answer time, in milliseconds');

    const dashboard = new Dashboard(this, 'Dashboard');
    const widget = (title: string, left: IMetric[]) => new GraphWidget({ title, left, width: 8, height: 6 });
    dashboard.addWidgets(
      widget('Requests', [api.metricCount({ period }), api.metricClientError({ period, statistic: 'sum' })]),
      widget('Answer time (ms)', [latency('p50'), latency('p95'), latency('p99')]),
      widget('5xx (%)', [apiErrors]),
      widget('Failed invocations (%)', errorRates),
      widget('Oldest message (s)', ages),
      widget('Dead letters', deadLetters),
      widget(
        'Function time p95 (ms)',
        Object.entries(functions).map(([name, fn]) => fn.metricDuration({ period, statistic: 'p95', label: name })),
      ),
      widget(
        'Concurrent executions',
        Object.entries(functions).map(([name, fn]) =>
          fn.metric('ConcurrentExecutions', { period, statistic: 'max', label: name }),
        ),
      ),
    );
  }
}
