import { S3Error } from './s3-error.ts';
import { childrenOf, parseXml, textOf, type XmlElement, type XmlFields } from './xml.ts';

export interface CorsRule {
  readonly id?: string;
  /** Origins and headers may hold one `*` each. */
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly maxAgeSeconds?: number;
}

/** A rule of `CorsConfiguration.CorsRules` in CloudFormation's AWS::S3::Bucket. */
export interface CorsRuleProperties {
  readonly Id?: string;
  readonly AllowedOrigins: readonly string[];
  readonly AllowedMethods: readonly string[];
  readonly AllowedHeaders?: readonly string[];
  readonly ExposedHeaders?: readonly string[];
  readonly MaxAge?: number | string;
}

const METHODS: readonly string[] = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD'];
const MAX_RULES = 100;

function checkRule(rule: CorsRule): CorsRule {
  const foreign = rule.methods.find((method) => !METHODS.includes(method));
  if (foreign !== undefined) {
    throw new S3Error(
      'InvalidRequest',
      `Found unsupported HTTP method in CORS config. Unsupported method is ${foreign}`,
    );
  }
  if (!rule.origins.length || !rule.methods.length) throw new S3Error('MalformedXML');
  if ([...rule.origins, ...rule.headers].some((pattern) => pattern.split('*').length > 2)) {
    throw new S3Error('InvalidRequest', 'AllowedOrigin and AllowedHeader can not have more than one wildcard.');
  }
  if (rule.maxAgeSeconds !== undefined && !Number.isInteger(rule.maxAgeSeconds)) throw new S3Error('MalformedXML');
  return rule;
}

function withoutAbsent(id: string | undefined, maxAge: number | string | undefined) {
  return { ...(id === undefined ? {} : { id }), ...(maxAge === undefined ? {} : { maxAgeSeconds: Number(maxAge) }) };
}

export function corsFromXml(source: string): CorsRule[] {
  const rules = childrenOf(parseXml(source), 'CORSRule');
  if (!rules.length || rules.length > MAX_RULES) throw new S3Error('MalformedXML');
  const texts = (rule: XmlElement, name: string) => childrenOf(rule, name).map((element) => element.text);
  return rules.map((rule) =>
    checkRule({
      ...withoutAbsent(textOf(rule, 'ID'), textOf(rule, 'MaxAgeSeconds')),
      origins: texts(rule, 'AllowedOrigin'),
      methods: texts(rule, 'AllowedMethod'),
      headers: texts(rule, 'AllowedHeader'),
      exposeHeaders: texts(rule, 'ExposeHeader'),
    }),
  );
}

export function corsToXml(rules: readonly CorsRule[]): XmlFields {
  return {
    CORSRule: rules.map((rule) => ({
      ID: rule.id,
      AllowedHeader: rule.headers,
      AllowedMethod: rule.methods,
      AllowedOrigin: rule.origins,
      ExposeHeader: rule.exposeHeaders,
      MaxAgeSeconds: rule.maxAgeSeconds,
    })),
  };
}

export function corsFromProperties(rules: readonly CorsRuleProperties[]): CorsRule[] {
  return rules.map((rule) =>
    checkRule({
      ...withoutAbsent(rule.Id, rule.MaxAge),
      origins: rule.AllowedOrigins,
      methods: rule.AllowedMethods,
      headers: rule.AllowedHeaders ?? [],
      exposeHeaders: rule.ExposedHeaders ?? [],
    }),
  );
}

function matches(pattern: string, value: string): boolean {
  const [before = '', after] = pattern.split('*');
  if (after === undefined) return pattern === value;
  return value.length >= before.length + after.length && value.startsWith(before) && value.endsWith(after);
}

/**
 * Headers that let a page of `origin` use the answer; `undefined` if no rule admits it.
 * @param requestHeaders what a preflight asks to send, as in Access-Control-Request-Headers
 */
export function corsHeaders(
  rules: readonly CorsRule[],
  origin: string,
  method: string,
  requestHeaders?: string,
): Record<string, string> | undefined {
  const wanted = (requestHeaders ?? '')
    .split(',')
    .map((header) => header.trim().toLowerCase())
    .filter(Boolean);
  const rule = rules.find(
    (candidate) =>
      candidate.methods.includes(method) &&
      candidate.origins.some((pattern) => matches(pattern, origin)) &&
      wanted.every((header) => candidate.headers.some((pattern) => matches(pattern.toLowerCase(), header))),
  );
  if (!rule) return undefined;
  const anyone = rule.origins.includes('*');
  return {
    'access-control-allow-origin': anyone ? '*' : origin,
    'access-control-allow-methods': rule.methods.join(', '),
    ...(wanted.length ? { 'access-control-allow-headers': wanted.join(', ') } : {}),
    ...(rule.exposeHeaders.length ? { 'access-control-expose-headers': rule.exposeHeaders.join(', ') } : {}),
    ...(rule.maxAgeSeconds === undefined ? {} : { 'access-control-max-age': String(rule.maxAgeSeconds) }),
    ...(anyone ? {} : { 'access-control-allow-credentials': 'true' }),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
}
