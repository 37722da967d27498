import type * as z from 'zod';

/** An override that cannot be obeyed. `path` is what the operator wrote. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly path: string;

  constructor(path: string, message: string) {
    super(`${path}: ${message}`);
    this.path = path;
  }
}

type Tree = { [name: string]: unknown };

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

function number(path: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new ConfigError(path, `expected a number, got "${text}"`);
  return value;
}

/** Reads `text` as the type that the value has now. */
function coerce(path: string, current: unknown, text: string): unknown {
  if (typeof current === 'number') return number(path, text);
  if (typeof current === 'boolean') {
    if (text !== 'true' && text !== 'false') throw new ConfigError(path, `expected true or false, got "${text}"`);
    return text === 'true';
  }
  if (Array.isArray(current)) {
    if (text === '') return [];
    return text.split(',').map((item) => coerce(path, current[0], item));
  }
  if (isTree(current)) {
    throw new ConfigError(
      path,
      `is a group; set one of ${Object.keys(current)
        .map((name) => `${path}.${name}`)
        .join(', ')}`,
    );
  }
  return text;
}

function put(tree: Tree, path: string, text: string): void {
  const names = path.split('.');
  const leaf = names.pop() ?? '';
  let group = tree;
  for (const name of names) {
    const next = Object.hasOwn(group, name) ? group[name] : undefined;
    if (!isTree(next)) throw new ConfigError(path, 'is not a value of the configuration');
    group = next;
  }
  if (!Object.hasOwn(group, leaf)) throw new ConfigError(path, 'is not a value of the configuration');
  group[leaf] = coerce(path, group[leaf], text);
}

/**
 * Parses `base`, sets the overrides (dotted path → text; lists are separated by commas) and parses again.
 * The schema must have a default for every value, and no empty list among them: the default tells the type of the text.
 * @throws {ConfigError} for a path that does not exist, a text of another type, or a value that the schema refuses.
 */
export function withOverrides<Schema extends z.ZodType>(
  schema: Schema,
  base: z.input<Schema>,
  overrides: Readonly<Record<string, string>>,
): z.output<Schema> {
  const tree: Tree = structuredClone(schema.parse(base)) as Tree;
  for (const [path, text] of Object.entries(overrides)) put(tree, path, text);
  const parsed = schema.safeParse(tree);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ConfigError(issue?.path.join('.') || 'configuration', issue?.message ?? 'is not valid');
}
