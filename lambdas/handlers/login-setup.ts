import { systemDigest } from '../adapters/system.ts';
import { loginOperations } from '../contracts/login/operations.ts';
import { toProjectReply } from '../contracts/login/projects.ts';
import { toPage } from '../contracts/login/shapes.ts';
import type { Caller } from '../domain/caller.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { endpoint, type Reply } from '../http/endpoint.ts';
import { clientIdOf, type KeepsLoginRecords, missing } from '../usecases/login-records.ts';
import { createProject, deleteProject, updateProject } from '../usecases/manage-projects.ts';

const clientOf = ({ tenantId }: Caller): string => clientIdOf(systemDigest, tenantId);
const data = (data: unknown): Result<Reply, never> => ok({ status: 200, body: { data } });
const deleted = (id: string): Result<Reply, never> => data({ _id: id, deleted: true });

/** Projects, flows, collections and persons, as far as nobody looks at a face. */
export const loginSetup = (deps: KeepsLoginRecords) => ({
  createProject: endpoint(loginOperations.createProject, async ({ caller, body }) =>
    data(toProjectReply(await createProject(deps, caller, body), clientOf(caller))),
  ),
  listProjects: endpoint(loginOperations.listProjects, async ({ caller, query }) => {
    const { items, more } = await deps.records.list(caller, 'project', query);
    const rows = items.map((project) => toProjectReply(project, clientOf(caller)));
    return ok({ status: 200, body: toPage(rows, { ...query, more }) });
  }),
  readProject: endpoint(loginOperations.readProject, async ({ caller, params }) => {
    const project = await deps.records.get(caller, 'project', params.id ?? '');
    return project ? data(toProjectReply(project, clientOf(caller))) : fail(missing('project'));
  }),
  updateProject: endpoint(loginOperations.updateProject, async ({ caller, params, body }) => {
    const updated = await updateProject(deps, caller, params.id ?? '', body);
    return updated.ok ? data(toProjectReply(updated.value, clientOf(caller))) : updated;
  }),
  deleteProject: endpoint(loginOperations.deleteProject, async ({ caller, params }) => {
    const gone = await deleteProject(deps, caller, params.id ?? '');
    return gone.ok ? deleted(gone.value.id) : gone;
  }),
});
