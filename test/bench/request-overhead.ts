import { Agent, request } from 'node:http';
import { createRouter } from '../../local/api/route.ts';
import { createApi } from '../../local/api/server.ts';
import { sampleFunction, testFunctions } from '../local/lambda/sample-function.ts';

interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

const rounds = 1000;
const warmUp = 200;

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** One request on a kept-alive connection; resolves with its milliseconds when the answer has been read. */
function timeRequest(url: string, agent: Agent, body?: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const headers = { 'content-type': 'image/jpeg', 'content-length': body?.length ?? 0 };
    const outgoing = request(url, { agent, method: 'POST', headers }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`answered ${response.statusCode}`));
      response.resume().on('end', () => resolve(performance.now() - began));
    });
    outgoing.on('error', reject).end(body);
  });
}

async function sortedTimes(count: number, run: () => Promise<number>): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < count; round++) times.push(await run());
  return times.sort((left, right) => left - right);
}

/**
 * What the local cloud adds to a request: HTTP, the event, the way to a function's process and back, with a handler
 * that does nothing. One client, one request at a time; warm, after 200 requests that are not counted.
 */
export async function benchRequestOverhead(): Promise<Measurement[]> {
  const functions = testFunctions([sampleFunction('export const handler = async () => ({ statusCode: 200 });')], {
    concurrency: () => 1,
  });
  const began = performance.now();
  await functions.call('sample');
  const cold = performance.now() - began;
  const api = createApi({ limits: 'local', invoke: functions.invoke });
  const target = { functionArn: 'sample', timeoutMs: 30_000 };
  const route = createRouter([{ routeKey: '$default', target }]);
  api.serve({ apiId: 'bench', accountId: '123456789012', stage: '$default', route });
  const url = await api.listen(0, '127.0.0.1');
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const small = () => timeRequest(url, agent);
  const photo = Buffer.alloc(1024 * 1024, 7);

  await sortedTimes(warmUp, small);
  const times = await sortedTimes(rounds, small);
  const uploads = await sortedTimes(rounds / 10, () => timeRequest(url, agent, photo));
  agent.destroy();
  await api.close(1000);
  await functions.close(1000);
  return [
    { name: 'local cloud, empty request, p50', value: quantile(times, 0.5), unit: 'ms' },
    { name: 'local cloud, empty request, p95', value: quantile(times, 0.95), unit: 'ms' },
    { name: 'local cloud, 1 MB request, p50', value: quantile(uploads, 0.5), unit: 'ms' },
    { name: 'local cloud, start of a function process', value: cold, unit: 'ms' },
  ];
}
