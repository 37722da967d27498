import { demoFace } from '../../bin/specimen/faces.ts';
import { integrator } from '../support/client.ts';
import { type Service, startService } from '../support/service.ts';
import { photoOf } from './demo-photo.ts';
import { type Figure, percentile } from './figure.ts';
import { childrenOf, memoryOf } from './process-memory.ts';

const WARM_UPS = 5;
const VERIFICATIONS = 30;
const MEGAPIXELS = 0.92;

/** What the service's own log says of each verification, in order: milliseconds by stage. */
const stagesIn = (service: Service): Readonly<Record<string, number>>[] =>
  service
    .log()
    .split('\n')
    .filter((line) => line.includes('"verified"'))
    .map((line) => JSON.parse(line).stages);

const base64 = (image: Uint8Array): string => Buffer.from(image).toString('base64');

/**
 * `POST /v1/verify` of the step-up contract, passive, warm, one after the other, over HTTP on this machine: what a caller waits, beside
 * what the engine takes (decoding included) for the one frame. Every call is another user's: a frame that was seen before is a replay.
 * L-56 has the published service's figures for the four calls: 292 ms, and about 310, 40 and 5 ms.
 */
export async function benchStepUp(): Promise<Figure[]> {
  const service = await startService();
  try {
    const { api, tenant } = integrator(service);
    // The demo's photos are no selfies: passive liveness is measured, and judged by nobody.
    const { keys } = await tenant({ plan: 'enterprise', settings: { thresholds: { liveness: 0 } } });
    const timed = async (method: string, path: string, body?: unknown): Promise<number> => {
      const start = performance.now();
      const { status, text } = await api(method, path, body === undefined ? {} : { key: keys.skLive, body });
      const ms = performance.now() - start;
      if (status !== 200) throw new Error(`${path} answers ${status}: ${text}`);
      return ms;
    };
    const portrait = base64(await demoFace('portrait'));
    const enroll = (user: string) => timed('POST', '/v1/enroll', { user_id: user, frames: [portrait] });
    const verify = async (user: string, frame: string) =>
      timed('POST', '/v1/verify', { user_id: user, action: 'bench', frames: [frame] });

    const frame = base64(await photoOf(MEGAPIXELS));
    const rounds: Record<'enrol' | 'verify' | 'erase' | 'health', number>[] = [];
    for (let i = 0; i < WARM_UPS + VERIFICATIONS; i++) {
      const user = `user-${i}`;
      rounds.push({
        enrol: await enroll(user),
        verify: await verify(user, frame),
        erase: await timed('DELETE', '/v1/delete', { user_id: user }),
        health: await timed('GET', '/v1/health'),
      });
    }
    const warm = rounds.slice(WARM_UPS);
    const waited = warm.map((round) => round.verify);
    const median = (call: keyof (typeof warm)[number]): number =>
      percentile(
        warm.map((round) => round[call]),
        0.5,
      );
    const stages = stagesIn(service).slice(WARM_UPS);
    const engines = stages.map(({ decode = 0, find = 0, measure = 0 }) => decode + find + measure);
    const images = childrenOf(service.pid).find(({ command }) => command.includes('verdicts'));
    const usual = images && memoryOf(images.pid);
    const phone = base64(await photoOf(12));
    for (let i = 0; i < 5; i++) {
      await enroll(`phone-${i}`);
      await verify(`phone-${i}`, phone);
    }

    const ms = (name: string, value: number): Figure => ({ name, value, unit: 'ms' });
    return [
      ms(`POST /v1/verify, passive, a frame of ${MEGAPIXELS} megapixels, p50`, median('verify')),
      ms('POST /v1/verify, p95', percentile(waited, 0.95)),
      ms('of it the engine, with decoding, p50', percentile(engines, 0.5)),
      {
        name: 'POST /v1/verify ÷ engine, p50',
        value: percentile(
          waited.map((wait, i) => wait / (engines[i] as number)),
          0.5,
        ),
        unit: '×',
      },
      ms('POST /v1/enroll, one frame, p50', median('enrol')),
      ms('DELETE /v1/delete, p50', median('erase')),
      ms('GET /v1/health, p50', median('health')),
      ...(images && usual
        ? [
            { name: 'memory of the image function, peak', value: usual.peak, unit: 'MB' },
            { name: 'the same after phone photos of 12 megapixels', value: memoryOf(images.pid).peak, unit: 'MB' },
          ]
        : []),
    ];
  } finally {
    await service.remove();
  }
}
