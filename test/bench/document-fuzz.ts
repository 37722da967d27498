import sharp from 'sharp';
import { seededRandom } from '../../bin/evaluate/seeded-random.ts';
import { specimen } from '../../bin/specimen/specimen.ts';
import { integrator } from '../support/client.ts';
import { foreign } from '../support/hostile-images.ts';
import { startService } from '../support/service.ts';
import type { Figure } from './figure.ts';
import { childrenOf, memoryOf } from './process-memory.ts';

const SEED = 4;
/** After so many files everything that is kept from the first ones is there. */
const SETTLED = 100;
/** Files between two looks at the memory. */
const EVERY = 100;
/** What memory may grow by between that and the end, MB. */
const MOST_GROWTH = 150;

type Draw = (below: number) => number;

/** Bytes changed, cut out, doubled, or the end lost; now and then the beginning of another format. */
function mutate(bytes: Uint8Array, draw: Draw, heads: readonly Uint8Array[]): Uint8Array {
  const copy = Buffer.from(bytes);
  const at = draw(copy.length);
  switch (draw(6)) {
    case 0:
      for (let i = 0; i <= draw(40); i++) copy[draw(copy.length)] = draw(256);
      return copy;
    case 1:
      return copy.subarray(0, at);
    case 2:
      return Buffer.concat([copy.subarray(0, at), copy.subarray(Math.min(copy.length, at + draw(2000)))]);
    case 3:
      return Buffer.concat([copy.subarray(0, at), copy.subarray(Math.max(0, at - draw(2000)))]);
    case 4:
      for (let i = 0; i < 200; i++) copy[(at + i) % copy.length] = draw(256);
      return copy;
    default:
      return Buffer.concat([heads[draw(heads.length)] ?? copy, copy.subarray(draw(64))]);
  }
}

/**
 * Spoilt files through `POST /v1/verify`: each is answered as the contract has it, and none leaves anything behind.
 * @throws on a fault of ours, and where memory grows
 */
export async function benchDocumentFuzz(count = 500): Promise<Figure[]> {
  const service = await startService();
  try {
    const { api, tenant } = integrator(service);
    const { keys } = await tenant({ plan: 'enterprise', credits: count });
    const random = seededRandom(SEED);
    const draw: Draw = (below) => Math.floor(random() * below);
    const small = await specimen({ pixelsPerMillimetre: 4 });
    const { pdf = new Uint8Array() } = foreign;
    const whole = [
      small,
      await sharp(small).png().toBuffer(),
      await sharp(small).grayscale().jpeg({ progressive: true }).toBuffer(),
      pdf,
    ];
    const heads = whole.map((file) => file.subarray(0, 24));
    const answers: Record<string, number> = {};
    const memory = (): number => {
      const images = childrenOf(service.pid).find(({ command }) => command.includes('verdicts'));
      return images ? memoryOf(images.pid).resident : 0;
    };
    const marks: { readonly files: number; readonly megabytes: number }[] = [];
    for (let i = 0; i < count; i++) {
      const file = mutate(whole[i % whole.length] ?? small, draw, heads);
      const body = { document_type: 'passport', document_data: Buffer.from(file).toString('base64') };
      const { status, body: answer, text } = await api('POST', '/v1/verify', { key: keys.skLive, body });
      if (![200, 202, 400, 413, 422].includes(status)) throw new Error(`File ${i} answers ${status}: ${text}`);
      const code: string = answer.error?.code ?? answer.status;
      answers[code] = (answers[code] ?? 0) + 1;
      if ((i + 1) % EVERY === 0) marks.push({ files: i + 1, megabytes: memory() });
    }
    const growth = memory() - (marks.find(({ files }) => files >= SETTLED)?.megabytes ?? 0);
    if (growth > MOST_GROWTH) throw new Error(`Memory grew by ${Math.round(growth)} MB.`);
    const told = Object.entries(answers).map(([name, value]): Figure => ({ name, value, unit: 'files' }));
    const kept = marks.map(
      ({ files, megabytes }): Figure => ({ name: `memory after ${files}`, value: megabytes, unit: 'MB' }),
    );
    return [...told, ...kept, { name: 'growth of memory', value: growth, unit: 'MB' }];
  } finally {
    await service.remove();
  }
}
