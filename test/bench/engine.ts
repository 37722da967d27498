import { createVision } from '../../lambdas/vision/engine.ts';
import { ensureModels, modelsFolder } from '../../models/ensure.ts';
import { photoOf } from './demo-photo.ts';
import { type Figure, percentile } from './figure.ts';

const WARM_UPS = 5;
const READINGS = 25;
/** Megapixels of the photo: a video frame of 720 lines, a web camera's photo, a phone's. */
const SIZES = [0.92, 1.8, 12];

const isModel = (stage: string) => stage.startsWith('model:');

/**
 * What one face costs, on one thread: the runs of the models alone, as onnxruntime takes them, and everything that our own code
 * does around them: resampling, inputs, geometry, quality, fingerprint. The decoder's time stands apart: it is libvips', and depends on the file.
 */
export async function benchEngine(): Promise<Figure[]> {
  await ensureModels();
  const vision = await createVision({ folder: modelsFolder(), threads: 1 });
  const figures: Figure[] = [];
  for (const size of SIZES) {
    const photo = await photoOf(size);
    const readings: Readonly<Record<string, number>>[] = [];
    for (let i = 0; i < WARM_UPS + READINGS; i++) {
      const reading = await vision.readFace(photo);
      if (!reading.ok || !reading.value.face) throw new Error('the demo has no face');
      if (i >= WARM_UPS) readings.push(reading.value.stages);
    }
    const median = (read: (stages: Readonly<Record<string, number>>) => number) => percentile(readings.map(read), 0.5);
    const of = (stage: string) => (stages: Readonly<Record<string, number>>) => stages[stage] ?? 0;
    const models = (stages: Readonly<Record<string, number>>) =>
      Object.entries(stages).reduce((sum, [stage, ms]) => sum + (isModel(stage) ? ms : 0), 0);
    const engine = (stages: Readonly<Record<string, number>>) => of('find')(stages) + of('measure')(stages);
    const add = (name: string, value: number, unit = 'ms') =>
      figures.push({ name: `${size} Mpx: ${name}`, value, unit });
    add('runs of the models', median(models));
    add('engine', median(engine));
    add(
      'engine ÷ models',
      median((stages) => engine(stages) / models(stages)),
      '×',
    );
    add('decoding', median(of('decode')));
    add(
      'engine and decoding ÷ models',
      median((stages) => (engine(stages) + of('decode')(stages)) / models(stages)),
      '×',
    );
    if (size === SIZES[0])
      for (const stage of Object.keys(readings[0] ?? {})) if (isModel(stage)) add(`  ${stage}`, median(of(stage)));
  }
  return figures;
}
