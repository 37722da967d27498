import { specimen } from '../../bin/specimen/specimen.ts';
import { integrator, type Json } from '../support/client.ts';
import { portrait, selfie } from '../support/faces.ts';
import { startService } from '../support/service.ts';
import { type Figure, percentile } from './figure.ts';
import { childrenOf, memoryOf } from './process-memory.ts';

const warmUps = 3;

interface Examined {
  readonly verificationId: string;
  readonly stages: Readonly<Record<string, number>>;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Stages of every examination, from the service's own log. */
const examinedIn = (log: string): Examined[] =>
  log
    .split('\n')
    .filter((line) => line.includes('"examined"'))
    .map((line) => JSON.parse(line) as Examined);

/**
 * Submit → verdict of one applicant after the other, warm: a drawn passport with a portrait, and a selfie. Tells what the models
 * take, what our own code around them takes, and what everything between submit and verdict takes beside the examination.
 */
export async function benchVerifications(count = 20): Promise<Figure[]> {
  const service = await startService();
  try {
    const { api, tenant, uploaded, verdict } = integrator(service);
    const { keys } = await tenant();
    const images = { docFront: await specimen({ portrait: await portrait('ana') }), selfie: await selfie('ana') };
    const verdicts: Json[] = [];
    for (let at = 0; at < warmUps + count; at++) {
      const body = await uploaded(keys.skLive, images);
      await api('POST', '/v1/verify/submit', { key: keys.skLive, body });
      verdicts.push(await verdict(keys.skLive, body.verificationId));
    }
    const warm = verdicts.slice(warmUps);
    const latencies = warm.map(({ submittedAt, completedAt }) => Date.parse(completedAt) - Date.parse(submittedAt));
    const stages = examinedIn(service.log()).filter(({ verificationId }) =>
      warm.some((one) => one.verificationId === verificationId),
    );
    const models = stages.map((one) =>
      sum(
        Object.entries(one.stages)
          .filter(([name]) => name.startsWith('model:'))
          .map(([, ms]) => ms),
      ),
    );
    const totals = stages.map((one) => one.stages.total ?? 0);
    const around = totals.map((total, at) => total - (models[at] ?? 0));
    const names = [...new Set(stages.flatMap((one) => Object.keys(one.stages)))].filter((name) => name !== 'total');
    const examiners = childrenOf(service.pid).filter(({ command }) => command.includes('examine'));
    const ms = (name: string, values: readonly number[]): Figure => ({
      name,
      value: percentile(values, 0.5),
      unit: 'ms',
    });
    return [
      ms('submit → verdict, p50', latencies),
      { name: 'submit → verdict, p95', value: percentile(latencies, 0.95), unit: 'ms' },
      ms('examination', totals),
      ms('of it models', models),
      ms('of it everything else', around),
      { name: 'everything else ÷ models', value: (100 * percentile(around, 0.5)) / percentile(models, 0.5), unit: '%' },
      ms(
        'queue, storage and transactions',
        latencies.map((latency, at) => latency - (totals[at] ?? 0)),
      ),
      ...examiners.map(({ pid }) => ({
        name: 'memory of the image function, peak',
        value: memoryOf(pid).peak,
        unit: 'MB',
      })),
      ...names.map((name) =>
        ms(
          `  ${name}`,
          stages.map((one) => one.stages[name] ?? 0),
        ),
      ),
    ];
  } finally {
    await service.remove();
  }
}
