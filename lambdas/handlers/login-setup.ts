import { systemDigest } from '../adapters/system.ts';
import { toCollectionReply } from '../contracts/login/collections.ts';
import { toFlowFields, toFlowReply } from '../contracts/login/flows.ts';
import { loginOperations } from '../contracts/login/operations.ts';
import { toPersonReply } from '../contracts/login/persons.ts';
import { toProjectReply } from '../contracts/login/projects.ts';
import { toPage } from '../contracts/login/shapes.ts';
import type { Caller } from '../domain/caller.ts';
import type { Failure } from '../domain/error.ts';
import type { LoginKind, LoginRecordOf } from '../domain/login-records.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { endpoint, type Reply } from '../http/endpoint.ts';
import { type DeletePerson, deletePerson } from '../usecases/delete-person.ts';
import { clientIdOf, missing } from '../usecases/login-records.ts';
import {
  createCollection,
  deleteCollection,
  type ManageCollections,
  updateCollection,
} from '../usecases/manage-collections.ts';
import { createFlow, deleteFlow, type ManageFlows, updateFlow } from '../usecases/manage-flows.ts';
import { createProject, deleteProject, updateProject } from '../usecases/manage-projects.ts';

type ToReply<Kind extends LoginKind> = (record: LoginRecordOf<Kind>, client: string) => unknown;

export const clientOf = ({ tenantId }: Caller): string => clientIdOf(systemDigest, tenantId);

/** What reading, listing and answering one kind of record have in common. */
export function recordReplies<Kind extends LoginKind>(
  { records }: Pick<ManageFlows, 'records'>,
  kind: Kind,
  toReply: ToReply<Kind>,
) {
  const data = (caller: Caller, record: LoginRecordOf<Kind>): Result<Reply, never> =>
    ok({ status: 200, body: { data: toReply(record, clientOf(caller)) } });
  return {
    answer: (caller: Caller, outcome: Result<LoginRecordOf<Kind>, Failure>): Result<Reply, Failure> =>
      outcome.ok ? data(caller, outcome.value) : outcome,
    async read(caller: Caller, id: string | undefined): Promise<Result<Reply, Failure>> {
      const record = await records.get(caller, kind, id ?? '');
      return record ? data(caller, record) : fail(missing(kind));
    },
    async list(
      caller: Caller,
      { page, perPage }: { readonly page: number; readonly perPage: number },
      matches?: (record: LoginRecordOf<Kind>) => boolean,
    ): Promise<Result<Reply, never>> {
      const { items, more } = await records.list(caller, kind, { page, perPage, ...(matches && { matches }) });
      const rows = items.map((record) => toReply(record, clientOf(caller)));
      return ok({ status: 200, body: toPage(rows, { page, perPage, more }) });
    },
    deleted: (outcome: Result<LoginRecordOf<Kind>, Failure>): Result<Reply, Failure> =>
      outcome.ok ? ok({ status: 200, body: { data: { _id: outcome.value.id, deleted: true } } }) : outcome,
  };
}

/** Projects, flows, collections and persons, as far as nobody looks at a face. */
export function loginSetup(deps: ManageFlows & ManageCollections & DeletePerson) {
  const projects = recordReplies(deps, 'project', toProjectReply);
  const flows = recordReplies(deps, 'projectFlow', toFlowReply);
  const collections = recordReplies(deps, 'collection', toCollectionReply);
  const persons = recordReplies(deps, 'person', toPersonReply);
  return {
    createProject: endpoint(loginOperations.createProject, async ({ caller, body }) =>
      projects.answer(caller, ok(await createProject(deps, caller, body))),
    ),
    listProjects: endpoint(loginOperations.listProjects, ({ caller, query }) => projects.list(caller, query)),
    readProject: endpoint(loginOperations.readProject, ({ caller, params }) => projects.read(caller, params.id)),
    updateProject: endpoint(loginOperations.updateProject, async ({ caller, params, body }) =>
      projects.answer(caller, await updateProject(deps, caller, params.id ?? '', body)),
    ),
    deleteProject: endpoint(loginOperations.deleteProject, async ({ caller, params }) =>
      projects.deleted(await deleteProject(deps, caller, params.id ?? '')),
    ),

    createProjectFlow: endpoint(loginOperations.createProjectFlow, async ({ caller, body }) =>
      flows.answer(caller, await createFlow(deps, caller, toFlowFields(body))),
    ),
    listProjectFlows: endpoint(loginOperations.listProjectFlows, ({ caller, query }) => {
      const { where_project, where_status, where_type } = query;
      return flows.list(
        caller,
        query,
        ({ project, status, type }) =>
          (where_project ?? project) === project &&
          (where_status ?? status) === status &&
          (where_type ?? type) === type,
      );
    }),
    readProjectFlow: endpoint(loginOperations.readProjectFlow, ({ caller, params }) => flows.read(caller, params.id)),
    updateProjectFlow: endpoint(loginOperations.updateProjectFlow, async ({ caller, params, body }) =>
      flows.answer(caller, await updateFlow(deps, caller, params.id ?? '', toFlowFields(body))),
    ),
    deleteProjectFlow: endpoint(loginOperations.deleteProjectFlow, async ({ caller, params }) =>
      flows.deleted(await deleteFlow(deps, caller, params.id ?? '')),
    ),

    createCollection: endpoint(loginOperations.createCollection, async ({ caller, body }) =>
      collections.answer(caller, ok(await createCollection(deps, caller, body))),
    ),
    listCollections: endpoint(loginOperations.listCollections, ({ caller, query }) =>
      collections.list(caller, query, ({ deleted }) => !deleted),
    ),
    readCollection: endpoint(loginOperations.readCollection, ({ caller, params }) =>
      collections.read(caller, params.id),
    ),
    updateCollection: endpoint(loginOperations.updateCollection, async ({ caller, params, body }) =>
      collections.answer(caller, await updateCollection(deps, caller, params.id ?? '', body)),
    ),
    deleteCollection: endpoint(loginOperations.deleteCollection, async ({ caller, params }) =>
      collections.answer(caller, await deleteCollection(deps, caller, params.id ?? '')),
    ),

    listPersons: endpoint(loginOperations.listPersons, ({ caller, query }) => {
      const { collection, status } = query;
      return persons.list(
        caller,
        query,
        (person) =>
          person.status !== 'deleted' &&
          (status ?? person.status) === person.status &&
          (collection === undefined || person.collections.includes(collection)),
      );
    }),
    readPerson: endpoint(loginOperations.readPerson, async ({ caller, params }) => {
      const person = await deps.records.get(caller, 'person', params.id ?? '');
      const there = person && person.status !== 'deleted';
      return persons.answer(caller, there ? ok(person) : fail(missing('person')));
    }),
    deletePerson: endpoint(loginOperations.deletePerson, async ({ caller, params }) =>
      persons.deleted(await deletePerson(deps, caller, params.id ?? '')),
    ),
  };
}
