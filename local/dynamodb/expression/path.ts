import { type AttributeValue, attributeOf, type Item, setAttribute } from '../attribute-value.ts';
import { isReservedWord } from '../reserved-words.ts';
import type { Cursor } from './token.ts';

/** A document path as written: attribute names or `#placeholders`, and list indexes. The first part is a name. */
export type WrittenPath = readonly (string | number)[];
/** The same with every placeholder replaced. */
export type Path = readonly (string | number)[];

const KEYWORDS: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT', 'IN', 'BETWEEN']);

function parseName(cursor: Cursor): string {
  const { kind, text } = cursor.peek();
  if (kind !== 'word' && kind !== 'name') cursor.unexpected();
  if (kind === 'word') {
    if (KEYWORDS.has(text.toUpperCase())) cursor.unexpected();
    if (isReservedWord(text)) cursor.fail(`Attribute name is a reserved keyword; reserved keyword: ${text}`);
  }
  cursor.next();
  return text;
}

export function parsePath(cursor: Cursor): WrittenPath {
  const path: (string | number)[] = [parseName(cursor)];
  for (;;) {
    if (cursor.accept('.')) path.push(parseName(cursor));
    else if (cursor.accept('[')) {
      if (cursor.peek().kind !== 'index') cursor.unexpected();
      path.push(Number(cursor.next().text));
      cursor.expect(']');
    } else return path;
  }
}

/** `a.b, c[1]`, of a ProjectionExpression or an update's REMOVE. */
export function parsePaths(cursor: Cursor): readonly WrittenPath[] {
  const paths = [parsePath(cursor)];
  while (cursor.accept(',')) paths.push(parsePath(cursor));
  return paths;
}

export function valueAt(item: Item, path: Path): AttributeValue | undefined {
  let value: AttributeValue | undefined = { M: item };
  for (const part of path) {
    if (typeof part === 'number') value = value?.L?.[part];
    else value = value?.M && attributeOf(value.M, part);
    if (value === undefined) return undefined;
  }
  return value;
}

/** As DynamoDB prints paths: `[a, b, [1]]`. */
export function describePath(path: Path): string {
  return `[${path.map((part) => (typeof part === 'number' ? `[${part}]` : part)).join(', ')}]`;
}

/** @returns words for two paths that cannot stand in one expression: one holds the other, or they disagree on list and map. */
export function pathClash(paths: readonly Path[]): string | undefined {
  for (const [index, path] of paths.entries()) {
    for (const other of paths.slice(0, index)) {
      const differs = path.findIndex((part, depth) => depth < other.length && part !== other[depth]);
      const pair = `path one: ${describePath(other)}, path two: ${describePath(path)}`;
      if (differs < 0) {
        return `Two document paths overlap with each other; must remove or rewrite one of these paths; ${pair}`;
      }
      if (typeof path[differs] !== typeof other[differs]) {
        return `Two document paths conflict with each other; must remove or rewrite one of these paths; ${pair}`;
      }
    }
  }
  return undefined;
}

/** The parts of an item that `paths` name, at their places; list elements close ranks. */
export function project(item: Item, paths: readonly Path[]): Item {
  const root: Branch = new Map();
  for (const path of paths) {
    let branch = root;
    for (const part of path.slice(0, -1)) {
      const deeper = branch.get(part) ?? new Map();
      branch.set(part, deeper);
      branch = deeper as Branch;
    }
    branch.set(path.at(-1) ?? '', 'whole');
  }
  return projectMap(item, root);
}

type Branch = Map<string | number, Branch | 'whole'>;

function projectMap(item: Item, branch: Branch): Item {
  const result: Item = {};
  for (const [part, deeper] of branch) {
    if (typeof part === 'number') continue;
    const value = attributeOf(item, part);
    const kept = value && projectValue(value, deeper);
    if (kept) setAttribute(result, part, kept);
  }
  return result;
}

function projectValue(value: AttributeValue, branch: Branch | 'whole'): AttributeValue | undefined {
  if (branch === 'whole') return value;
  if (value.M) {
    const map = projectMap(value.M, branch);
    return Object.keys(map).length > 0 ? { M: map } : undefined;
  }
  const list = (value.L ?? []).flatMap((element, index) => {
    const deeper = branch.get(index);
    const kept = deeper && projectValue(element, deeper);
    return kept ? [kept] : [];
  });
  return list.length > 0 ? { L: list } : undefined;
}
