/** Figures in words, the same in the terminal and on the page. Pure. */
import type { CalibrationReport, Rate, RateAtFmr, Recognition, Report, SpoofKind, SpoofReport } from './report.ts';

/** `1.37%`, with three significant digits, and no more decimals than so many trials can show. */
export function percent(rate: number): string {
  const value = rate * 100;
  if (value === 0 || value === 100) return `${value}%`;
  const digits = value < 0.1 ? 3 : value < 10 || value > 99 ? 2 : 1;
  return `${value.toFixed(digits)}%`;
}

export const withInterval = ({ rate, interval: [low, high] }: Rate): string =>
  `${percent(rate)} (${percent(low)} to ${percent(high)})`;

/** `1e-3`. */
const exponent = (rate: number): string => rate.toExponential().replace('e+', 'e');

const score = (value: number): string => value.toFixed(3);

const notMeasurable = (impostors: number): string => `not measurable with ${impostors} pairs of strangers`;

const atScore = (rate: Rate & { readonly threshold: number }): string =>
  Number.isFinite(rate.threshold) ? `${withInterval(rate)} at score ${score(rate.threshold)}` : withInterval(rate);

const tprText = ({ tpr }: RateAtFmr, impostors: number): string => (tpr ? atScore(tpr) : notMeasurable(impostors));

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly note?: string;
}

/** Everything that a report says, as tables. */
export function tablesOf(report: Report): readonly Table[] {
  const { spoof, calibration } = report;
  return [
    recognitionTable(report.recognition),
    thresholdTable(report.recognition),
    extremesTable(report.recognition),
    dataTable(report),
    ...(spoof ? [spoofTable(spoof)] : []),
    ...(calibration ? [calibrationTable(calibration)] : []),
  ];
}

const recognitionTable = (found: Recognition): Table => ({
  title: 'Recognition',
  columns: ['measure', 'value (95% interval)'],
  rows: [
    ['equal error rate', atScore(found.eer)],
    ['true matches above all strangers', atScore(found.tprAtNone)],
    ...found.tprAtFmr.map((at) => [`true matches at FMR ${exponent(at.fmr)}`, tprText(at, found.pairs.impostor)]),
  ],
  note: 'Intervals: the wider of a bootstrap over people (1,000 drawings) and Wilson over pairs. FMR: share of strangers that match.',
});

const thresholdTable = (found: Recognition): Table => ({
  title: 'What a threshold means here',
  columns: ['score', 'strangers that match', 'pairs of one person that match'],
  rows: found.atScores.map((at) => [at.score.toFixed(2), withInterval(at.fmr), withInterval(at.tpr)]),
  note: 'By the calibration, 0.90 stands for a false-match rate of 1e-4, 0.80 for 1e-3, 0.50 for 1e-2.',
});

const extremesTable = (found: Recognition): Table => ({
  title: 'Outermost pairs',
  columns: ['pair', 'score', 'photos'],
  rows: [
    ...found.highestImpostors.map((one) => ['strangers', score(one.score), one.names.join(' · ')]),
    ...found.lowestGenuine.map((one) => ['one person', score(one.score), one.names.join(' · ')]),
  ],
});

function dataTable({ data, recognition, latency, installation }: Report): Table {
  const { genuine, impostor } = recognition.pairs;
  const times = (one: Report['latency']['engine']) =>
    [one.p50, one.p95, one.p99].map((ms) => ms.toFixed(1)).join(' / ');
  return {
    title: 'Data and installation',
    columns: ['what', 'value'],
    rows: [
      ['photos', `${data.photos} of ${data.people} people`],
      ['with several faces', `${data.severalFaces}: the most prominent is taken`],
      ['pairs', `${genuine} of one person, ${impostor} of strangers`],
      ...(data.sampledFrom === undefined ? [] : [['sampled from', `${data.sampledFrom} pairs`]]),
      ['failure to acquire', `${data.notAcquired.length} photos, ${data.pairsNotCompared} pairs`],
      ...data.notAcquired.map(({ name, reason }) => ['', `${name}: ${reason}`]),
      ['decoding, ms p50 / p95 / p99', times(latency.decode)],
      ['engine, ms p50 / p95 / p99', `${times(latency.engine)}; threads: ${installation.threads}`],
      ['model set', installation.modelSet],
      ...Object.entries(installation.models).map(([id, sha256]) => [id, sha256]),
      ['machine', `${installation.processor}, Node ${installation.node}`],
    ],
  };
}

function spoofTable({ threshold, unavailable, live, attacks = [] }: SpoofReport): Table {
  const title = 'Passive liveness';
  if (unavailable !== undefined)
    return { title, columns: ['measure', 'value'], rows: [['APCER, BPCER', `unavailable: ${unavailable}`]] };
  const row = (name: string, { rate, errors, measured, notMeasured }: SpoofKind) => [
    name,
    rate ? `${withInterval(rate)}: ${errors} of ${measured}` : 'nothing measured',
    notMeasured.map((one) => `${one.name}: ${one.reason}`).join('; '),
  ];
  return {
    title,
    columns: ['measure', 'value (95% interval)', 'not measured'],
    rows: [...(live ? [row('BPCER', live)] : []), ...attacks.map((kind) => row(`APCER ${kind.kind}`, kind))],
    note: `At the threshold ${threshold}. BPCER: live photos taken for attacks; APCER: attacks taken for live. Wilson intervals.`,
  };
}

function calibrationTable({ file, measuredDownTo, before, after }: CalibrationReport): Table {
  const distance = (anchors: typeof before.anchors, rate: number) =>
    anchors.find(({ falseMatchRate }) => falseMatchRate === rate)?.distance.toFixed(3) ?? '-';
  const rates = [...new Set([...before.anchors, ...after.anchors].map((anchor) => anchor.falseMatchRate))].sort(
    (a, b) => a - b,
  );
  return {
    title: 'Calibration, before and after',
    columns: ['what', 'before', 'after'],
    rows: [
      ...rates.map((rate) => [
        `distance at FMR ${exponent(rate)}${rate < measuredDownTo ? ' (not measured: extrapolated)' : ''}`,
        distance(before.anchors, rate),
        distance(after.anchors, rate),
      ]),
      ...before.atScores.map((at, i) => [
        `at score ${at.score.toFixed(2)}: strangers, one person`,
        ...[at, after.atScores[i] ?? at].map(({ fmr, tpr }) => `${percent(fmr.rate)}, ${percent(tpr.rate)}`),
      ]),
    ],
    note: `Written to ${file}; a start of the service reads it, and without the file the manifest's anchors hold. Measured on the very pairs that it was fitted to.`,
  };
}
