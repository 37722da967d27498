import type { Realm } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import { remove, save } from '../domain/login-records.ts';
import type { ProjectFlow } from '../domain/project.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { redirectAllowed, type Thresholds } from '../domain/tenant.ts';
import type { Tenants } from '../ports/accounts.ts';
import { changedMeanwhile, changeRecord, type KeepsLoginRecords, missing, newHead } from './login-records.ts';
import { usableCollection } from './manage-collections.ts';

export interface ManageFlows extends KeepsLoginRecords {
  readonly tenants: Pick<Tenants, 'get'>;
  readonly settings: { readonly thresholds: Thresholds; readonly login: { readonly sessionTtlSeconds: number } };
}

type Fields = Omit<ProjectFlow, 'id' | 'createdAt' | 'updatedAt' | 'revision' | 'keptUntil' | 'project'>;

/** Where a flow points to: a collection that is there, and an address that the tenant sends people back to. */
async function checkTargets(
  deps: ManageFlows,
  realm: Realm,
  { assignedCollection, redirectUrl }: Partial<Fields>,
): Promise<Failure | undefined> {
  if (assignedCollection !== undefined) {
    const collection = await usableCollection(deps, realm, assignedCollection);
    if (!collection.ok) return collection.error;
  }
  if (redirectUrl === undefined) return undefined;
  const allowed = (await deps.tenants.get(realm.tenantId))?.settings.returnUrls ?? [];
  if (allowed.length === 0 || redirectAllowed(allowed, redirectUrl)) return undefined;
  const fieldErrors = { redirectUrl: ['must be one of the return addresses of the account'] };
  return failure('invalid_request', 'Invalid: redirectUrl.', { detail: { fieldErrors } });
}

export async function createFlow(
  deps: ManageFlows,
  realm: Realm,
  fields: Pick<ProjectFlow, 'project' | 'type' | 'name'> & Partial<Fields>,
): Promise<Result<ProjectFlow, Failure>> {
  const { records, settings, tenants } = deps;
  if (!(await records.get(realm, 'project', fields.project))) return fail(missing('project'));
  const refused = await checkTargets(deps, realm, fields);
  if (refused) return fail(refused);
  const own = (await tenants.get(realm.tenantId))?.settings.thresholds;
  const flow: ProjectFlow = {
    ...newHead(deps),
    status: 'draft',
    version: 1,
    configuration: '{}',
    steps: '[]',
    livenessMinScore: own?.liveness ?? settings.thresholds.liveness,
    searchMinScore: own?.search ?? settings.thresholds.search,
    sessionTtlSeconds: settings.login.sessionTtlSeconds,
    ...fields,
  };
  await records.commit(realm, [save('projectFlow', flow)]);
  return ok({ ...flow, revision: 1 });
}

export async function updateFlow(
  deps: ManageFlows,
  realm: Realm,
  id: string,
  fields: Partial<Fields>,
): Promise<Result<ProjectFlow, Failure>> {
  const refused = await checkTargets(deps, realm, fields);
  if (refused) return fail(refused);
  return changeRecord(deps, realm, 'projectFlow', id, (flow) => ok({ ...flow, ...fields }));
}

export async function deleteFlow(
  { records }: Pick<ManageFlows, 'records'>,
  realm: Realm,
  id: string,
): Promise<Result<ProjectFlow, Failure>> {
  const flow = await records.get(realm, 'projectFlow', id);
  if (!flow) return fail(missing('projectFlow'));
  const written = await records.commit(realm, [remove('projectFlow', flow)]);
  return written.ok ? ok(flow) : fail(changedMeanwhile('projectFlow'));
}
