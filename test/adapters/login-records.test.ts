import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Realm } from '../../lambdas/domain/caller.ts';
import { newRecord, remove, save } from '../../lambdas/domain/login-records.ts';
import type { Person } from '../../lambdas/domain/person.ts';
import type { LoginRecords } from '../../lambdas/ports/people.ts';
import { fresh, kinds, type Stores } from './stores.ts';

let drawn = 0;
const head = (at = 1000) => newRecord(at, String(++drawn).padStart(16, '0'));
const project = (at?: number, name = 'Shop') => ({ ...head(at), name });
const aRealm = (mode: Realm['mode'] = 'live'): Realm => ({ tenantId: fresh('tn'), mode });

describe.each(kinds)('records of logins in %s', (_, start) => {
  let stores: Stores;
  let records: LoginRecords;
  beforeAll(async () => {
    stores = await start();
    ({ records } = stores.logins);
  });
  afterAll(() => stores.stop());

  test('V-44 a record is written once, read, changed and deleted', async () => {
    const realm = aRealm();
    const made = project();
    expect(await records.commit(realm, [save('project', made)])).toEqual({ ok: true, value: undefined });
    expect(await records.get(realm, 'project', made.id)).toEqual({ ...made, revision: 1 });
    expect(await records.commit(realm, [save('project', made)])).toEqual({ ok: false, error: 'changed' });
    const renamed = { ...made, revision: 1, name: 'Store' };
    expect(await records.commit(realm, [save('project', renamed)])).toMatchObject({ ok: true });
    expect(await records.get(realm, 'project', made.id)).toEqual({ ...renamed, revision: 2 });
    expect(await records.commit(realm, [remove('project', renamed)])).toEqual({ ok: false, error: 'changed' });
    expect(await records.commit(realm, [remove('project', { ...renamed, revision: 2 })])).toMatchObject({ ok: true });
    expect(await records.get(realm, 'project', made.id)).toBeUndefined();
  });

  test('V-46 what is nested in a record comes back as it was', async () => {
    const realm = aRealm();
    const template = { modelSet: 'rekognition/1', collection: 'selfsame-x', faceId: 'f-1' };
    const image = {
      id: 'a',
      key: 'persons/x',
      modelSet: 'm/1',
      indexed: [{ collection: 'c' }, { collection: 'd', template }],
    };
    const person: Person = {
      ...head(),
      name: 'Ana',
      status: 'pending',
      collections: ['c', 'd'],
      images: [image],
      leftovers: [{ id: 'b', modelSet: 'm/1', indexed: [] }],
      wakeAt: 9_000_000_000_000,
    };
    await records.commit(realm, [save('person', person)]);
    expect(await records.get(realm, 'person', person.id)).toEqual({ ...person, revision: 1 });
    expect((await records.list(realm, 'person', { page: 1, perPage: 1 })).items).toEqual([{ ...person, revision: 1 }]);
  });

  test('V-46 of ten who write over one revision, or make one record, one does', async () => {
    const realm = aRealm();
    const made = project();
    const all = await Promise.all(Array.from({ length: 10 }, () => records.commit(realm, [save('project', made)])));
    expect(all.filter(({ ok }) => ok)).toHaveLength(1);
    const changes = Array.from({ length: 10 }, (_, nth) => ({ ...made, revision: 1, name: `by ${nth}` }));
    const written = await Promise.all(changes.map((change) => records.commit(realm, [save('project', change)])));
    expect(written.filter(({ ok }) => ok)).toHaveLength(1);
    const kept = await records.get(realm, 'project', made.id);
    expect(kept).toEqual({ ...changes[written.findIndex(({ ok }) => ok)], revision: 2 });
  });

  test('V-46 changes of one commit are all made, or none', async () => {
    const realm = aRealm();
    const [first, second] = [project(), project()];
    await records.commit(realm, [save('project', first)]);
    const both = [save('project', { ...first, revision: 1, name: 'New' }), save('project', { ...second, revision: 5 })];
    expect(await records.commit(realm, both)).toEqual({ ok: false, error: 'changed' });
    expect(await records.get(realm, 'project', first.id)).toMatchObject({ name: 'Shop', revision: 1 });
    expect(await records.get(realm, 'project', second.id)).toBeUndefined();
  });

  test('C-01 V-28 realms and kinds do not meet', async () => {
    const realm = aRealm();
    const made = project();
    await records.commit(realm, [save('project', made)]);
    for (const other of [aRealm(), { ...realm, mode: 'test' } as const]) {
      expect(await records.get(other, 'project', made.id)).toBeUndefined();
      expect(await records.getAll(other, 'project', [made.id])).toEqual([]);
      expect((await records.list(other, 'project', { page: 1, perPage: 9 })).items).toEqual([]);
    }
    expect(await records.get(realm, 'collection', made.id)).toBeUndefined();
    expect((await records.list(realm, 'collection', { page: 1, perPage: 9 })).items).toEqual([]);
  });

  test('V-48 many are read at once, each once; a hundred is the most', async () => {
    const realm = aRealm();
    const made = Array.from({ length: 100 }, () => project());
    for (let i = 0; i < made.length; i += 50)
      await records.commit(
        realm,
        made.slice(i, i + 50).map((one) => save('project', one)),
      );
    const ids = made.map(({ id }) => id);
    const found = await records.getAll(realm, 'project', [...ids, ...ids.slice(0, 3)]);
    expect(found.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    expect(await records.getAll(realm, 'project', ['f'.repeat(24)])).toEqual([]);
    expect(await records.getAll(realm, 'project', [])).toEqual([]);
    await expect(records.getAll(realm, 'project', [...ids, 'f'.repeat(24)])).rejects.toThrow('at once');
  });

  test('V-43 V-44 a list comes page by page, newest first or oldest first, of those that match', async () => {
    const realm = aRealm();
    const made = Array.from({ length: 230 }, (_, nth) => project(1000 + nth, nth % 3 === 0 ? 'third' : 'other'));
    for (let i = 0; i < made.length; i += 50)
      await records.commit(
        realm,
        made.slice(i, i + 50).map((one) => save('project', one)),
      );
    const times = async (options: Parameters<LoginRecords['list']>[2]) => {
      const { items, more } = await records.list(realm, 'project', options);
      return { times: items.map(({ createdAt }) => createdAt - 1000), more };
    };
    expect(await times({ page: 1, perPage: 3 })).toEqual({ times: [229, 228, 227], more: true });
    expect(await times({ page: 77, perPage: 3 })).toEqual({ times: [1, 0], more: false });
    expect(await times({ page: 78, perPage: 3 })).toEqual({ times: [], more: false });
    expect(await times({ page: 2, perPage: 2, oldestFirst: true })).toEqual({ times: [2, 3], more: true });
    const matches = ({ name }: { readonly name: string }) => name === 'third';
    const thirds = await records.list(realm, 'project', { page: 2, perPage: 70, matches });
    expect(thirds.items.map(({ createdAt }) => createdAt - 1000)).toEqual([18, 15, 12, 9, 6, 3, 0]);
    expect(thirds.more).toBe(false);
    expect((await records.list(realm, 'project', { page: 1, perPage: 77, matches })).more).toBe(false);
    expect((await records.list(realm, 'project', { page: 1, perPage: 76, matches })).more).toBe(true);
  });
});
