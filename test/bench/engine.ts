import type { Stages } from '../../lambdas/domain/evidence.ts';
import { createVision } from '../../lambdas/vision/engine.ts';
import { createFaceEngine } from '../../lambdas/vision/face/engine.ts';
import { decodePicture } from '../../lambdas/vision/image.ts';
import { ensureModels, modelsFolder } from '../../models/ensure.ts';
import { photoOf } from './demo-photo.ts';
import { type Figure, percentile } from './figure.ts';

const WARM_UPS = 5;
const READINGS = 60;
/** Megapixels of the photo: a video frame of 720 lines, a web camera's photo, a phone's. */
const SIZES = [0.92, 1.8, 12];

const isModel = (stage: string) => stage.startsWith('model:');
const of = (stage: string) => (stages: Stages) => stages[stage] ?? 0;
const models = (stages: Stages) =>
  Object.entries(stages).reduce((sum, [stage, ms]) => sum + (isModel(stage) ? ms : 0), 0);
const engine = (stages: Stages) => of('find')(stages) + of('measure')(stages);

/**
 * What one face costs, on one thread: the runs of the models alone, as onnxruntime takes them, and everything that our own code
 * does around them: resampling, inputs, geometry, quality, fingerprint. The decoder's time stands apart: it is libvips', and depends on the file; the
 * pixels that it has just written are far from the processor, which the same picture's next reading does not pay. Least of sixty readings: what else the
 * machine does only adds.
 */
export async function benchEngine(): Promise<Figure[]> {
  await ensureModels();
  const vision = await createVision({ folder: modelsFolder(), threads: 1 });
  const faces = await createFaceEngine({ folder: modelsFolder(), threads: 1 });
  const figures: Figure[] = [];
  for (const size of SIZES) {
    const photo = await photoOf(size);
    const readings: Stages[] = [];
    for (let i = 0; i < WARM_UPS + READINGS; i++) {
      const reading = await vision.readFace(photo);
      if (!reading.ok || !reading.value.face) throw new Error('the demo has no face');
      if (i >= WARM_UPS) readings.push(reading.value.stages);
    }
    const all = (read: (stages: Stages) => number) => readings.map(read);
    const add = (name: string, value: number, unit = 'ms') =>
      figures.push({ name: `${size} Mpx: ${name}`, value, unit });
    const least = (read: (stages: Stages) => number) => Math.min(...all(read));
    add('runs of the models', least(models));
    add('engine', least(engine));
    add('engine ÷ models', least(engine) / least(models), '×');
    const within = percentile(
      all(engine).map((ms, i) => ms / models(readings[i] as Stages)),
      0.5,
    );
    add('engine ÷ models within a reading, median', within, '×');
    const picture = await decodePicture(photo, { enough: 720 });
    if (!picture.ok) throw new Error(picture.error);
    const again: Stages[] = [];
    for (let i = 0; i < READINGS; i++) again.push((await faces.read(picture.value)).stages);
    const ratios = again.map((stages) => engine(stages) / models(stages));
    add('engine ÷ models, the same picture again, median', percentile(ratios, 0.5), '×');
    add('decoding', least(of('decode')));
    add('engine and decoding ÷ models', (least(engine) + least(of('decode'))) / least(models), '×');
    if (size === SIZES[0])
      for (const stage of Object.keys(readings[0] ?? {})) if (isModel(stage)) add(`  ${stage}`, least(of(stage)));
  }
  return figures;
}
