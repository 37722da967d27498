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

/** The last column gets what a terminal has left, and is wrapped there. */
function wrapped(cells: readonly (readonly string[])[]): { readonly colWidths: number[]; readonly wordWrap: true } {
  const widths = (cells[0] ?? []).map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  const taken = widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 0);
  const left = Math.max((process.stdout.columns ?? Number.POSITIVE_INFINITY) - taken, 24);
  return {
    colWidths: widths.map((width, at) => (at < widths.length - 1 ? width : Math.min(width, left))),
    wordWrap: true,
  };
}

/** Rows under their column's names; `empty` where there are none. */
export function rows(columns: readonly string[], cells: readonly (readonly Cell[])[], empty: string): string {
  if (cells.length === 0) return empty;
  const lines = [columns.map((name) => name.toUpperCase()), ...cells.map((row) => row.map(plain))];
  const table = new Table({ ...wrapped(lines), chars: bare, style });
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
