/** A report as one HTML page that needs nothing else: no script, no font, no picture from anywhere. Pure. */
import { type Axis, decades, plot, steps } from './plots.ts';
import type { Recognition, Report } from './report.ts';
import { percent, type Table, tablesOf, withInterval } from './wording.ts';

const CSS = `
:root { color-scheme: light dark; --ink: light-dark(#1b1f24, #e8eaed); --soft: light-dark(#5c6670, #9aa4ae);
  --line: light-dark(#dfe3e8, #343a40); --paper: light-dark(#fff, #16191d);
  --one: light-dark(#0b6bcb, #6cb2ff); --two: light-dark(#c2410c, #ff9d66); }
body { margin: 0 auto; max-width: 46rem; padding: 1.5rem 1rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2.5rem 0 .5rem; }
p { margin: .5rem 0; } .soft, figcaption, caption { color: var(--soft); font-size: .875rem; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: 1rem; margin: 1.5rem 0; }
.facts div { border-top: 3px solid var(--one); padding-top: .5rem; } .facts b { display: block; font-size: 1.4rem; }
figure { margin: 0; } svg { width: 100%; height: auto; display: block; }
svg text { fill: var(--soft); font: 16px system-ui, sans-serif; } .grid { stroke: var(--line); fill: none; }
polyline { fill: none; stroke-width: 2.5; stroke-linejoin: round; }
polyline.genuine { stroke: var(--one); } rect.genuine { fill: var(--one); opacity: .75; }
polyline.impostor { stroke: var(--two); stroke-dasharray: 4 4; } rect.impostor { fill: var(--two); opacity: .75; }
.key::before { content: ""; display: inline-block; width: .8em; height: .8em; margin-right: .35em; background: var(--one); }
.key.impostor::before { background: var(--two); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { color: var(--soft); font-weight: 600; }
`;

export function pageOf(report: Report): string {
  const { recognition, data, installation } = report;
  const best = recognition.tprAtFmr.findLast(({ tpr }) => tpr !== undefined);
  const facts = [
    ['equal error rate', recognition.eer],
    ...(best?.tpr ? [[`true matches at FMR ${percent(best.fmr)}`, best.tpr] as const] : []),
  ] as const;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Selfsame: face evaluation</title><style>${CSS}</style></head>
<body>
<h1>How well faces are told apart</h1>
<p class="soft">${text(`${report.measuredAt} · ${installation.modelSet} · ${data.photos} photos of ${data.people} people, ${recognition.pairs.genuine} pairs of one person, ${recognition.pairs.impostor} of strangers`)}</p>
<p>These are figures of this installation on these photos. Other people, cameras and light give others; no certification is claimed.</p>
<div class="facts">${facts.map(([name, rate]) => `<div><b>${percent(rate.rate)}</b>${text(name)}<br><span class="soft">${text(withInterval(rate).replace(/^\S+ /, ''))}</span></div>`).join('')}<div><b>${installationTime(report)}</b>engine time, median<br><span class="soft">threads: ${installation.threads}</span></div></div>
${figure('Scores', 'Number of pairs by score, on a logarithmic scale. <span class="key">one person</span> <span class="key impostor">strangers</span>', scorePlot(recognition))}
${figure('ROC', 'True matches against false matches. On the left edge these pairs show no false match.', rocPlot(recognition))}
${figure('DET', 'Misses against false matches, both on logarithmic scales; the dashed line is where they are equal.', detPlot(recognition))}
${tablesOf(report).map(table).join('\n')}
</body>
</html>
`;
}

const installationTime = ({ latency }: Report): string => `${latency.engine.p50.toFixed(0)} ms`;

const figure = (title: string, caption: string, svg: string): string =>
  `<h2>${title}</h2><figure>${svg}<figcaption>${caption}</figcaption></figure>`;

const table = ({ title, columns, rows, note }: Table): string => `<h2>${text(title)}</h2>
<div class="scroll"><table><thead><tr>${columns.map((name) => `<th>${text(name)}</th>`).join('')}</tr></thead>
<tbody>${rows.map((cells) => `<tr>${cells.map((cell) => `<td>${text(cell)}</td>`).join('')}</tr>`).join('\n')}</tbody></table></div>
${note === undefined ? '' : `<p class="soft">${text(note)}</p>`}`;

const SCORES: Axis = { label: 'score', from: 0, to: 1, log: false, ticks: steps(0, 1, 10, (at) => at.toFixed(1)) };

function scorePlot({ histogram }: Recognition): string {
  const most = Math.max(...histogram.genuine, ...histogram.impostor);
  const top = 10 ** Math.ceil(Math.log10(most + 1));
  const counts = decades(1, top).map(({ at }) => ({ at, text: String(at) }));
  // A single pair must be seen: the axis starts below 1.
  const y: Axis = { label: 'pairs', from: 0.5, to: top, log: true, ticks: counts };
  const bars = [
    { className: 'impostor', heights: histogram.impostor },
    { className: 'genuine', heights: histogram.genuine },
  ];
  return plot({ title: 'Pairs by score', x: SCORES, y, bars });
}

/** From the power of ten below one impostor pair's share. */
function fmrAxis(impostors: number): Axis {
  const from = 10 ** Math.floor(Math.log10(1 / impostors));
  return { label: 'false-match rate', from, to: 1, log: true, ticks: decades(from, 1) };
}

function rocPlot({ roc, pairs }: Recognition): string {
  const worst = roc.find(({ fmr }) => fmr > 0)?.tpr ?? 0;
  const from = Math.max(0, Math.floor(worst * 10 - 1) / 10);
  const y: Axis = { label: 'true-match rate', from, to: 1, log: false, ticks: steps(from, 1, 5, percent) };
  const line = { className: 'genuine', points: roc.map(({ fmr, tpr }) => [fmr, tpr] as const) };
  return plot({ title: 'ROC', x: fmrAxis(pairs.impostor), y, lines: [clean(line)] });
}

function detPlot({ roc, pairs }: Recognition): string {
  const x = fmrAxis(pairs.impostor);
  const low = 10 ** Math.floor(Math.log10(1 / pairs.genuine));
  const y: Axis = { label: 'miss rate', from: low, to: 1, log: true, ticks: decades(low, 1) };
  const start = Math.max(x.from, y.from);
  const equal = { className: 'impostor', points: [[start, start] as const, [1, 1] as const] };
  const line = { className: 'genuine', points: roc.map(({ fmr, tpr }) => [fmr, 1 - tpr] as const) };
  return plot({ title: 'DET', x, y, lines: [equal, clean(line)] });
}

/** Without what a logarithm cannot show: points at no false match at all are drawn on the axis, the last of them only. */
function clean({
  className,
  points,
}: {
  readonly className: string;
  readonly points: readonly (readonly [number, number])[];
}) {
  const start = points.findLastIndex(([fmr]) => fmr === 0);
  return { className, points: points.slice(Math.max(0, start)) };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const text = (raw: string): string => raw.replace(/[&<>"']/g, (sign) => ENTITIES[sign] as string);
