import * as z from 'zod';
import type { ProjectFlow } from '../../domain/project.ts';
import type { OperationSpec } from '../operation.ts';
import { dataOf, deletedReply, id, pageOf, pageQuery, recordFields, recordHead, score, text } from './shapes.ts';

/** V-44: how people log in to a project, or join it. */
const json = (most: number, schema: z.ZodType) =>
  schema.refine(
    (value) => new TextEncoder().encode(JSON.stringify(value)).length <= most,
    `must be at most ${most / 1024} KB as JSON`,
  );

const type = z.enum(['login', 'onboarding']);
const status = z.enum(['draft', 'active', 'paused']);
const configuration = z.record(z.string(), z.json());
const steps = z.array(z.json()).max(50);

const changeable = {
  type,
  name: text(128),
  status: status.exactOptional(),
  version: z.number().int().min(1).max(1_000_000).exactOptional(),
  configuration: (json(16_384, configuration) as typeof configuration).exactOptional(),
  steps: (json(16_384, steps) as typeof steps).exactOptional(),
  livenessMinScore: score.exactOptional().meta({ description: 'Default 0.55, or your own threshold.' }),
  searchMinScore: score.exactOptional().meta({ description: 'Default 0.85, or your own threshold.' }),
  assignedCollection: id.exactOptional().meta({ description: 'The collection whose persons are searched.' }),
  redirectUrl: z
    .url({ protocol: /^https$/, error: 'must be an https address' })
    .max(2048)
    .exactOptional(),
  sessionTtl: z.number().int().min(30).max(86_400).exactOptional().meta({ description: 'Seconds; default 600.' }),
};

const createBody = z.strictObject({ project: id, ...changeable }).meta({ id: 'ProjectFlowRequest' });
const updateBody = z
  .strictObject({ ...changeable, type: type.exactOptional(), name: text(128).exactOptional() })
  .meta({ id: 'ProjectFlowChange' });

const flowReply = z
  .object({
    ...recordFields,
    project: id,
    type,
    status,
    version: z.number().int(),
    name: z.string(),
    configuration,
    steps,
    livenessMinScore: score,
    searchMinScore: score,
    assignedCollection: id.nullable(),
    redirectUrl: z.string().nullable(),
    sessionTtl: z.number().int(),
  })
  .meta({ id: 'ProjectFlow' });

const one = dataOf(flowReply);
const missing = { 404: 'There is no such flow, project or collection.', 409: 'The collection was deleted.' };

export const flowOperations = {
  createProjectFlow: {
    summary: 'Make a flow of a project; only an active one can be used',
    body: createBody,
    reply: { status: 200, description: 'It.', schema: one },
    failures: missing,
  },
  listProjectFlows: {
    summary: 'List flows, newest first',
    query: pageQuery.extend({
      where_project: id.exactOptional(),
      where_status: status.exactOptional(),
      where_type: type.exactOptional(),
    }),
    reply: { status: 200, description: 'One page.', schema: pageOf(flowReply) },
  },
  readProjectFlow: {
    summary: 'Read a flow',
    reply: { status: 200, description: 'It.', schema: one },
    failures: { 404: 'There is no such flow.' },
  },
  updateProjectFlow: {
    summary: 'Change a flow; sessions that are open keep their end, and follow it in everything else',
    body: updateBody,
    reply: { status: 200, description: 'As it is now.', schema: one },
    failures: missing,
  },
  deleteProjectFlow: {
    summary: 'Delete a flow',
    reply: { status: 200, description: 'It is gone.', schema: deletedReply },
    failures: { 404: 'There is no such flow.' },
  },
} as const satisfies Readonly<Record<string, OperationSpec>>;

/** The fields of a request in the domain's words. */
export const toFlowFields = <
  Fields extends { readonly sessionTtl?: number; readonly configuration?: object; readonly steps?: readonly unknown[] },
>({
  sessionTtl,
  configuration,
  steps,
  ...fields
}: Fields) => ({
  ...fields,
  ...(sessionTtl !== undefined && { sessionTtlSeconds: sessionTtl }),
  ...(configuration && { configuration: JSON.stringify(configuration) }),
  ...(steps && { steps: JSON.stringify(steps) }),
});

export function toFlowReply(flow: ProjectFlow, client: string): z.infer<typeof flowReply> {
  const { project, type, status, version, name, livenessMinScore, searchMinScore } = flow;
  return {
    ...recordHead(flow, client),
    ...{ project, type, status, version, name, livenessMinScore, searchMinScore },
    configuration: JSON.parse(flow.configuration),
    steps: JSON.parse(flow.steps),
    assignedCollection: flow.assignedCollection ?? null,
    redirectUrl: flow.redirectUrl ?? null,
    sessionTtl: flow.sessionTtlSeconds,
  };
}
