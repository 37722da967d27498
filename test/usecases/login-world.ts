import { type Face, type Measure, measured } from '../../lambdas/domain/evidence.ts';
import { save } from '../../lambdas/domain/login-records.ts';
import { faceIdOf, type Person } from '../../lambdas/domain/person.ts';
import { ok } from '../../lambdas/domain/result.ts';
import { partId, type Validation } from '../../lambdas/domain/validation.ts';
import type { Gallery } from '../../lambdas/ports/people.ts';
import type { Vision } from '../../lambdas/ports/vision.ts';
import { openValidation } from '../../lambdas/usecases/open-validation.ts';
import type { SentLook } from '../../lambdas/usecases/take-look.ts';
import { face } from '../support/evidence.ts';
import { aWorld } from './world.ts';

const head = (id: string) => ({ id, createdAt: 1, updatedAt: 1, revision: 0 });
export const flowId = 'f'.repeat(24);
const project = 'a'.repeat(24);
const collection = 'c'.repeat(24);
export const ana = '1'.repeat(24);
export const bea = '2'.repeat(24);

const aPerson = (id: string, name: string): Person => ({
  ...head(id),
  name,
  status: 'active',
  collections: [collection],
  images: [{ id, key: `persons/${id}`, modelSet: 'test/1', indexed: [{ collection }] }],
  leftovers: [],
});

/** A flow with Ana and Bea in its collection, eyes that see what is prepared, and a count of every look and search. */
export async function aLoginWorld() {
  const world = aWorld();
  const realm = world.caller();
  const counted = { looks: 0, searches: 0, pictures: 0 };
  const seen: { face: Face | undefined; liveness: Measure; found: { faceId: string; similarity: number }[] } = {
    face: face(),
    liveness: measured(0.9),
    found: [{ faceId: faceIdOf(ana, ana), similarity: 0.95 }],
  };
  const vision: Pick<Vision, 'readFace' | 'compare'> = {
    compare: async () => measured(0.95),
    async readFace() {
      counted.looks++;
      const one = seen.face && { ...seen.face, liveness: seen.liveness };
      return ok({ faces: one ? 1 : 0, ...(one && { face: one }), stages: {} });
    },
  };
  const gallery: Pick<Gallery, 'search' | 'put' | 'delete'> = {
    async search() {
      counted.searches++;
      return seen.found;
    },
    put: async (_, __, template) => template,
    delete: async () => undefined,
  };
  const media = {
    ...world.media,
    async put(key: string, bytes: Uint8Array, type: string) {
      counted.pictures++;
      await world.media.put(key, bytes, type);
    },
  };
  const flow = {
    ...head(flowId),
    project,
    type: 'login',
    status: 'active',
    version: 1,
    name: 'Login',
    configuration: '{}',
    steps: '[]',
    livenessMinScore: 0.55,
    searchMinScore: 0.85,
    assignedCollection: collection,
    sessionTtlSeconds: 600,
  } as const;
  const joining = { ...flow, ...head('e'.repeat(24)), type: 'onboarding' } as const;
  await world.records.commit(realm, [
    save('projectFlow', flow),
    save('projectFlow', joining),
    save('collection', { ...head(collection), name: 'People', code: 'x', deleted: false }),
    save('person', aPerson(ana, 'Ana')),
    save('person', aPerson(bea, 'Bea')),
  ]);
  // Ids of a validation's parts differ in their last digit.
  let drawn = 0;
  const random = { ...world.random, hex: (length: number) => `${++drawn}0`.padStart(length, '0') };
  const deps = { ...world, random, vision, gallery, media };

  /** Opens a session; answers who calls with its token. */
  const begin = async (change: Partial<Validation> & { readonly mode?: 'live' | 'test' } = {}) => {
    const { mode = 'live', type = 'login', ...rest } = change;
    const projectFlow = type === 'onboarding' ? joining.id : flowId;
    const wanted = { project, projectFlow, identifier: 'ana@example.com', type, ...rest };
    const as = world.caller({ mode });
    const opened = await openValidation(deps, as, wanted);
    if (!opened.ok) throw new Error(opened.error.message);
    const { id } = opened.value.validation;
    world.events.published.length = 0;
    return {
      id,
      caller: world.caller({ mode, keyType: 'session', keyId: partId(id, 'session') }),
      now: async () => (await world.records.get(as, 'validation', id)) as Validation,
    };
  };
  const sent = (change: Partial<Omit<SentLook, 'contentType'>> = {}) => ({
    image: new Uint8Array([1]),
    contentType: 'image/jpeg' as const,
    asOf: world.clock.now(),
    ...change,
  });
  const types = () => world.events.published.map(({ type }) => type).toSorted();
  return { ...deps, world, counted, seen, begin, sent, types, realm };
}
