import { createHash } from 'node:crypto';
import type { Assembly, TemplateFile } from './assembly.ts';
import { noValue, resolve, type Scope, TemplateError } from './resolve.ts';
import { type KeyNamed, type Named, resourceType } from './resource-types.ts';

/** One resource of a stack with its final name and every intrinsic function replaced. */
export interface Resource {
  readonly stack: string;
  readonly logicalId: string;
  /** CloudFormation type, such as `AWS::SQS::Queue`. */
  readonly type: string;
  /** Physical name: the template's own, or one derived from stack and logical id, so that it survives restarts. */
  readonly name: string;
  /** What `Ref` gives. */
  readonly ref: string;
  readonly attribute: (name: string) => string;
  /** Resolved on first reading, so that what a local run passes over may hold what it does not know. */
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface Template {
  readonly resources: readonly Resource[];
  readonly ofType: (...types: readonly string[]) => readonly Resource[];
  /** `stack.output` → value; outputs that cannot be resolved locally are absent. */
  readonly outputs: ReadonlyMap<string, unknown>;
}

/** Where the resources will live; see `Named`. */
export type TemplatePlace = Pick<Named, 'region' | 'accountId' | 'endpoint' | 'apiUrl' | 'streamArn' | 'keyId'>;

/** A physical name from stack and logical id; where AWS's limit cuts it, a hash keeps it unique. */
export function physicalName(stack: string, logicalId: string, longest = 255, lowerCase = false): string {
  const whole = `${stack}-${logicalId}`;
  const name = lowerCase ? whole.toLowerCase() : whole;
  if (name.length <= longest) return name;
  const hash = createHash('sha256').update(whole).digest('hex').slice(0, 8);
  return `${name.slice(0, longest - 9)}-${hash}`;
}

/** How the key service knows an `AWS::KMS::Key`. */
export function keyNamed({
  stack,
  logicalId,
  properties,
}: Pick<Resource, 'stack' | 'logicalId' | 'properties'>): KeyNamed {
  const { KeySpec: keySpec, KeyUsage: keyUsage } = properties;
  return {
    logicalId: physicalName(stack, logicalId),
    ...(typeof keySpec === 'string' && { keySpec }),
    ...(typeof keyUsage === 'string' && { keyUsage }),
  };
}

interface StackContext {
  readonly name: string;
  readonly template: TemplateFile;
  readonly place: TemplatePlace;
  readonly importValue: (name: string) => unknown;
}

function pseudoParameters({ name, place }: StackContext): Readonly<Record<string, unknown>> {
  return {
    'AWS::Region': place.region,
    'AWS::AccountId': place.accountId,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': name,
    'AWS::StackId': `arn:aws:cloudformation:${place.region}:${place.accountId}:stack/${name}/local`,
    'AWS::NotificationARNs': [],
    'AWS::NoValue': noValue,
  };
}

function readStack(stack: StackContext): { resources: Resource[]; scope: Scope } {
  const { template } = stack;
  const pseudo = pseudoParameters(stack);
  const resources = new Map<string, Resource>();
  const find = (logicalId: string): Resource => {
    const resource = resources.get(logicalId);
    if (!resource) throw new TemplateError(`Stack ${stack.name} has no resource "${logicalId}".`);
    return resource;
  };
  const scope: Scope = {
    ref: (name) => {
      if (Object.hasOwn(pseudo, name)) return pseudo[name];
      const parameter = template.Parameters[name];
      if (!parameter) return find(name).ref;
      if (parameter.Default === undefined) throw new TemplateError(`Parameter "${name}" has no default.`);
      return parameter.Default;
    },
    attribute: (logicalId, attribute) => find(logicalId).attribute(attribute),
    condition: (name) => {
      if (!(name in template.Conditions)) throw new TemplateError(`There is no condition "${name}".`);
      return resolve(template.Conditions[name], scope) === true;
    },
    mapping: (map, first, second) => {
      const value = template.Mappings[map]?.[first]?.[second];
      if (value === undefined) throw new TemplateError(`Mappings hold no ${map}.${first}.${second}.`);
      return value;
    },
    importValue: stack.importValue,
  };
  for (const [logicalId, declared] of Object.entries(template.Resources)) {
    if (declared.Condition && !scope.condition(declared.Condition)) continue;
    resources.set(logicalId, createResource(stack, scope, logicalId, declared));
  }
  return { resources: [...resources.values()], scope };
}

function createResource(
  stack: StackContext,
  scope: Scope,
  logicalId: string,
  declared: TemplateFile['Resources'][string],
): Resource {
  const type = resourceType(declared.Type);
  const property = (name: string): unknown => {
    const value = resolve(declared.Properties?.[name], scope);
    return value === noValue ? undefined : value;
  };
  // Lazy, because one resource's name may be written in terms of another's that stands further down.
  let name: string | undefined;
  let properties: Readonly<Record<string, unknown>> | undefined;
  const named: Named = {
    ...stack.place,
    get name() {
      const given = type.nameProperty && property(type.nameProperty);
      if (declared.Type === 'AWS::KMS::Key')
        name ??= stack.place.keyId(keyNamed({ stack: stack.name, logicalId, properties: keyProperties() }));
      name ??= typeof given === 'string' ? given : derivedName();
      return name;
    },
    property,
  };
  function keyProperties(): Resource['properties'] {
    // Not all of them: a key's policy may name the key.
    return { KeySpec: property('KeySpec'), KeyUsage: property('KeyUsage') };
  }
  function derivedName(): string {
    const fifo = property('FifoQueue') === true ? '.fifo' : '';
    const longest = (type.longest ?? 255) - fifo.length;
    return physicalName(stack.name, logicalId, longest, type.lowerCase) + fifo;
  }
  return {
    stack: stack.name,
    logicalId,
    type: declared.Type,
    get name() {
      return named.name;
    },
    get ref() {
      return type.ref?.(named) ?? named.name;
    },
    attribute: (attribute) => {
      const read = type.attributes[attribute];
      if (!read) throw new TemplateError(`${declared.Type} "${logicalId}" has no attribute ${attribute} locally.`);
      return read(named);
    },
    get properties() {
      try {
        properties ??= resolve(declared.Properties ?? {}, scope) as Readonly<Record<string, unknown>>;
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
        throw new TemplateError(`${declared.Type} "${logicalId}": ${error.message}`, { cause: error });
      }
      return properties;
    },
  };
}

/**
 * Turns an assembly's templates into resources with final names, addresses and properties. Names depend only on
 * stack names and logical ids.
 * @throws TemplateError, at once or when a resource's properties are read, for what cannot be resolved.
 */
export function loadTemplate(assembly: Assembly, place: TemplatePlace): Template {
  const exports = new Map<string, () => unknown>();
  const importValue = (name: string): unknown => {
    const read = exports.get(name);
    if (!read) throw new TemplateError(`No stack exports "${name}".`);
    return read();
  };
  const outputs = new Map<string, unknown>();
  const stacks = assembly.stacks.map(({ name, template }) => ({
    name,
    template,
    ...readStack({ name, template, place, importValue }),
  }));
  for (const { template, scope } of stacks)
    for (const { Export: exported, Value: value } of Object.values(template.Outputs))
      if (exported) exports.set(String(resolve(exported.Name, scope)), () => resolve(value, scope));
  for (const { name, template, scope } of stacks)
    for (const [output, { Value: value }] of Object.entries(template.Outputs)) {
      try {
        outputs.set(`${name}.${output}`, resolve(value, scope));
      } catch (error) {
        // An output of something that only AWS has is of no use here, and no reason to refuse the start.
        if (!(error instanceof TemplateError)) throw error;
      }
    }
  const resources = stacks.flatMap((stack) => stack.resources);
  return { resources, outputs, ofType: (...types) => resources.filter(({ type }) => types.includes(type)) };
}
