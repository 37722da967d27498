import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap, type PairOfPeople } from '../../bin/evaluate/bootstrap.ts';
import { readLabels } from '../../bin/evaluate/labels.ts';
import { eerOf, type Roc, rocOf, tprAt } from '../../bin/evaluate/metrics.ts';
import { type Figure, percentile } from './figure.ts';
import type { Order, Reply } from './matcher-process.ts';

const photos = join(import.meta.dirname, '../../../shared/data/faces/pairs/master.csv');

const OURS = 'full';
const matchers: Readonly<Record<string, string>> = {
  full: 'selfsame, full set, with passive liveness',
  recognition: 'selfsame, full set, recognition only',
  npm: 'selfsame, npm set',
  human: '@vladmandic/human',
  'face-api-ssd': '@vladmandic/face-api, ssdMobilenetv1',
  'face-api-tiny': '@vladmandic/face-api, tinyFaceDetector',
};

/** Verifications of each matcher that are timed. */
const TIMED = 60;
const WARM_UPS = 3;
const RATES = [1e-2, 1e-3];

interface Running {
  readonly name: string;
  readonly child: ChildProcess;
  /** Aborted when the process ends. */
  readonly ended: AbortSignal;
  readonly times: number[];
}

async function start(name: string): Promise<Running | undefined> {
  const child = fork(join(import.meta.dirname, 'matcher-process.ts'), [name], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // The peers print what they are to stdout, where --json must stand alone.
    stdio: ['ignore', process.stderr, 'inherit', 'ipc'],
  });
  const ending = new AbortController();
  child.once('exit', () => ending.abort());
  const ended = ending.signal;
  const [{ ready }] = (await once(child, 'message', { signal: ended })) as [{ ready: boolean }];
  if (ready) return { name, child, ended, times: [] };
  console.error(`${matchers[name]}: its models are not here`);
  child.kill();
  return undefined;
}

async function ask<T extends Reply>({ child, ended }: Running, order: Order): Promise<T> {
  child.send(order);
  const [reply] = (await once(child, 'message', { signal: ended })) as [T];
  return reply;
}

/** Rates of one matcher on pairs; where it found no face, the two are as unlike as can be. */
function figuresOf(name: string, pairs: readonly PairOfPeople[]): Figure[] {
  const readings: readonly { readonly name: string; readonly read: (roc: Roc) => number }[] = [
    { name: 'EER', read: (roc) => 100 * eerOf(roc).rate },
    ...RATES.map((rate) => ({ name: `TPR at FMR ${rate}`, read: (roc: Roc) => 100 * tprAt(roc, rate).rate })),
  ];
  const roc = rocOf(pairs);
  const intervals = bootstrap(
    pairs,
    readings.map(({ read }) => read),
  );
  return readings.map(({ name: reading, read }, i) => ({
    name: `${name}: ${reading}`,
    value: read(roc),
    unit: `% (${intervals[i]?.map((bound) => bound.toFixed(1)).join('–')})`,
  }));
}

/**
 * Our engine and two others side by side: each in a process of its own, one thread each, on the same photos. A verification is
 * decoding two photos, finding a face in each, describing both, comparing. The matchers take turns, one verification each, so that
 * whatever else the machine does disturbs all alike. Rates are over all pairs of photos of the labelled people, with 95%
 * intervals by drawing people.
 */
export async function benchFaces(): Promise<Figure[]> {
  if (!existsSync(photos)) {
    console.error('The labelled photos are not here: ../shared/data/faces/pairs');
    return [];
  }
  const { folder, photos: names, pairs: judged } = readLabels(photos);
  const files = names.map((name) => join(folder, name));
  const personOf = new Map(
    judged.flatMap(({ names: two, people }) => two.map((name, i) => [name, people[i] as string] as const)),
  );
  const everyPair = names.flatMap((one, i) => names.slice(i + 1).map((two) => [one, two] as const));

  const running: Running[] = [];
  try {
    for (const name of Object.keys(matchers)) {
      const started = await start(name);
      if (started) running.push(started);
    }
    for (let turn = 0; turn < WARM_UPS + TIMED; turn++) {
      const pair = judged[Math.floor((turn * judged.length) / (WARM_UPS + TIMED))]?.names ?? [];
      const [one, two] = pair.map((name) => join(folder, name)) as [string, string];
      for (const matcher of running) {
        const { ms } = await ask<{ ms: number }>(matcher, { verify: [one, two] });
        if (turn >= WARM_UPS) matcher.times.push(ms);
      }
    }
    const figures: Figure[] = [];
    const ours = running.find(({ name }) => name === OURS) ?? running[0];
    for (const matcher of running) {
      const { scores } = await ask<{ scores: (number | null)[] }>(matcher, { scorePairsOf: files });
      const pairs = everyPair.map(([one, two], i): PairOfPeople => {
        const people = [personOf.get(one) as string, personOf.get(two) as string] as const;
        return { people, genuine: people[0] === people[1], score: scores[i] ?? Number.NEGATIVE_INFINITY };
      });
      if (figures.length === 0) {
        const genuine = pairs.filter((pair) => pair.genuine).length;
        figures.push({ name: 'photos', value: files.length, unit: '' });
        figures.push({ name: 'pairs of one person', value: genuine, unit: '' });
        figures.push({ name: 'pairs of two people', value: pairs.length - genuine, unit: '' });
      }
      const name = matchers[matcher.name] as string;
      const median = percentile(matcher.times, 0.5);
      figures.push({ name: `${name}: a verification, median`, value: median, unit: 'ms' });
      if (ours && matcher !== ours)
        figures.push({ name: `${name}: times ours`, value: median / percentile(ours.times, 0.5), unit: '×' });
      figures.push(...figuresOf(name, pairs));
    }
    return figures;
  } finally {
    for (const { child } of running) child.kill();
  }
}
