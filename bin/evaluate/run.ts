/** What `selfsame evaluate` does with its options: reads, measures, writes its report, and answers. */
import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Anchor } from '../../lambdas/domain/calibration.ts';
import { settingsSchema } from '../../lambdas/settings.ts';
import { anchorsOf } from '../../lambdas/vision/face/anchors.ts';
import { modelsFolder } from '../../models/ensure.ts';
import { CALIBRATION_FILE, calibrations, manifest } from '../../models/manifest.ts';
import { type Answer, rows } from '../terminal/answer.ts';
import { CommandError } from '../terminal/command-error.ts';
import { startProgress } from '../terminal/progress.ts';
import { type Evaluated, evaluate, stepsOf } from './evaluate.ts';
import { readLabels } from './labels.ts';
import { pageOf } from './page.ts';
import type { Report } from './report.ts';
import { type ModelChoice, startEngine } from './run-engine.ts';
import { readSpoofs } from './spoof.ts';
import { tablesOf } from './wording.ts';

export interface EvaluateOptions {
  readonly pairs: string;
  readonly spoof?: string;
  readonly models: ModelChoice;
  readonly threads: number;
  readonly out?: string;
  readonly calibrate?: true;
  readonly json?: true;
}

const projectRoot = resolve(import.meta.dirname, '../..');

/** @throws UsageError, CommandError when what was given cannot be evaluated */
export async function runEvaluation(options: EvaluateOptions): Promise<Answer> {
  const labels = readLabels(options.pairs);
  const spoofs = options.spoof === undefined ? undefined : readSpoofs(options.spoof);
  const out = resolve(options.out ?? resolve(projectRoot, process.env.SELFSAME_DATA || '.selfsame', 'evaluation'));
  makeFolder(out);
  const running = await startEngine(options.models, options.threads);
  const { modelSet } = running.engine;
  const progress = startProgress('evaluate', stepsOf(labels, spoofs), options.json === true);
  try {
    const anchors = await anchorsOf(modelSet, modelsFolder());
    const evaluated = await evaluate(running, {
      source: options.pairs,
      labels,
      spoofs,
      anchors,
      threads: options.threads,
      leastLiveness: settingsSchema.parse({}).thresholds.liveness,
      tell: progress.tell,
    });
    const report = options.calibrate ? calibrated(evaluated, anchors) : evaluated.report;
    return { data: report, text: write(report, out) };
  } finally {
    progress.stop();
    await running.close();
  }
}

/** Before anything is measured: a run takes a while. */
function makeFolder(out: string): void {
  try {
    mkdirSync(out, { recursive: true });
    accessSync(out, constants.W_OK);
  } catch (error) {
    throw new CommandError(`${out} cannot be written to (${(error as NodeJS.ErrnoException).code}).`);
  }
}

/** Writes the report's files, and answers with what they say. */
function write(report: Report, out: string): string {
  const [json, html] = [join(out, 'evaluation.json'), join(out, 'evaluation.html')];
  writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(html, pageOf(report));
  const tables = tablesOf(report).map(({ title, columns, rows: cells, note }) =>
    [title, rows(columns, cells, ''), ...(note === undefined ? [] : [note])].join('\n'),
  );
  return [...tables, `Written: ${json}\n         ${html}`].join('\n\n');
}

/** Writes the new anchors beside the models, and puts what changes into the report. */
function calibrated({ report, calibrate }: Evaluated, before: readonly Anchor[]): Report {
  const { anchors, measuredDownTo, atScores } = calibrate();
  const { modelSet } = report.installation;
  const { people, source } = report.data;
  const file = join(modelsFolder(), CALIBRATION_FILE);
  const others = existsSync(file) ? calibrations.parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
  const own = {
    distance: manifest.calibration[modelSet]?.distance ?? 'distance of templates',
    anchors: [...anchors],
    measurement: `${report.measuredAt}, ${source}: ${report.recognition.pairs.impostor} pairs of strangers among ${people} people; below ${measuredDownTo} by the steps of the anchors before`,
  };
  const part = `${file}.part`;
  writeFileSync(part, `${JSON.stringify({ ...others, [modelSet]: own }, null, 2)}\n`);
  renameSync(part, file);
  return {
    ...report,
    calibration: {
      file,
      measuredDownTo,
      before: { anchors: before, atScores: report.recognition.atScores },
      after: { anchors, atScores },
    },
  };
}
