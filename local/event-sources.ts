import * as z from 'zod';
import type { Functions } from './lambda/functions.ts';
import type { Sqs } from './sqs/sqs.ts';
import type { Template } from './template/template.ts';

const mappingSchema = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  Enabled: z.coerce.boolean().default(true),
  BatchSize: z.coerce.number().default(10),
  MaximumBatchingWindowInSeconds: z.coerce.number().default(0),
  FunctionResponseTypes: z.array(z.string()).default([]),
  ScalingConfig: z.object({ MaximumConcurrency: z.coerce.number().optional() }).optional(),
});

/**
 * Starts the template's event source mappings on queues. A mapping takes no more messages at one time than its function
 * has processes for: what waits inside would lose its visibility timeout.
 * @returns a function that stops them all and waits for their invocations
 * @throws Error for a mapping on anything but a queue
 */
export function startEventSources(template: Template, sqs: Sqs, functions: Functions): () => Promise<void> {
  const stops = template.ofType('AWS::Lambda::EventSourceMapping').flatMap(({ logicalId, properties }) => {
    const mapping = mappingSchema.parse(properties);
    const { EventSourceArn: queueArn, FunctionName: name } = mapping;
    if (!queueArn.startsWith('arn:aws:sqs:'))
      throw new Error(`Event source mapping "${logicalId}": only queues are sources locally, not ${queueArn}.`);
    const concurrency = Math.min(functions.concurrency(name), mapping.ScalingConfig?.MaximumConcurrency ?? 1000);
    if (!mapping.Enabled || concurrency === 0) return [];
    return sqs.mapQueue({
      queueArn,
      batchSize: mapping.BatchSize,
      batchingWindowSeconds: mapping.MaximumBatchingWindowInSeconds,
      reportBatchItemFailures: mapping.FunctionResponseTypes.includes('ReportBatchItemFailures'),
      maximumConcurrency: concurrency,
      invoke: async (event) => {
        const invocation = await functions.invoke(name, event);
        if (!invocation.ok) throw new Error(`${invocation.error.errorType}: ${invocation.error.errorMessage}`);
        return JSON.parse(invocation.payload);
      },
    });
  });
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
}
