import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Template } from '../../lambdas/domain/evidence.ts';
import { save } from '../../lambdas/domain/login-records.ts';
import { faceIdOf, type Person } from '../../lambdas/domain/person.ts';
import { settingsSchema } from '../../lambdas/settings.ts';
import { clearPerson } from '../../lambdas/usecases/clear-person.ts';
import { type CreatePerson, createPerson } from '../../lambdas/usecases/create-person.ts';
import { deletePerson } from '../../lambdas/usecases/delete-person.ts';
import { findPersons } from '../../lambdas/usecases/find-persons.ts';
import { createCollection, deleteCollection } from '../../lambdas/usecases/manage-collections.ts';
import { updatePerson } from '../../lambdas/usecases/update-person.ts';
import { drawn, drawnFaces } from '../support/drawn-faces.ts';
import { countedRandom, memoryCredits, movableClock } from '../support/memory.ts';
import { memoryGallery } from '../support/memory-gallery.ts';
import { memoryLogins } from '../support/memory-logins.ts';
import { memoryMedia } from '../support/memory-records.ts';

const realm = { tenantId: 'tn_1', mode: 'live' } as const;
const [ana, bea] = [40, 90];
const picture = (who: number, shade = 0) => ({ bytes: drawn(who, shade), type: 'image/jpeg' }) as const;

function world() {
  return {
    clock: movableClock(),
    random: countedRandom(),
    records: memoryLogins(memoryCredits()).records,
    media: memoryMedia(),
    gallery: memoryGallery(),
    vision: drawnFaces(),
    settings: settingsSchema.parse({}),
  };
}
type World = ReturnType<typeof world>;

/** The same world, whose process dies at the `at`-th write, before or after the write is done; it does nothing more. */
function dyingAt({ records, media, gallery, ...rest }: World, at: number, done: boolean) {
  let writes = 0;
  const mortal =
    <A extends unknown[], T>(write: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      writes += 1;
      if (writes > at || (writes === at && !done)) throw new Error('killed');
      const result = await write(...args);
      if (writes >= at) throw new Error('killed');
      return result;
    };
  return {
    ...rest,
    records: { ...records, commit: mortal(records.commit) },
    media: { ...media, put: mortal(media.put), delete: mortal(media.delete) },
    gallery: { ...gallery, put: mortal(gallery.put), delete: mortal(gallery.delete) },
    writes: () => writes,
  };
}

const everybody = async ({ records }: World): Promise<readonly Person[]> =>
  (await records.list(realm, 'person', { page: 1, perPage: 100 })).items;

const facesIn = ({ gallery }: World): string[] => [...gallery.indexes.values()].flatMap((index) => [...index.keys()]);

async function found(deps: World, collection: string, who: number): Promise<readonly string[]> {
  const probe: Template = { modelSet: deps.vision.modelSet, vector: Float32Array.of(who) };
  const persons = await findPersons(deps, realm, collection, probe);
  return persons.ok ? persons.value.filter(({ score }) => score > 0.9).map(({ person }) => person.name) : [];
}

/** What a crash or a race may leave: everything is named by a record, and goes with it. */
async function expectNothingLost(deps: World): Promise<void> {
  const persons = await everybody(deps);
  const named = persons.flatMap(({ id, images, leftovers }) =>
    [...images, ...leftovers].map((image) => ({ face: faceIdOf(id, image.id), key: image.key })),
  );
  for (const face of facesIn(deps)) expect(named.map((one) => one.face)).toContain(face);
  for (const key of deps.media.objects.keys()) expect(named.map((one) => one.key)).toContain(key);
  for (const { id } of persons) expect(await deletePerson(deps, realm, id)).toMatchObject({ ok: true });
  expect([facesIn(deps), [...deps.media.objects.keys()], await everybody(deps)]).toEqual([[], [], []]);
}

/** A person in one collection and not in another, before anything happens to them. */
async function settled() {
  const deps = world();
  const [first, second] = await Promise.all(['First', 'Second'].map((name) => createCollection(deps, realm, { name })));
  const ids = [first?.id ?? '', second?.id ?? ''] as const;
  const request = { name: 'Ana', images: [picture(ana), picture(ana, 1)], collections: [ids[0]] };
  const person = await createPerson(deps, realm, request);
  if (!person.ok) throw new Error(person.error.message);
  return { deps, ids, id: person.value.id };
}

type Call = (deps: CreatePerson & World, known: { id: string; ids: readonly [string, string] }) => Promise<unknown>;

const calls: Readonly<Record<string, Call>> = {
  'an enrolment': (deps, { ids }) =>
    createPerson(deps, realm, { name: 'Bea', images: [picture(bea), picture(bea, 1)], collections: ids }),
  'new images': (deps, { id }) => updatePerson(deps, realm, id, { images: [picture(bea)] }),
  'another collection': (deps, { id, ids }) => updatePerson(deps, realm, id, { collections: [ids[1]] }),
  'both at once': (deps, { id, ids }) => updatePerson(deps, realm, id, { collections: ids, images: [picture(bea)] }),
  'newer models': (deps, { id }) => {
    deps.vision.modelSet = 'drawn/2';
    return updatePerson(deps, realm, id, { notes: 'Read again.' });
  },
  'a deletion': (deps, { id }) => deletePerson(deps, realm, id),
};

describe('persons, whatever happens in between', () => {
  describe.each(Object.entries(calls))('%s', (_, run) => {
    test('V-46 a process that dies at any write leaves nothing that a deletion does not find', async () => {
      const { deps, ...known } = await settled();
      const counting = dyingAt(deps, Number.POSITIVE_INFINITY, true);
      await run({ ...deps, ...counting }, known);
      expect(counting.writes()).toBeGreaterThan(1);
      for (let at = 1; at <= counting.writes(); at++) {
        for (const done of [false, true]) {
          const { deps, ...known } = await settled();
          await expect(run({ ...deps, ...dyingAt(deps, at, done) }, known)).rejects.toThrow('killed');
          await expectNothingLost(deps);
        }
      }
    });

    test('V-46 the same call again, after a crash at any write, ends as if nothing had happened', async () => {
      const { deps: calm, ...before } = await settled();
      await run(calm, before);
      const wanted = async (deps: World, ids: readonly [string, string]) => [
        await found(deps, ids[0], ana),
        await found(deps, ids[0], bea),
        await found(deps, ids[1], ana),
        await found(deps, ids[1], bea),
      ];
      const expected = (await wanted(calm, before.ids)).map((names) => [...new Set(names)]);
      for (let at = 1; at <= 12; at++) {
        const { deps, ...known } = await settled();
        await run({ ...deps, ...dyingAt(deps, at, true) }, known).catch(() => undefined);
        // An enrolment that is repeated is a second person, unless the caller deletes the first.
        for (const { id, status, name } of await everybody(deps))
          if (name === 'Bea' && status === 'pending') await deletePerson(deps, realm, id);
        await run(deps, known);
        expect((await wanted(deps, known.ids)).map((names) => [...new Set(names)])).toEqual(expected);
        await expectNothingLost(deps);
      }
    });
  });

  test('V-46 calls that meet change one after the other, or not at all; nothing is lost between them', async () => {
    const names = Object.keys(calls).filter((name) => name !== 'newer models');
    const three = fc.array(fc.constantFrom(...names), { minLength: 2, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(three, fc.scheduler(), async (chosen, scheduler) => {
        const { deps, ...known } = await settled();
        const { records, media, gallery } = deps;
        const slow: World = {
          ...deps,
          records: {
            ...records,
            get: scheduler.scheduleFunction(records.get) as typeof records.get,
            commit: scheduler.scheduleFunction(records.commit),
          },
          media: {
            ...media,
            put: scheduler.scheduleFunction(media.put),
            delete: scheduler.scheduleFunction(media.delete),
          },
          gallery: {
            ...gallery,
            put: scheduler.scheduleFunction(gallery.put),
            delete: scheduler.scheduleFunction(gallery.delete),
          },
        };
        const all = Promise.all(chosen.map((name) => calls[name]?.(slow, known)));
        await scheduler.waitFor(all);
        await expectNothingLost(deps);
      }),
      { numRuns: 150 },
    );
  });

  test('V-46 templates of an older model set are not found until the person is changed', async () => {
    const { deps, id, ids } = await settled();
    deps.vision.modelSet = 'drawn/2';
    expect(await found(deps, ids[0], ana)).toEqual([]);
    const read = await updatePerson(deps, realm, id, { notes: 'Read again.' });
    expect(read).toMatchObject({ ok: true, value: { images: [{ modelSet: 'drawn/2' }, { modelSet: 'drawn/2' }] } });
    expect(await found(deps, ids[0], ana)).toEqual(['Ana']);
    expect(facesIn(deps)).toHaveLength(2);
    expect(deps.media.objects.size).toBe(2);
  });

  test('V-27 a collection that is deleted while somebody is enrolled in it fails the enrolment, and nothing stays', async () => {
    const { deps, ids } = await settled();
    const before = { faces: facesIn(deps), pictures: [...deps.media.objects.keys()] };
    const put: typeof deps.media.put = async (...args) => {
      await deleteCollection(deps, realm, ids[1]);
      return deps.media.put(...args);
    };
    const request = { name: 'Bea', images: [picture(bea)], collections: ids };
    const refused = await createPerson({ ...deps, media: { ...deps.media, put } }, realm, request);
    expect(refused).toMatchObject({ ok: false, error: { code: 'collection_not_configured' } });
    expect({ faces: facesIn(deps), pictures: [...deps.media.objects.keys()] }).toEqual(before);
    expect((await everybody(deps)).map(({ name }) => name)).toEqual(['Ana']);
  });

  test('K-13 C-14 whom nobody has seen for three years is forgotten; a login, or a change, begins them anew', async () => {
    const { deps, id, ids } = await settled();
    const days = (count: number) => deps.clock.move(count * 86_400_000);
    const due = async () => (await deps.records.due('person', deps.clock.now(), 9)).map((one) => one.id);
    days(1094);
    expect(await due()).toEqual([]);
    await updatePerson(deps, realm, id, { notes: 'Still with us.' });
    days(1);
    expect(await due()).toEqual([]);
    days(1000);
    const seen = { id, createdAt: 0, updatedAt: deps.clock.now(), revision: 0, keys: ['seen'], dropped: [] };
    await deps.records.commit(realm, [save('loginPictures', seen)]);
    days(94);
    expect(await due()).toEqual([id]);
    await clearPerson(deps, realm, id);
    expect([await due(), await found(deps, ids[0], ana)]).toEqual([[], ['Ana']]);
    days(1001);
    expect(await due()).toEqual([id]);
    await clearPerson(deps, realm, id);
    expect([facesIn(deps), [...deps.media.objects.keys()], await everybody(deps)]).toEqual([[], [], []]);
    await clearPerson(deps, realm, id);
  });

  test('V-46 a deletion that ended half-way is ended by the sweeper', async () => {
    const { deps, id } = await settled();
    await expect(deletePerson({ ...deps, ...dyingAt(deps, 2, false) }, realm, id)).rejects.toThrow('killed');
    expect(facesIn(deps)).toHaveLength(2);
    deps.clock.move(60_000);
    expect(await deps.records.due('person', deps.clock.now(), 9)).toMatchObject([{ id }]);
    await clearPerson(deps, realm, id);
    expect([facesIn(deps), [...deps.media.objects.keys()], await everybody(deps)]).toEqual([[], [], []]);
  });

  test('V-28 what a search brings up counts only as long as its person says so', async () => {
    const { deps, id, ids } = await settled();
    const person = await deps.records.get(realm, 'person', id);
    const [image] = person?.images ?? [];
    const strays = deps.gallery.indexes.get(`tn_1#live#${ids[1]}`);
    strays?.set(faceIdOf(id, image?.id ?? ''), { modelSet: 'drawn/1', vector: Float32Array.of(ana) });
    strays?.set('f'.repeat(48), { modelSet: 'drawn/1', vector: Float32Array.of(ana) });
    expect(await found(deps, ids[1], ana)).toEqual([]);
    expect(await found(deps, ids[0], ana)).toEqual(['Ana']);
  });
});
