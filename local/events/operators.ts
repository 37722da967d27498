import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { invalidPattern } from './errors.ts';

/** Whether one leaf value of an event satisfies one element of a pattern's list. */
export type LeafTest = (value: unknown) => boolean;

const text = (operator: string, value: unknown): string => {
  if (typeof value === 'string') return value;
  throw invalidPattern(`${operator} match pattern must be a string`);
};
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The one operator of `{"operator": argument}`. */
function single(value: Record<string, unknown>): [string, unknown] {
  const [entry, ...more] = Object.entries(value);
  if (!entry || more.length > 0) throw invalidPattern('Only one key allowed in match expression');
  return entry;
}

const onText =
  (test: (value: string) => boolean): LeafTest =>
  (value) =>
    typeof value === 'string' && test(value);

function affix(operator: 'prefix' | 'suffix', argument: unknown): LeafTest {
  const test = operator === 'prefix' ? 'startsWith' : 'endsWith';
  if (!isObject(argument)) {
    const expected = text(operator, argument);
    return onText((value) => value[test](expected));
  }
  const [key, nested] = single(argument);
  if (key !== 'equals-ignore-case') throw invalidPattern(`Unsupported ${operator} match: ${key}`);
  const expected = text(operator, nested).toLowerCase();
  return onText((value) => value.toLowerCase()[test](expected));
}

/** `*` stands for any run of characters, `\*` and `\\` for themselves. Linear in the value for each piece, no RegExp. */
function wildcard(argument: unknown): LeafTest {
  const pattern = text('wildcard', argument);
  const pieces = [''];
  for (let i = 0; i < pattern.length; i += 1) {
    const character = pattern.charAt(i);
    if (character === '*') {
      if (pattern[i + 1] === '*') throw invalidPattern('Consecutive wildcard characters');
      pieces.push('');
    } else if (character === '\\') {
      i += 1;
      const escaped = pattern.charAt(i);
      if (escaped !== '*' && escaped !== '\\') throw invalidPattern('Invalid escape character in a wildcard');
      pieces.push((pieces.pop() ?? '') + escaped);
    } else pieces.push((pieces.pop() ?? '') + character);
  }
  const [first = '', ...rest] = pieces;
  const last = rest.pop();
  return onText((value) => {
    if (last === undefined) return value === first;
    if (value.length < first.length + last.length || !value.startsWith(first) || !value.endsWith(last)) return false;
    const end = value.length - last.length;
    let at = first.length;
    for (const piece of rest) {
      const found = value.indexOf(piece, at);
      if (found < 0 || found + piece.length > end) return false;
      at = found + piece.length;
    }
    return true;
  });
}

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/** One comparison, or a range: a lower bound and then an upper one. */
function numeric(argument: unknown): LeafTest {
  if (!Array.isArray(argument)) throw invalidPattern('Value of numeric must be an array');
  const [operator, bound, second, upper] = argument as unknown[];
  const range = argument.length === 4;
  const wellFormed =
    (argument.length === 2 || (range && String(operator).startsWith('>') && String(second).startsWith('<'))) &&
    typeof bound === 'number' &&
    (!range || (typeof upper === 'number' && bound < upper));
  const lowerTest = Object.hasOwn(comparisons, String(operator)) ? comparisons[String(operator)] : undefined;
  const upperTest = Object.hasOwn(comparisons, String(second)) ? comparisons[String(second)] : undefined;
  if (!wellFormed || !lowerTest || (range && !upperTest))
    throw invalidPattern('Numeric match must be one comparison, or a lower bound followed by an upper bound');
  return (value) =>
    typeof value === 'number' && lowerTest(value, bound as number) && (!upperTest || upperTest(value, upper as number));
}

function cidr(argument: unknown): LeafTest {
  const [address = '', bits = ''] = text('cidr', argument).split('/');
  const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : undefined;
  if (!family || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === 'ipv4' ? 32 : 128))
    throw invalidPattern('Malformed CIDR, one slash required');
  const block = new BlockList();
  block.addSubnet(address, Number(bits), family);
  return onText((value) => (isIPv4(value) || isIPv6(value)) && block.check(value, isIPv4(value) ? 'ipv4' : 'ipv6'));
}

function equalsIgnoreCase(argument: unknown): LeafTest {
  const expected = text('equals-ignore-case', argument).toLowerCase();
  return onText((value) => value.toLowerCase() === expected);
}

function anythingBut(argument: unknown): LeafTest {
  const none = (tests: readonly LeafTest[]): LeafTest => {
    if (tests.length === 0) throw invalidPattern('Empty arrays are not allowed');
    return (value) => !tests.some((test) => test(value));
  };
  if (isObject(argument)) {
    const [operator, nested] = single(argument);
    if (!['prefix', 'suffix', 'equals-ignore-case', 'wildcard'].includes(operator))
      throw invalidPattern(`Unsupported anything-but pattern: ${operator}`);
    return none((Array.isArray(nested) ? nested : [nested]).map((each) => compileOperator(operator, each)));
  }
  const values: readonly unknown[] = Array.isArray(argument) ? argument : [argument];
  for (const value of values)
    if (typeof value !== typeof values[0] || (typeof value !== 'string' && typeof value !== 'number'))
      throw invalidPattern(
        'Inside anything but list, either all values are number or string, mixed type is not supported',
      );
  return none(values.map((expected) => (value) => value === expected));
}

function compileOperator(operator: string, argument: unknown): LeafTest {
  switch (operator) {
    case 'prefix':
    case 'suffix':
      return affix(operator, argument);
    case 'equals-ignore-case':
      return equalsIgnoreCase(argument);
    case 'wildcard':
      return wildcard(argument);
    case 'numeric':
      return numeric(argument);
    case 'cidr':
      return cidr(argument);
    case 'anything-but':
      return anythingBut(argument);
    default:
      throw invalidPattern(`Unrecognized match type ${operator}`);
  }
}

/** A compiled list element: a test of present values, or `absent` for `{"exists": false}`. */
export function compileLeaf(element: unknown): LeafTest | 'absent' {
  if (Array.isArray(element)) throw invalidPattern('A pattern list must not contain a list');
  if (!isObject(element)) return (value) => value === element;
  const [operator, argument] = single(element);
  if (operator !== 'exists') return compileOperator(operator, argument);
  if (typeof argument !== 'boolean') throw invalidPattern('exists match pattern must be either true or false.');
  return argument ? () => true : 'absent';
}
