import { expect, it } from 'vitest';
import { checkTargetInput, type RuleTarget, targetInput } from '../../../local/events/target-input.ts';

const event = { source: 'app', 'detail-type': 'done', detail: { id: 'v"1', list: [{ n: 2 }], none: null } };
const context = { ruleArn: 'arn:rule', ruleName: 'name', ingestionTime: '2026-01-01T00:00:00Z' };
const target = (more: Partial<RuleTarget>): RuleTarget => ({ Id: 't', Arn: 'arn:target', ...more });
const made = (more: Partial<RuleTarget>) => JSON.parse(targetInput(target(more), event, context)) as unknown;
const transformed = (InputTemplate: string, InputPathsMap = {}) =>
  made({ InputTransformer: { InputTemplate, InputPathsMap } });

it('is the whole event, a constant, or the part at a path', () => {
  expect(made({})).toEqual(event);
  expect(made({ Input: '{"a":1}' })).toEqual({ a: 1 });
  expect(made({ InputPath: '$.detail' })).toEqual(event.detail);
  expect(made({ InputPath: '$.detail.list[0].n' })).toBe(2);
  expect(made({ InputPath: "$['detail-type']" })).toBe('done');
  expect(made({ InputPath: '$.detail.missing' })).toBeNull();
  expect(made({ InputPath: '$' })).toEqual(event);
});

it('is a template whose variables become JSON values, or text within a string', () => {
  const paths = { id: '$.detail.id', list: '$.detail.list', gone: '$.detail.gone', type: '$.detail-type' };
  expect(transformed('{"id":<id>,"all":<list>,"gone":<gone>}', paths)).toEqual({
    id: 'v"1',
    all: [{ n: 2 }],
    gone: null,
  });
  expect(transformed('"<type>: <id> <list><gone>"', paths)).toBe('done: v"1 [{"n":2}]');
  expect(transformed('{"<type>":"<not a variable>"}', paths)).toEqual({ done: '<not a variable>' });
});

it('knows the predefined variables', () => {
  const { detail, ...withoutDetail } = event;
  expect(detail).toBeDefined();
  expect(transformed('[<aws.events.rule-arn>,<aws.events.rule-name>]')).toEqual(['arn:rule', 'name']);
  expect(transformed('[<aws.events.event>,<aws.events.event.json>,"<aws.events.event.ingestion-time>"]')).toEqual([
    withoutDetail,
    event,
    '2026-01-01T00:00:00Z',
  ]);
});

it('inserts what the event says as data, never as part of the template', () => {
  const nasty = { detail: { id: '","admin":true,"x":"$& <id>' } };
  const nastyTarget = target({
    InputTransformer: { InputTemplate: '{"id":"<id>","raw":<id>}', InputPathsMap: { id: '$.detail.id' } },
  });
  expect(JSON.parse(targetInput(nastyTarget, nasty, context))).toEqual({ id: nasty.detail.id, raw: nasty.detail.id });
});

it.each([
  [{ Input: '{' }],
  [{ Input: '{}', InputPath: '$.a' }],
  [{ InputPath: 'detail' }],
  [{ InputPath: '$.a[x]' }],
  [{ InputTransformer: { InputTemplate: '{"a": <x>' } }],
  [{ InputTransformer: { InputTemplate: 'hello <x>' } }],
  [{ InputTransformer: { InputTemplate: '"x"', InputPathsMap: { x: 'a' } } }],
])('refuses %j when the target is put', (more) => {
  expect(() => checkTargetInput(target(more))).toThrow(expect.objectContaining({ code: 'ValidationException' }));
});
