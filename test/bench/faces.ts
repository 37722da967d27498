import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { bootstrap, type PairOfPeople } from '../../bin/evaluate/bootstrap.ts';
import { readLabels } from '../../bin/evaluate/labels.ts';
import { eerOf, type Roc, rocOf, tprAt } from '../../bin/evaluate/metrics.ts';
import { type Figure, percentile } from './figure.ts';
import type { Order, Reply } from './matcher-process.ts';

const labels = join(import.meta.dirname, '../../../shared/data/faces/pairs/master.csv');

const ours = ['full', 'recognition', 'npm'];
const matchers: Readonly<Record<string, string>> = {
  full: 'selfsame, full set, with passive liveness',
  recognition: 'selfsame, full set, recognition only',
  npm: 'selfsame, npm set',
  human: '@vladmandic/human',
  'human-shrunk': '@vladmandic/human, photos shrunk for it',
  'face-api-ssd': '@vladmandic/face-api, ssdMobilenetv1',
  'face-api-ssd-shrunk': '@vladmandic/face-api, ssdMobilenetv1, photos shrunk for it',
  'face-api-tiny': '@vladmandic/face-api, tinyFaceDetector',
  'face-api-tiny-shrunk': '@vladmandic/face-api, tinyFaceDetector, photos shrunk for it',
};

/** Each matcher's turn is so many verifications, as warm as a service is; the first turn is not counted. */
const IN_A_ROW = 8;
const TURNS = 5;
const RATES = [1e-2, 1e-3];
/** What the press's portraits are not. */
const poorly: Readonly<Record<string, (photo: string) => Sharp>> = {
  askew: (photo) => sharp(photo).autoOrient().rotate(20, { background: '#000' }).jpeg({ quality: 90 }),
  'from afar': (photo) => sharp(photo).autoOrient().resize(320, 320, { fit: 'inside' }).jpeg({ quality: 80 }),
  'in poor light': (photo) => sharp(photo).autoOrient().linear(0.3).jpeg({ quality: 40 }),
};

interface Running {
  readonly name: string;
  readonly child: ChildProcess;
  /** Aborted when the process ends. */
  readonly ended: AbortSignal;
  readonly times: Time[];
}

interface Time {
  readonly ms: number;
  /** Of all the process's threads: what a busy machine does not change. */
  readonly cpuMs: number;
  readonly decodeMs: number;
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

interface Photo {
  readonly file: string;
  readonly name: string;
  readonly person: string;
}

/** Each photo as it is, and taken less well in three ways; files of the latter go into `folder`. */
async function withPoorOnes(photos: readonly Photo[], folder: string): Promise<Photo[]> {
  const made: Photo[] = [];
  for (const photo of photos)
    for (const [how, take] of Object.entries(poorly)) {
      const file = join(folder, `${photo.name} ${how}.jpg`);
      await take(photo.file).toFile(file);
      made.push({ ...photo, file });
    }
  return [...photos, ...made];
}

/** Every pair of two photos, scored; where no face was found, the two are as unlike as can be. */
async function scored(matcher: Running, photos: readonly Photo[]): Promise<PairOfPeople[]> {
  const order = { scorePairsOf: photos.map(({ file }) => file) };
  const { scores } = await ask<{ scores: (number | null)[] }>(matcher, order);
  const pairs = photos.flatMap((one, i) => photos.slice(i + 1).map((two) => [one, two] as const));
  return pairs.flatMap(([one, two], i) => {
    // One photo, taken well and less well, is no pair.
    if (one.name === two.name) return [];
    const people = [one.person, two.person] as const;
    return [{ people, genuine: one.person === two.person, score: scores[i] ?? Number.NEGATIVE_INFINITY }];
  });
}

function ratesOf(name: string, pairs: readonly PairOfPeople[]): Figure[] {
  const readings: readonly { readonly name: string; readonly read: (roc: Roc) => number }[] = [
    { name: 'EER', read: (roc) => 100 * eerOf(roc).rate },
    ...RATES.map((rate) => ({ name: `TPR at FMR ${rate}`, read: (roc: Roc) => 100 * tprAt(roc, rate).rate })),
  ];
  const roc = rocOf(pairs);
  const reads = readings.map(({ read }) => read);
  const intervals = bootstrap(pairs, reads, { drawings: 400 });
  return readings.map(({ name: reading, read }, i) => ({
    name: `${name}: ${reading}`,
    value: read(roc),
    unit: `% (${intervals[i]?.map((bound) => bound.toFixed(1)).join('–')})`,
  }));
}

const whole = ({ ms }: Time): number => ms;
const processor = ({ cpuMs }: Time): number => cpuMs;
const undecoded = ({ ms, decodeMs }: Time): number => ms - decodeMs;

/** Photo by photo, in the same turn: what disturbed one disturbed the other. */
const ratios = (one: Running, other: Running, read: (time: Time) => number): number[] =>
  one.times.map((time, i) => read(time) / read(other.times[i] as Time));

const median = (name: string, unit: string, values: readonly number[]): Figure => ({
  name,
  value: percentile(values, 0.5),
  unit,
});

const countsOf = (name: string, pairs: readonly PairOfPeople[]): Figure => ({
  name: `${name}: pairs of one person`,
  value: pairs.filter(({ genuine }) => genuine).length,
  unit: `beside ${pairs.filter(({ genuine }) => !genuine).length} of two`,
});

/**
 * Our engine and two others side by side: each in a process of its own, one thread each, on the same photos. A verification is
 * decoding two photos, finding a face in each, describing both, comparing. The peers get the photos as they come, as we do, and once
 * more shrunk to 1,024 pixels while they are decoded, which helps them and which they do not do themselves. The matchers take turns, so that
 * whatever else the machine does disturbs all alike. Rates are over all pairs of the labelled photos; and, since those are good photos, over
 * all pairs among them and the same taken askew, from afar and in poor light. Intervals of 95% by drawing people.
 */
export async function benchFaces(): Promise<Figure[]> {
  if (!existsSync(labels)) {
    console.error('The labelled photos are not here: ../shared/data/faces/pairs');
    return [];
  }
  const { folder, photos: names, pairs: judged } = readLabels(labels);
  const personOf = new Map(
    judged.flatMap(({ names: two, people }) => two.map((name, i) => [name, people[i] as string] as const)),
  );
  const photos = names.map((name) => ({ name, file: join(folder, name), person: personOf.get(name) as string }));
  const made = mkdtempSync(join(tmpdir(), 'faces-bench-'));
  const running: Running[] = [];
  try {
    const poorOnes = await withPoorOnes(photos, made);
    for (const name of Object.keys(matchers)) {
      const started = await start(name);
      if (started) running.push(started);
    }
    for (let turn = 0; turn < TURNS; turn++)
      for (const matcher of running)
        for (let i = 0; i < IN_A_ROW; i++) {
          const { names: pair } =
            judged[Math.floor(((turn * IN_A_ROW + i) * judged.length) / (TURNS * IN_A_ROW))] ?? {};
          const [one, two] = (pair ?? []).map((name) => join(folder, name)) as [string, string];
          const time = await ask<Time>(matcher, { verify: [one, two] });
          if (turn > 0) matcher.times.push(time);
        }
    const figures: Figure[] = [];
    for (const matcher of running) {
      const [good, poor] = [await scored(matcher, photos), await scored(matcher, poorOnes)];
      if (figures.length === 0) figures.push(countsOf('photos', good), countsOf('and less good ones', poor));
      const name = matchers[matcher.name] as string;
      const others = ours.includes(matcher.name) ? [] : running.filter((other) => ours.includes(other.name));
      figures.push(
        median(`${name}: a verification`, 'ms', matcher.times.map(whole)),
        median(`${name}: the same, processor time`, 'ms', matcher.times.map(processor)),
        median(`${name}: the same without decoding`, 'ms', matcher.times.map(undecoded)),
        ...others.flatMap((other) => [
          median(`${name}: times ${matchers[other.name]}`, '×', ratios(matcher, other, whole)),
          median(`${name}: the same, processor time`, '×', ratios(matcher, other, processor)),
          median(`${name}: the same without decoding`, '×', ratios(matcher, other, undecoded)),
        ]),
        ...ratesOf(name, good),
        ...ratesOf(`${name}, less good photos`, poor),
      );
    }
    return figures;
  } finally {
    for (const { child } of running) child.kill();
    rmSync(made, { recursive: true, force: true });
  }
}
