/** Curves and bars as SVG, in the colours of the page around them. Pure. */

export interface Axis {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly log: boolean;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

interface Line {
  readonly className: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

interface Bars {
  readonly className: string;
  /** Heights over equal steps of the x axis. */
  readonly heights: readonly number[];
}

interface Plot {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly lines?: readonly Line[];
  readonly bars?: readonly Bars[];
}

const [WIDTH, HEIGHT] = [640, 400];
const AREA = { left: 88, right: 612, top: 12, bottom: 340 };

/** Ticks at the powers of ten from `from` to `to`. */
export function decades(from: number, to: number): Axis['ticks'] {
  const [low, high] = [Math.round(Math.log10(from)), Math.round(Math.log10(to))];
  return Array.from({ length: high - low + 1 }, (_, i) => {
    const exponent = low + i;
    return { at: 10 ** exponent, text: exponent < -2 ? `1e${exponent}` : `${100 * 10 ** exponent}%` };
  });
}

/** `count` equal steps from `from` to `to`. */
export const steps = (from: number, to: number, count: number, text: (at: number) => string): Axis['ticks'] =>
  Array.from({ length: count + 1 }, (_, i) => {
    const at = from + ((to - from) * i) / count;
    return { at, text: text(at) };
  });

/** What lies outside the axes is drawn on their border. */
export function plot({ title, x, y, lines = [], bars = [] }: Plot): string {
  const placeX = (at: number) => AREA.left + share(x, at) * (AREA.right - AREA.left);
  const placeY = (at: number) => AREA.bottom - share(y, at) * (AREA.bottom - AREA.top);
  const grid = [
    ...x.ticks.map(
      ({ at, text }) =>
        `<path class="grid" d="M${n(placeX(at))} ${AREA.top}V${AREA.bottom}"/><text x="${n(placeX(at))}" y="${AREA.bottom + 22}" text-anchor="middle">${text}</text>`,
    ),
    ...y.ticks.map(
      ({ at, text }) =>
        `<path class="grid" d="M${AREA.left} ${n(placeY(at))}H${AREA.right}"/><text x="${AREA.left - 8}" y="${n(placeY(at) + 4)}" text-anchor="end">${text}</text>`,
    ),
  ];
  const columns = bars.flatMap(({ className, heights }) =>
    heights.map((height, i) => {
      if (height <= y.from) return '';
      const [left, right] = [i, i + 1].map((k) => placeX(x.from + ((x.to - x.from) * k) / heights.length)) as [
        number,
        number,
      ];
      const top = placeY(height);
      return `<rect class="${className}" x="${n(left)}" y="${n(top)}" width="${n(right - left)}" height="${n(AREA.bottom - top)}"/>`;
    }),
  );
  const curves = lines.map(
    ({ className, points }) =>
      `<polyline class="${className}" points="${points.map(([a, b]) => `${n(placeX(a))},${n(placeY(b))}`).join(' ')}"/>`,
  );
  const middle = (AREA.top + AREA.bottom) / 2;
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">
${[...grid, ...columns, ...curves].join('\n')}
<text x="${(AREA.left + AREA.right) / 2}" y="${HEIGHT - 8}" text-anchor="middle">${x.label}</text>
<text transform="translate(14 ${middle}) rotate(-90)" text-anchor="middle">${y.label}</text>
</svg>`;
}

/** 0 at the axis' start, 1 at its end, and never beyond. */
function share({ from, to, log }: Axis, at: number): number {
  const raw = log ? Math.log(at / from) / Math.log(to / from) : (at - from) / (to - from);
  return Math.min(1, Math.max(0, raw));
}

const n = (value: number): string => String(Math.round(value * 10) / 10);
