import { invalidPattern } from './errors.ts';
import { compileLeaf, type LeafTest } from './operators.ts';

/** Whether an event (any JSON value) matches. */
export type EventMatcher = (event: unknown) => boolean;

/**
 * A compiled object of a pattern. `here` is the one object that the fields of this pattern must match together;
 * `everywhere` are all objects at this place of the event, of which none may have a field that must be absent.
 * They differ below arrays: EventBridge wants the fields of one pattern object to match within one array element,
 * but takes a field as present if any element has it.
 */
type NodeTest = (here: unknown, everywhere: readonly unknown[]) => boolean;

const longestPattern = 4096;

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;

/** Array elements at any depth of nesting; a value that is no array is its own only element. */
const elements = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value.flatMap(elements) : value === undefined ? [] : [value];

const isLeaf = (value: unknown): boolean => typeof value !== 'object' || value === null;
const leaves = (value: unknown): readonly unknown[] => elements(value).filter(isLeaf);

function compileList(name: string, list: readonly unknown[]): NodeTest {
  if (list.length === 0) throw invalidPattern(`Empty arrays are not allowed at "${name}"`);
  const compiled = list.map(compileLeaf);
  const mayBeAbsent = compiled.includes('absent');
  const tests = compiled.filter((test): test is LeafTest => test !== 'absent');
  return (here, everywhere) => {
    if (mayBeAbsent && everywhere.every((each) => leaves(field(each, name)).length === 0)) return true;
    return leaves(field(here, name)).some((value) => tests.some((test) => test(value)));
  };
}

function compileObject(pattern: object): NodeTest {
  const entries = Object.entries(pattern);
  if (entries.length === 0) throw invalidPattern('Empty objects are not allowed');
  const tests = entries.map(([name, value]) => compileField(name, value));
  return (here, everywhere) => tests.every((test) => test(here, everywhere));
}

function compileField(name: string, value: unknown): NodeTest {
  if (name === '$or') {
    if (!Array.isArray(value) || value.length < 2) throw invalidPattern('$or must be an array of two patterns or more');
    const branches = value.map((branch) => {
      if (typeof branch !== 'object' || branch === null || Array.isArray(branch))
        throw invalidPattern('$or must hold objects only');
      return compileObject(branch);
    });
    return (here, everywhere) => branches.some((branch) => branch(here, everywhere));
  }
  if (Array.isArray(value)) return compileList(name, value);
  if (typeof value !== 'object' || value === null) throw invalidPattern(`"${name}" must be an object or an array`);
  const inner = compileObject(value);
  return (here, everywhere) => {
    const all = everywhere.flatMap((each) => elements(field(each, name)));
    const candidates = elements(field(here, name));
    // Where the field is missing its own fields are absent, which a pattern may ask for.
    return (candidates.length > 0 ? candidates : [undefined]).some((candidate) => inner(candidate, all));
  };
}

/** Compiles a parsed pattern; throws InvalidEventPatternException where EventBridge would. */
export function compilePattern(pattern: unknown): EventMatcher {
  if (typeof pattern !== 'object' || pattern === null || Array.isArray(pattern))
    throw invalidPattern('Filter is not an object');
  const test = compileObject(pattern);
  return (event) => test(event, [event]);
}

/** Compiles a pattern from its JSON text. */
export function parsePattern(text: string): EventMatcher {
  if (text.length > longestPattern) throw invalidPattern(`A pattern has at most ${longestPattern} characters`);
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch {
    throw invalidPattern('Filter is not a valid JSON object');
  }
  return compilePattern(pattern);
}
