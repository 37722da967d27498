import type { Realm } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import { remove, save } from '../domain/login-records.ts';
import type { Project } from '../domain/project.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { changedMeanwhile, changeRecord, type KeepsLoginRecords, missing, newHead } from './login-records.ts';

export async function createProject(
  deps: KeepsLoginRecords,
  realm: Realm,
  fields: Pick<Project, 'name' | 'description'>,
): Promise<Project> {
  const project = { ...newHead(deps), ...fields };
  await deps.records.commit(realm, [save('project', project)]);
  return project;
}

export const updateProject = (
  deps: KeepsLoginRecords,
  realm: Realm,
  id: string,
  fields: Partial<Pick<Project, 'name' | 'description'>>,
): Promise<Result<Project, Failure>> =>
  changeRecord(deps, realm, 'project', id, (project) => ok({ ...project, ...fields }));

export async function deleteProject(
  { records }: KeepsLoginRecords,
  realm: Realm,
  id: string,
): Promise<Result<Project, Failure>> {
  const project = await records.get(realm, 'project', id);
  if (!project) return fail(missing('project'));
  const flows = await records.list(realm, 'projectFlow', {
    page: 1,
    perPage: 1,
    matches: (flow) => flow.project === id,
  });
  if (flows.items.length > 0) return fail(failure('conflict', 'The project has flows; delete them first.'));
  const written = await records.commit(realm, [remove('project', project)]);
  return written.ok ? ok(project) : fail(changedMeanwhile('project'));
}
