import { parseArgs } from 'node:util';
import { SingleBar } from 'cli-progress';
import { describeModelFile, ensureModels, modelsFolder } from './ensure.ts';
import { manifest } from './manifest.ts';

/** `npm run models [-- --offline]`: makes the model files ready and says where each came from. */
const { values } = parseArgs({ options: { offline: { type: 'boolean', default: false } } });
const offline = values.offline || Boolean(process.env.SELFSAME_MODELS_OFFLINE);

const bar = new SingleBar({ format: 'models {bar} {value}/{total} {model}', clearOnComplete: true });
bar.start(manifest.models.length, 0, { model: '' });
try {
  const files = await ensureModels({
    network: offline ? 'never' : 'always',
    onSettled: ({ model }) => bar.increment({ model: model.id }),
  });
  bar.stop();
  for (const file of files) console.log(describeModelFile(file));
  console.log(`in ${modelsFolder()}`);
} catch (error) {
  bar.stop();
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
