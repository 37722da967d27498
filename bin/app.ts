import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { bundleFunctions } from '../lib/bundle.ts';
import { parseConfig, type Stage } from '../lib/config.ts';
import { ConfigError } from '../lib/overrides.ts';
import { projectSource } from '../lib/project-source.ts';
import { checkSecurity } from '../lib/security.ts';
import { addStack, appProps } from '../lib/synthesize.ts';
import { describeModelFile, ensureModels, filesToShip } from '../models/ensure.ts';

/**
 * The CDK app: `cdk synth -c stage=prod -c set.webhooks.timeoutSeconds=5`.
 * `stage` is `dev` (default) or `prod`; `set.<path>` overrides a value of `lib/config.ts`; `FACE_ENGINE` in the environment is
 * short for `set.faceEngine`.
 */
const app = new App(appProps);
const context: Record<string, unknown> = app.node.getAllContext();

const stages: readonly Stage[] = ['dev', 'prod'];
const stage = stages.find((name) => name === (context.stage ?? 'dev'));
if (!stage) throw new Error(`stage: expected one of ${stages.join(', ')}, got "${String(context.stage)}"`);
const overrides = Object.entries(context)
  .filter(([name]) => name.startsWith('set.'))
  .map(([name, value]) => [name.slice('set.'.length), String(value)]);
const { FACE_ENGINE: faceEngine } = process.env;
const config = parseConfig(stage, { ...(faceEngine && { faceEngine }), ...Object.fromEntries(overrides) });
if (config.stack.sweepSchedule.includes('second')) {
  throw new ConfigError('stack.sweepSchedule', 'EventBridge Scheduler counts in minutes; seconds are for a local run');
}

// Only what is at hand: `npm run models` is the step that may use the network.
const models = await ensureModels({ network: 'never' });
for (const file of models) if (file.path === undefined) console.error(describeModelFile(file));
const source = projectSource(filesToShip(models));
const folders = await bundleFunctions(source, join(app.outdir, 'bundles'));

checkSecurity(app);
addStack(app, config, folders);
app.synth();
