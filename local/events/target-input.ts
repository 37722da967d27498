import * as z from 'zod';
import { validation } from './errors.ts';

/** A rule's target, in the shape that the API, CloudFormation and our tables share. */
export const ruleTarget = z.object({
  Id: z.string().regex(/^[.\-_A-Za-z0-9]{1,64}$/),
  Arn: z.string().min(1).max(1600),
  Input: z.string().nullish(),
  InputPath: z.string().nullish(),
  InputTransformer: z
    .object({ InputPathsMap: z.record(z.string(), z.string()).nullish(), InputTemplate: z.string().min(1).max(8192) })
    .nullish(),
  DeadLetterConfig: z.object({ Arn: z.string().nullish() }).nullish(),
  RetryPolicy: z
    .object({
      MaximumRetryAttempts: z.number().int().min(0).max(185).nullish(),
      MaximumEventAgeInSeconds: z.number().int().min(60).max(86_400).nullish(),
    })
    .nullish(),
  SqsParameters: z.object({ MessageGroupId: z.string().nullish() }).nullish(),
});
export type RuleTarget = z.output<typeof ruleTarget>;

/** What a template may say about the rule and the moment, beside the event. */
export interface InputContext {
  readonly ruleArn: string;
  readonly ruleName: string;
  /** ISO 8601 */
  readonly ingestionTime: string;
}

type Step = string | number;

/** `$`, `$.detail.a`, `$.detail.list[0]`, `$['detail-type']` */
function parsePath(path: string): readonly Step[] {
  const steps: Step[] = [];
  const step = /\.([^.[\]'"]+)|\[(\d+)\]|\['([^']+)'\]|\["([^"]+)"\]/y;
  step.lastIndex = 1;
  if (!path.startsWith('$')) throw validation(`Invalid JSONPath "${path}": it must start with $.`);
  while (step.lastIndex < path.length) {
    const match = step.exec(path);
    if (!match) throw validation(`Invalid JSONPath "${path}".`);
    steps.push(match[2] === undefined ? (match[1] ?? match[3] ?? match[4] ?? '') : Number(match[2]));
  }
  return steps;
}

function valueAt(event: unknown, path: string): unknown {
  let value = event;
  for (const step of parsePath(path)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}

const variable = /<([\w.-]+)>/g;
const stringOrVariable = /"(?:[^"\\]|\\.)*"|<([\w.-]+)>/g;

/** Fills a template. A variable in a JSON string becomes text within it; one outside becomes the JSON value itself. */
function fill(template: string, lookUp: (name: string) => unknown): string {
  return template.replace(stringOrVariable, (token: string, name: string | undefined) => {
    // Nothing at all would not leave JSON behind, so a value that the event lacks is null.
    if (name !== undefined) return JSON.stringify(lookUp(name) ?? null);
    return token.replace(variable, (_, inner: string) => {
      const value = lookUp(inner);
      const plain = value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
      return JSON.stringify(plain).slice(1, -1);
    });
  });
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** Refuses a target whose input could never be made. */
export function checkTargetInput(target: RuleTarget): void {
  const { Input, InputPath, InputTransformer } = target;
  if ([Input, InputPath, InputTransformer].filter((each) => each !== undefined && each !== null).length > 1)
    throw validation(`Only one of Input, InputPath, or InputTransformer must be provided for target ${target.Id}.`);
  if (typeof Input === 'string' && !isJson(Input))
    throw validation(`JSON syntax error in input for target ${target.Id}`);
  if (typeof InputPath === 'string') parsePath(InputPath);
  if (!InputTransformer) return;
  for (const path of Object.values(InputTransformer.InputPathsMap ?? {})) parsePath(path);
  if (!isJson(fill(InputTransformer.InputTemplate, () => null)))
    throw validation(
      `Invalid InputTemplate for target ${target.Id}: it must be JSON once its variables are filled in.`,
    );
}

/** The JSON text that a target gets for an event. */
export function targetInput(target: RuleTarget, event: object, context: InputContext): string {
  if (typeof target.Input === 'string') return target.Input;
  if (typeof target.InputPath === 'string') return JSON.stringify(valueAt(event, target.InputPath) ?? null);
  if (!target.InputTransformer) return JSON.stringify(event);
  const { InputPathsMap, InputTemplate } = target.InputTransformer;
  // EventBridge developer guide, "Predefined variables" of input transformation.
  const predefined: Readonly<Record<string, unknown>> = {
    'aws.events.rule-arn': context.ruleArn,
    'aws.events.rule-name': context.ruleName,
    'aws.events.event.ingestion-time': context.ingestionTime,
    'aws.events.event': Object.fromEntries(Object.entries(event).filter(([name]) => name !== 'detail')),
    'aws.events.event.json': event,
  };
  return fill(InputTemplate, (name) => {
    if (Object.hasOwn(predefined, name)) return predefined[name];
    const path = InputPathsMap && Object.hasOwn(InputPathsMap, name) ? InputPathsMap[name] : undefined;
    return path === undefined ? undefined : valueAt(event, path);
  });
}
