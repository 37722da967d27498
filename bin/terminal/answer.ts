import Table from 'cli-table3';

/** What a command found: `data` for programs (`--json`), `text` for people. */
export interface Answer {
  readonly data: unknown;
  readonly text: string;
  /** Default 0. */
  readonly exitCode?: number;
}

type Cell = string | number | boolean | null | undefined;

const style = { head: [], border: [], 'padding-left': 0, 'padding-right': 0 };
const bare = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' },
};

/** One line per cell, and nothing in it that a terminal would obey. */
const plain = (cell: Cell): string =>
  cell === null || cell === undefined ? '-' : String(cell).replace(/\p{Cc}/gu, ' ');

const untrailed = (table: string): string => table.replace(/ +$/gm, '');

/** What the last column has left on this terminal, or null where all fits. */
function lastWidth(lines: readonly (readonly string[])[]): number | null {
  const widths = (lines[0] ?? []).map((_, at) => Math.max(...lines.map((row) => row[at]?.length ?? 0)));
  const left =
    (process.stdout.columns ?? Number.POSITIVE_INFINITY) - widths.slice(0, -1).reduce((sum, one) => sum + one + 2, 0);
  return (widths.at(-1) ?? 0) > left ? Math.max(left, 24) : null;
}

/** Rows under their column's names; `empty` where there are none. */
export function rows(columns: readonly string[], cells: readonly (readonly Cell[])[], empty: string): string {
  if (cells.length === 0) return empty;
  const lines = [columns.map((name) => name.toUpperCase()), ...cells.map((row) => row.map(plain))];
  const colWidths = columns.map((_, at) => (at === columns.length - 1 ? lastWidth(lines) : null));
  const table = new Table({ colWidths, wordWrap: true, chars: bare, style });
  table.push(...lines);
  return untrailed(table.toString());
}

/** One thing: a name and a value per line. Objects are shown as JSON, absent values not at all. */
export function fields(values: Readonly<Record<string, unknown>>): string {
  const table = new Table({ chars: bare, style });
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    table.push([name, plain(value !== null && typeof value === 'object' ? JSON.stringify(value) : (value as Cell))]);
  }
  return untrailed(table.toString());
}
