import type { StoredObject, Tag } from './object-index.ts';
import { S3Error } from './s3-error.ts';
import { childOf, childrenOf, parseXml, textOf, type XmlElement, type XmlFields } from './xml.ts';

/** Expiration and clean-up only: storage classes and versions do not exist here. */
export interface LifecycleRule {
  readonly id: string;
  readonly enabled: boolean;
  readonly prefix: string;
  readonly tags: readonly Tag[];
  /** Bytes, exclusive. */
  readonly largerThan?: number;
  /** Bytes, exclusive. */
  readonly smallerThan?: number;
  readonly expirationDays?: number;
  /** Milliseconds since the epoch, a midnight UTC. */
  readonly expirationDate?: number;
  readonly abortUploadDays?: number;
}

/** A rule of `LifecycleConfiguration.Rules` in CloudFormation's AWS::S3::Bucket; other members are ignored. */
export interface LifecycleRuleProperties {
  readonly Id?: string;
  readonly Status: string;
  readonly Prefix?: string;
  readonly TagFilters?: readonly { readonly Key: string; readonly Value: string }[];
  readonly ObjectSizeGreaterThan?: number | string;
  readonly ObjectSizeLessThan?: number | string;
  readonly ExpirationInDays?: number | string;
  readonly ExpirationDate?: string;
  readonly AbortIncompleteMultipartUpload?: { readonly DaysAfterInitiation: number | string };
}

const DAY_MS = 86_400_000;
const MAX_RULES = 1000;

interface RuleSource {
  readonly id: string | undefined;
  readonly status: string | undefined;
  readonly prefix: string | undefined;
  readonly tags: readonly Tag[];
  readonly largerThan: number | string | undefined;
  readonly smallerThan: number | string | undefined;
  readonly days: number | string | undefined;
  readonly date: string | undefined;
  readonly abortDays: number | string | undefined;
}

function checkRule(source: RuleSource, index: number): LifecycleRule {
  if (source.status !== 'Enabled' && source.status !== 'Disabled') throw new S3Error('MalformedXML');
  const positive = (value: number | string | undefined, what: string): number | undefined => {
    if (value === undefined) return undefined;
    const number = Number(value);
    if (!Number.isInteger(number) || number <= 0) {
      throw new S3Error('InvalidArgument', `'${what}' must be a positive integer`);
    }
    return number;
  };
  const date = source.date === undefined ? undefined : Date.parse(source.date);
  if (date !== undefined && (Number.isNaN(date) || date % DAY_MS !== 0)) {
    throw new S3Error('InvalidArgument', "'Date' must be at midnight GMT");
  }
  const optional = {
    largerThan: source.largerThan === undefined ? undefined : Number(source.largerThan),
    smallerThan: source.smallerThan === undefined ? undefined : Number(source.smallerThan),
    expirationDays: positive(source.days, 'Days'),
    expirationDate: date,
    abortUploadDays: positive(source.abortDays, 'DaysAfterInitiation'),
  };
  if (optional.expirationDays !== undefined && optional.expirationDate !== undefined) throw new S3Error('MalformedXML');
  const present = Object.entries(optional).filter(([, value]) => value !== undefined);
  return {
    id: source.id || `rule-${index + 1}`,
    enabled: source.status === 'Enabled',
    prefix: source.prefix ?? '',
    tags: source.tags,
    ...(Object.fromEntries(present) as Partial<LifecycleRule>),
  };
}

export function lifecycleFromXml(text: string): LifecycleRule[] {
  const rules = childrenOf(parseXml(text), 'Rule');
  if (!rules.length || rules.length > MAX_RULES) throw new S3Error('MalformedXML');
  return rules.map((rule, index) => {
    const foreign = rule.children.find((child) => /^(Noncurrent|Transition)/.test(child.name));
    if (foreign) throw new S3Error('NotImplemented', `Lifecycle action ${foreign.name} is not implemented here`);
    const expiration = childOf(rule, 'Expiration');
    const abort = childOf(rule, 'AbortIncompleteMultipartUpload');
    const parsed = checkRule(
      {
        id: textOf(rule, 'ID'),
        status: textOf(rule, 'Status'),
        ...filterFromXml(rule),
        days: expiration && textOf(expiration, 'Days'),
        date: expiration && textOf(expiration, 'Date'),
        abortDays: abort && textOf(abort, 'DaysAfterInitiation'),
      },
      index,
    );
    if (!expiration && !abort) {
      throw new S3Error('InvalidRequest', 'At least one action needs to be specified in a rule');
    }
    return parsed;
  });
}

function filterFromXml(rule: XmlElement): Pick<RuleSource, 'prefix' | 'tags' | 'largerThan' | 'smallerThan'> {
  const filter = childOf(rule, 'Filter');
  const scope = (filter && childOf(filter, 'And')) ?? filter ?? rule;
  return {
    prefix: textOf(scope, 'Prefix'),
    tags: childrenOf(scope, 'Tag').map((tag) => ({ key: textOf(tag, 'Key') ?? '', value: textOf(tag, 'Value') ?? '' })),
    largerThan: textOf(scope, 'ObjectSizeGreaterThan'),
    smallerThan: textOf(scope, 'ObjectSizeLessThan'),
  };
}

export function lifecycleToXml(rules: readonly LifecycleRule[]): XmlFields {
  return {
    Rule: rules.map((rule) => {
      const filter = {
        Prefix: rule.prefix,
        Tag: rule.tags.map((tag) => ({ Key: tag.key, Value: tag.value })),
        ObjectSizeGreaterThan: rule.largerThan,
        ObjectSizeLessThan: rule.smallerThan,
      };
      const single = !rule.tags.length && rule.largerThan === undefined && rule.smallerThan === undefined;
      const date = rule.expirationDate === undefined ? undefined : new Date(rule.expirationDate).toISOString();
      return {
        ID: rule.id,
        Filter: single ? { Prefix: rule.prefix } : { And: filter },
        Status: rule.enabled ? 'Enabled' : 'Disabled',
        Expiration: date || rule.expirationDays ? { Days: rule.expirationDays, Date: date } : undefined,
        AbortIncompleteMultipartUpload: rule.abortUploadDays
          ? { DaysAfterInitiation: rule.abortUploadDays }
          : undefined,
      };
    }),
  };
}

export function lifecycleFromProperties(rules: readonly LifecycleRuleProperties[]): LifecycleRule[] {
  return rules.map((rule, index) =>
    checkRule(
      {
        id: rule.Id,
        status: rule.Status,
        prefix: rule.Prefix,
        tags: (rule.TagFilters ?? []).map((tag) => ({ key: tag.Key, value: tag.Value })),
        largerThan: rule.ObjectSizeGreaterThan,
        smallerThan: rule.ObjectSizeLessThan,
        days: rule.ExpirationInDays,
        date: rule.ExpirationDate,
        abortDays: rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation,
      },
      index,
    ),
  );
}

/** S3 counts whole days and then waits for the next midnight UTC. */
export function dueAfterDays(start: number, days: number): number {
  return (Math.floor(start / DAY_MS) + days + 1) * DAY_MS;
}

/** When the rule deletes the object, in milliseconds since the epoch; `undefined` if it never does. */
export function expiryUnder(rule: LifecycleRule, object: StoredObject): number | undefined {
  const applies =
    rule.enabled &&
    object.key.startsWith(rule.prefix) &&
    rule.tags.every((tag) => object.tags.some((own) => own.key === tag.key && own.value === tag.value)) &&
    (rule.largerThan === undefined || object.size > rule.largerThan) &&
    (rule.smallerThan === undefined || object.size < rule.smallerThan);
  if (!applies) return undefined;
  return rule.expirationDays === undefined ? rule.expirationDate : dueAfterDays(object.modified, rule.expirationDays);
}
