import * as z from 'zod';
import type { Project } from '../../domain/project.ts';
import type { OperationSpec } from '../operation.ts';
import { dataOf, deletedReply, pageOf, pageQuery, recordFields, recordHead, text } from './shapes.ts';

/** V-44: what logins belong to. */
const fields = {
  name: text(128),
  description: text(1024).exactOptional(),
};

const createBody = z.strictObject(fields).meta({ id: 'ProjectRequest' });
const updateBody = z.strictObject({ ...fields, name: fields.name.exactOptional() }).meta({ id: 'ProjectChange' });

const projectReply = z
  .object({ ...recordFields, name: z.string(), description: z.string().nullable() })
  .meta({ id: 'Project' });

const one = dataOf(projectReply);
const missing = { 404: 'There is no such project.' };

export const projectOperations = {
  createProject: {
    summary: 'Make a project',
    body: createBody,
    reply: { status: 200, description: 'It.', schema: one },
  },
  listProjects: {
    summary: 'List projects, newest first',
    query: pageQuery,
    reply: { status: 200, description: 'One page.', schema: pageOf(projectReply) },
  },
  readProject: {
    summary: 'Read a project',
    reply: { status: 200, description: 'It.', schema: one },
    failures: missing,
  },
  updateProject: {
    summary: 'Change a project',
    body: updateBody,
    reply: { status: 200, description: 'As it is now.', schema: one },
    failures: missing,
  },
  deleteProject: {
    summary: 'Delete a project that has no flows',
    reply: { status: 200, description: 'It is gone.', schema: deletedReply },
    failures: { ...missing, 409: 'It has flows.' },
  },
} as const satisfies Readonly<Record<string, OperationSpec>>;

export const toProjectReply = (project: Project, client: string): z.infer<typeof projectReply> => ({
  ...recordHead(project, client),
  name: project.name,
  description: project.description ?? null,
});
