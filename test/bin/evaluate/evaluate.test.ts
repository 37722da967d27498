import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Evaluated, evaluate, stepsOf } from '../../../bin/evaluate/evaluate.ts';
import { readLabels } from '../../../bin/evaluate/labels.ts';
import { pageOf } from '../../../bin/evaluate/page.ts';
import type { RunningEngine } from '../../../bin/evaluate/run-engine.ts';
import { readSpoofs } from '../../../bin/evaluate/spoof.ts';
import { percent, tablesOf } from '../../../bin/evaluate/wording.ts';
import { type Anchor, similarityScore } from '../../../lambdas/domain/calibration.ts';
import { type Face, measured } from '../../../lambdas/domain/evidence.ts';

const PEOPLE = 40;
const modelSet = 'stand-in/1';

/** People stand in a row, 1 apart and a little more with each, their two photos 0.4: all distances are known beforehand. */
const placeOf = (person: number, photo: number): number => person + person ** 2 / 1000 + 0.4 * photo;

/** An engine that sees the grey level of a picture's first pixel, and a face only where it is not white. */
const standIn: RunningEngine = {
  models: { 'stand-in': 'f'.repeat(64) },
  engine: {
    modelSet,
    capabilities: { secondEmbedder: false, passiveLiveness: true },
    compare: () => measured(0),
    close: async () => {},
    async read(picture) {
      const [level = 0, second = 0] = picture.data.subarray(0, 6).filter((_, i) => i % 3 === 0);
      if (level === 255) return { faces: 0, stages: {} };
      const vector = new Float32Array(128);
      vector[0] = placeOf(level, second === level ? 0 : 1);
      const liveness = measured(level / 100);
      const face = { template: { modelSet, vector }, liveness } as Partial<Face> as Face;
      return { faces: 1, face, stages: {} };
    },
  },
  close: async () => {},
};

const anchors: readonly Anchor[] = [
  { distance: 0.3, falseMatchRate: 1e-4 },
  { distance: 0.5, falseMatchRate: 1e-3 },
  { distance: 0.9, falseMatchRate: 1e-2 },
  { distance: 50, falseMatchRate: 1 },
];

let folder = '';
let found: Evaluated;
const heard: string[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'selfsame-evaluate-'));
  const save = async (name: string, first: number, others: number) => {
    const data = Buffer.alloc(32 * 32 * 3, others).fill(first, 0, 3);
    await sharp(data, { raw: { width: 32, height: 32, channels: 3 } }).toFile(join(folder, name));
  };
  const rows: string[] = [];
  for (let person = 0; person < PEOPLE; person++) {
    await save(`${person}a.png`, person, person);
    await save(`${person}b.png`, person, person + 1);
    rows.push(`${person}a.png,${person}`, `${person}b.png,${person}`);
  }
  await save('none.png', 255, 255);
  writeFileSync(join(folder, '<img src=x>.png'), 'no picture');
  const people = join(folder, 'people.csv');
  writeFileSync(people, ['file,person', ...rows, 'none.png,0', '<img src=x>.png,1'].join('\n'));
  const spoofFolder = join(folder, 'spoof');
  for (const [kind, person] of [
    ['live', 39],
    ['print', 1],
  ] as const) {
    mkdirSync(join(spoofFolder, kind), { recursive: true });
    copyFileSync(join(folder, `${person}a.png`), join(spoofFolder, kind, 'one.png'));
  }
  const [labels, spoofs] = [readLabels(people), readSpoofs(spoofFolder)];
  const task = { source: people, labels, spoofs, anchors, threads: 1, leastLiveness: 0.2 };
  found = await evaluate(standIn, { ...task, tell: (step) => heard.push(step) });
  expect(heard).toEqual(stepsOf(labels, spoofs));
}, 30_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe('an evaluation', () => {
  it('compares every pair of photos with a face, and names the photos without one', () => {
    const { data, recognition } = found.report;
    expect(data.notAcquired).toEqual([
      { name: 'none.png', reason: 'no_face' },
      { name: '<img src=x>.png', reason: 'image_unsupported_format' },
    ]);
    const all = (82 * 81) / 2;
    expect(recognition.pairs).toEqual({ genuine: PEOPLE, impostor: (80 * 79) / 2 - PEOPLE });
    expect(data.pairsNotCompared).toBe(all - (80 * 79) / 2);
  });

  it('finds the rates that the distances have: own photos 0.4 apart, neighbours from 0.601 on', () => {
    const { recognition } = found.report;
    expect(recognition.eer.rate).toBe(0);
    expect(recognition.tprAtNone).toMatchObject({
      rate: 1,
      threshold: expect.closeTo(similarityScore(0.4, anchors), 5),
    });
    // 3,120 pairs of strangers show a rate of 1e-3, and none of 1e-4. No stranger lies within 0.5.
    expect(recognition.tprAtFmr.map(({ fmr, tpr }) => [fmr, tpr?.rate])).toEqual([
      [1e-2, 1],
      [1e-3, 1],
      [1e-4, undefined],
    ]);
    const at = (score: number) => recognition.atScores.find((one) => one.score === score);
    expect(at(0.8)).toMatchObject({ fmr: { rate: 0 }, tpr: { rate: 1 } });
    expect(at(0.5)?.fmr.rate).toBeCloseTo((PEOPLE - 1) / 3120, 9);
    expect(at(0.9)?.tpr).toMatchObject({ rate: 0, interval: [0, expect.any(Number)] });
    expect(recognition.highestImpostors[0]?.score).toBeCloseTo(similarityScore(0.601, anchors), 5);
  });

  it('tells live photos from attacks at the threshold', () => {
    expect(found.report.spoof?.live).toMatchObject({ measured: 1, errors: 0 });
    expect(found.report.spoof?.attacks).toMatchObject([{ kind: 'print', measured: 1, errors: 0 }]);
  });

  it('calibrates: scores then mean the rates of these pairs', () => {
    const { anchors: fitted, measuredDownTo, atScores } = found.calibrate();
    expect(measuredDownTo).toBe(1e-3);
    const claimed = { 0.5: 1e-2, 0.8: 1e-3, 0.9: 1e-4 } as Readonly<Record<number, number>>;
    for (const { score, fmr } of atScores) expect(fmr.rate).toBeLessThanOrEqual(claimed[score] ?? 1e-3);
    expect(fitted.map(({ falseMatchRate }) => falseMatchRate)).toEqual([1e-4, 1e-3, 1e-2, 1e-1, 1]);
    expect(fitted.at(-1)?.distance).toBeCloseTo(placeOf(39, 1), 4);
  });
});

describe('an evaluation that cannot be', () => {
  const of = (lines: readonly string[]) => {
    const source = join(folder, `few${lines.length}.csv`);
    writeFileSync(source, ['file,person', ...lines].join('\n'));
    const task = { source, labels: readLabels(source), spoofs: undefined, anchors, threads: 1, leastLiveness: 0.5 };
    return evaluate(standIn, { ...task, tell: () => {} });
  };

  it('calibrates from no handful of pairs', async () => {
    const { calibrate } = await of(['1a.png,1', '1b.png,1', '2a.png,2']);
    expect(calibrate).toThrow('at least 30 pairs');
  });

  it('says whose face it did not find where no pair is left', async () => {
    await expect(of(['1a.png,1', 'none.png,1', '2a.png,2', '3a.png,3'])).rejects.toThrow(
      'No pair of one person shows two faces: none.png gave no_face.',
    );
  });
});

describe('the report', () => {
  it('is a page of its own: nothing from elsewhere, no script, no number that is none, and names as text', () => {
    const page = pageOf(found.report);
    expect(page).not.toMatch(/<script|src=(?!x)|href=|url\(|@import|NaN|Infinity|undefined/);
    expect(page).toContain('&lt;img src=x&gt;.png');
    expect(page).not.toContain('<img');
    expect(page.match(/<svg/g)).toHaveLength(3);
    expect(page).toContain('viewport');
  });

  it('survives JSON as it is', () => {
    expect(JSON.parse(JSON.stringify(found.report))).toEqual(found.report);
  });

  it('says before and after of a calibration, and what was extrapolated', () => {
    const { anchors: after, measuredDownTo, atScores } = found.calibrate();
    const before = { anchors, atScores: found.report.recognition.atScores };
    const calibration = { file: 'calibration.json', measuredDownTo, before, after: { anchors: after, atScores } };
    const table = tablesOf({ ...found.report, calibration }).at(-1);
    expect(table?.rows[0]?.[0]).toBe('distance at FMR 1e-4 (not measured: extrapolated)');
    expect(table?.rows[1]).toEqual(['distance at FMR 1e-3', '0.500', after[1]?.distance.toFixed(3)]);
  });

  it.each([
    [0, '0%'],
    [1, '100%'],
    [0.0137, '1.37%'],
    [0.5, '50.0%'],
    [0.999, '99.90%'],
    [0.0001, '0.010%'],
  ])('writes %d as %s', (rate, text) => {
    expect(percent(rate)).toBe(text);
  });
});
