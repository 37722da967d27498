/** One evaluation from start to end: photos through the engine, pairs compared, figures taken. */
import { cpus } from 'node:os';
import { type Anchor, type FittedAnchors, fitAnchors, similarityScore } from '../../lambdas/domain/calibration.ts';
import { templateDistance } from '../../lambdas/vision/face/embed.ts';
import { CommandError } from '../terminal/command-error.ts';
import type { LabelledPhotos } from './labels.ts';
import { type ComparedPair, latencyOf, recognitionOf } from './recognition.ts';
import type { Report } from './report.ts';
import { type ReadPhotos, type RunningEngine, readPhotos } from './run-engine.ts';
import { type SpoofPhotos, spoofReport } from './spoof.ts';

export interface Task {
  /** As it was asked for. */
  readonly source: string;
  readonly labels: LabelledPhotos;
  readonly spoofs: SpoofPhotos | undefined;
  /** Threads of each model run. */
  readonly threads: number;
  /** Anchors that the scores of this report come from. */
  readonly anchors: readonly Anchor[];
  /** Least liveness of a live face, 0..1. */
  readonly leastLiveness: number;
  /** What is being done, as it begins. */
  readonly tell: (step: string) => void;
}

/** The names that `tell` hears, in their order. */
export const stepsOf = (labels: LabelledPhotos, spoofs: SpoofPhotos | undefined): string[] => [
  ...labels.photos,
  ...[...(spoofs?.kinds.values() ?? [])].flat(),
  FIGURES,
];

const FIGURES = 'figures';

interface MeasuredPair extends ComparedPair {
  readonly distance: number;
}

export interface Evaluated {
  readonly report: Report;
  /** New anchors from the pairs of strangers, and what scores would mean with them. @throws CommandError on too few pairs */
  calibrate(): Calibrated;
}

type Calibrated = FittedAnchors & Pick<Report['recognition'], 'atScores'>;

/** @throws CommandError when too few photos show a face for any figure */
export async function evaluate({ engine, models }: RunningEngine, task: Task): Promise<Evaluated> {
  const { labels, spoofs, anchors, tell } = task;
  const photos = await readPhotos(engine, labels.folder, labels.photos, tell);
  const seen = spoofs && (await readPhotos(engine, spoofs.folder, [...spoofs.kinds.values()].flat(), tell));
  tell(FIGURES);
  const pairs = compared(labels, photos, anchors);
  for (const [genuine, what] of [
    [true, 'one person'],
    [false, 'strangers'],
  ] as const) {
    if (!pairs.some((pair) => pair.genuine === genuine)) {
      const first = photos.unread[0];
      throw new CommandError(`No pair of ${what} shows two faces: ${first?.name} gave ${first?.reason}.`);
    }
  }
  const report: Report = {
    measuredAt: new Date().toISOString(),
    installation: {
      modelSet: engine.modelSet,
      models,
      processor: cpus()[0]?.model.trim() ?? 'unknown',
      node: process.versions.node,
      threads: task.threads,
    },
    data: {
      source: task.source,
      photos: labels.photos.length,
      people: labels.people,
      severalFaces: photos.read.filter(({ faces }) => faces > 1).length,
      notAcquired: photos.unread,
      pairsNotCompared: labels.pairs.length - pairs.length,
      ...(labels.pairs.length < labels.pairsBeforeSampling ? { sampledFrom: labels.pairsBeforeSampling } : {}),
    },
    recognition: recognitionOf(pairs),
    latency: {
      decode: latencyOf(photos.read.map(({ decodeMs }) => decodeMs)),
      engine: latencyOf(photos.read.map(({ engineMs }) => engineMs)),
    },
    ...(spoofs && seen
      ? { spoof: spoofsOf(spoofs, seen, task.leastLiveness, engine.capabilities.passiveLiveness) }
      : {}),
  };
  return { report, calibrate: () => calibrated(pairs, anchors) };
}

function compared(labels: LabelledPhotos, photos: ReadPhotos, anchors: readonly Anchor[]): MeasuredPair[] {
  const templates = new Map(photos.read.map(({ name, template }) => [name, template]));
  return labels.pairs.flatMap(({ names, people, genuine }) => {
    const [one, two] = [templates.get(names[0]), templates.get(names[1])];
    if (!one || !two) return [];
    const distance = templateDistance(one, two);
    return [{ names, people, genuine, distance, score: similarityScore(distance, anchors) }];
  });
}

const spoofsOf = (spoofs: SpoofPhotos, seen: ReadPhotos, threshold: number, available: boolean) =>
  available
    ? spoofReport(spoofs, seen, threshold)
    : { source: spoofs.folder, threshold, unavailable: 'the model files for passive liveness are not installed' };

function calibrated(pairs: readonly MeasuredPair[], known: readonly Anchor[]): Calibrated {
  const fitted = fitAnchors(
    pairs.filter(({ genuine }) => !genuine).map(({ distance }) => distance),
    known,
  );
  if (!fitted)
    throw new CommandError('These pairs cannot calibrate: at least 30 pairs of different strangers are needed.');
  const rescored = pairs.map((pair) => ({ ...pair, score: similarityScore(pair.distance, fitted.anchors) }));
  return { ...fitted, atScores: recognitionOf(rescored).atScores };
}
