import { specimen } from '../../bin/specimen/specimen.ts';
import { integrator } from '../support/client.ts';
import { portrait } from '../support/faces.ts';
import { startService } from '../support/service.ts';
import { type Figure, percentile } from './figure.ts';
import { childrenOf, memoryOf } from './process-memory.ts';

const WARM_UPS = 2;
const CALLS = 15;

/** M-46: what each kind of document may take, ms. */
const ceilings = [
  ['passport', 'age_only', 5_000],
  ['passport', 'full_verification', 15_000],
  ['national_id', 'age_only', 4_000],
  ['national_id', 'full_verification', 12_000],
] as const;

/**
 * `POST /v1/verify` of the document contract, warm, one after the other, over HTTP on this machine: what a caller waits for a drawn
 * document with a machine-readable zone. @throws where the 95th percentile is above the published ceiling
 */
export async function benchDocumentCalls(): Promise<Figure[]> {
  const service = await startService();
  try {
    const { api, tenant } = integrator(service);
    const { keys } = await tenant({ plan: 'enterprise', credits: 1000 });
    const face = await portrait('ana');
    const drawn = {
      passport: await specimen({ portrait: face }),
      national_id: await specimen({ portrait: face, format: 'TD1' }),
    };
    const figures: Figure[] = [];
    for (const [kind, verification_type, ceiling] of ceilings) {
      const body = { document_type: kind, document_data: drawn[kind].toString('base64'), verification_type };
      const waited: number[] = [];
      for (let i = 0; i < WARM_UPS + CALLS; i++) {
        const start = performance.now();
        const { status, text } = await api('POST', '/v1/verify', { key: keys.skLive, body });
        if (status !== 200) throw new Error(`POST /v1/verify answers ${status}: ${text}`);
        if (i >= WARM_UPS) waited.push(performance.now() - start);
      }
      const [p50, p95] = [percentile(waited, 0.5), percentile(waited, 0.95)];
      if (p95 > ceiling)
        throw new Error(`${kind}, ${verification_type}: p95 is ${Math.round(p95)} ms, above ${ceiling}.`);
      figures.push(
        { name: `${kind}, ${verification_type}, p50`, value: p50, unit: 'ms' },
        { name: `${kind}, ${verification_type}, p95 (M-46: below ${ceiling})`, value: p95, unit: 'ms' },
      );
    }
    const images = childrenOf(service.pid).find(({ command }) => command.includes('verdicts'));
    const peak = images && { name: 'memory of the image function, peak', value: memoryOf(images.pid).peak, unit: 'MB' };
    return peak ? [...figures, peak] : figures;
  } finally {
    await service.remove();
  }
}
