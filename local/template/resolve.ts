/** What an expression of a template may refer to. */
export interface Scope {
  /** Value of `Ref` for a parameter, pseudo-parameter or resource; throws on an unknown name. */
  readonly ref: (name: string) => unknown;
  readonly attribute: (logicalId: string, attribute: string) => unknown;
  readonly condition: (name: string) => boolean;
  readonly mapping: (map: string, first: string, second: string) => unknown;
  readonly importValue: (name: string) => unknown;
}

/** A template asks for something that CloudFormation would refuse or that the small cloud does not know. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

/** What `Ref: AWS::NoValue` gives: the property that holds it goes away. */
export const noValue = Symbol('AWS::NoValue');

type Arguments = (value: unknown) => unknown;

function list(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new TemplateError(`${name} takes a list, not ${JSON.stringify(value)}.`);
  return value;
}

function text(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TemplateError(`${name} takes strings, not ${JSON.stringify(value)}.`);
}

function truth(value: unknown, scope: Scope): boolean {
  if (typeof value === 'string') return scope.condition(value);
  const result = resolve(value, scope);
  if (typeof result !== 'boolean') throw new TemplateError(`${JSON.stringify(value)} is no condition.`);
  return result;
}

function getAtt(value: unknown, scope: Scope, evaluate: Arguments): unknown {
  // YAML's short form is one string; the first dot separates.
  const [id, ...attribute] = typeof value === 'string' ? value.split('.') : list(value, 'Fn::GetAtt');
  return scope.attribute(text(id, 'Fn::GetAtt'), attribute.map((part) => text(evaluate(part), 'Fn::GetAtt')).join('.'));
}

function substitute(value: unknown, scope: Scope, evaluate: Arguments): string {
  const [template, variables] = typeof value === 'string' ? [value, {}] : list(value, 'Fn::Sub');
  const own = evaluate(variables ?? {}) as Readonly<Record<string, unknown>>;
  return text(template, 'Fn::Sub').replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    if (Object.hasOwn(own, name)) return text(own[name], 'Fn::Sub');
    return text(name.includes('.') ? getAtt(name, scope, evaluate) : scope.ref(name), 'Fn::Sub');
  });
}

function select(value: unknown, evaluate: Arguments): unknown {
  const [index, items] = list(value, 'Fn::Select').map(evaluate);
  const position = Number(index);
  const chosen = list(items, 'Fn::Select')[position];
  if (chosen === undefined) throw new TemplateError(`Fn::Select: no item ${position} in ${JSON.stringify(items)}.`);
  return chosen;
}

const functions: Readonly<Record<string, (value: unknown, scope: Scope, evaluate: Arguments) => unknown>> = {
  Ref: (value, scope) => scope.ref(text(value, 'Ref')),
  Condition: (value, scope) => scope.condition(text(value, 'Condition')),
  'Fn::GetAtt': getAtt,
  'Fn::Sub': substitute,
  'Fn::Select': (value, _, evaluate) => select(value, evaluate),
  'Fn::Join': (value, _, evaluate) => {
    const [separator, parts] = list(value, 'Fn::Join').map(evaluate);
    return list(parts, 'Fn::Join')
      .map((part) => text(part, 'Fn::Join'))
      .join(text(separator, 'Fn::Join'));
  },
  'Fn::Split': (value, _, evaluate) => {
    const [separator, source] = list(value, 'Fn::Split').map(evaluate);
    return text(source, 'Fn::Split').split(text(separator, 'Fn::Split'));
  },
  'Fn::If': (value, scope, evaluate) => {
    const [condition, then, otherwise] = list(value, 'Fn::If');
    return evaluate(truth(condition, scope) ? then : otherwise);
  },
  'Fn::Equals': (value, _, evaluate) => {
    const [left, right] = list(value, 'Fn::Equals').map(evaluate);
    return JSON.stringify(left) === JSON.stringify(right);
  },
  'Fn::Not': (value, scope) => !truth(list(value, 'Fn::Not')[0], scope),
  'Fn::And': (value, scope) => list(value, 'Fn::And').every((item) => truth(item, scope)),
  'Fn::Or': (value, scope) => list(value, 'Fn::Or').some((item) => truth(item, scope)),
  'Fn::FindInMap': (value, scope, evaluate) => {
    const [map, first, second] = list(value, 'Fn::FindInMap').map((item) => text(evaluate(item), 'Fn::FindInMap'));
    return scope.mapping(map ?? '', first ?? '', second ?? '');
  },
  'Fn::ImportValue': (value, scope, evaluate) => scope.importValue(text(evaluate(value), 'Fn::ImportValue')),
  'Fn::Base64': (value, _, evaluate) => Buffer.from(text(evaluate(value), 'Fn::Base64')).toString('base64'),
  'Fn::GetAZs': (value, scope, evaluate) => {
    const region = text(evaluate(value), 'Fn::GetAZs') || text(scope.ref('AWS::Region'), 'Fn::GetAZs');
    return ['a', 'b', 'c'].map((zone) => region + zone);
  },
};

/**
 * Replaces every intrinsic function in a template's value. Properties that resolve to `AWS::NoValue` disappear.
 * @throws TemplateError for an unknown function, reference or attribute.
 */
export function resolve(value: unknown, scope: Scope): unknown {
  const evaluate = (inner: unknown): unknown => resolve(inner, scope);
  if (Array.isArray(value)) return value.map(evaluate).filter((item) => item !== noValue);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only) {
    const [name, argument] = only;
    const apply = functions[name];
    // A policy's `{Condition: {…}}` has the spelling of the intrinsic, which always names a condition by string.
    if (apply && (name !== 'Condition' || typeof argument === 'string')) return apply(argument, scope, evaluate);
    if (name.startsWith('Fn::')) throw new TemplateError(`${name} is not supported.`);
  }
  return Object.fromEntries(
    entries.map(([key, inner]) => [key, evaluate(inner)] as const).filter(([, inner]) => inner !== noValue),
  );
}
