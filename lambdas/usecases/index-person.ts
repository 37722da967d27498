import type { Realm } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import type { IndexedTemplate, Template } from '../domain/evidence.ts';
import { faceIdOf, type IdentityImage, type IndexedIn, type Person } from '../domain/person.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Media } from '../ports/media.ts';
import type { Gallery } from '../ports/people.ts';
import { clearLeftovers } from './clear-leftovers.ts';
import { changedMeanwhile, changeRecord, type KeepsLoginRecords } from './login-records.ts';

export interface IndexPerson extends KeepsLoginRecords {
  readonly media: Pick<Media, 'put' | 'delete'>;
  readonly gallery: Pick<Gallery, 'put' | 'delete'>;
  readonly settings: { readonly retention: { readonly templateDays: number } };
}

/** A face that is to be found: by its template, in collections; `picture` is there where it is not kept yet. */
export interface PreparedFace {
  readonly image: IdentityImage;
  readonly template: Template;
  readonly into: readonly string[];
  readonly picture?: { readonly bytes: Uint8Array; readonly type: string };
}

const keptOf = (template: Template): IndexedTemplate | undefined => ('faceId' in template ? template : undefined);

/** Keeps the picture, then makes its face findable; answers where it is now, without collections that are gone. */
async function place({ media, gallery }: IndexPerson, { tenantId, mode }: Realm, personId: string, face: PreparedFace) {
  const { image, picture, template, into } = face;
  if (picture) await media.put(image.key, picture.bytes, picture.type);
  const placed: IndexedIn[] = [];
  for (const collection of into) {
    const kept = await gallery.put({ tenantId, mode, collection }, faceIdOf(personId, image.id), template);
    const keeps = kept && keptOf(kept);
    if (kept) placed.push({ collection, ...(keeps && { template: keeps }) });
  }
  return { face, placed };
}

type Placed = Awaited<ReturnType<typeof place>>;

/**
 * Brings pictures and collections to what a person's record, written as pending before, already says; then the record says that it
 * is so. Whatever happens in between, the record names all that has to be deleted.
 */
export async function indexPerson(
  deps: IndexPerson,
  realm: Realm,
  pending: Person,
  prepared: readonly PreparedFace[],
): Promise<Result<Person, Failure>> {
  const all: Placed[] = [];
  for (const face of prepared) all.push(await place(deps, realm, pending.id, face));
  const gone = new Set(
    all.flatMap(({ face, placed }) => face.into.filter((id) => !placed.some(({ collection }) => collection === id))),
  );
  await clearLeftovers(deps, realm, pending.id, pending.leftovers);
  const done = await changeRecord(deps, realm, 'person', pending.id, (now) =>
    isSameWork(now, pending) ? ok(finished(now, all, gone)) : fail(changedMeanwhile('person')),
  );
  if (!done.ok) {
    await withdraw(deps, realm, pending.id, all);
    return fail(changedMeanwhile('person'));
  }
  return gone.size > 0 ? fail(failure('collection_not_configured', 'A collection was deleted meanwhile.')) : done;
}

/** Whether nobody has begun anything else since; that the person has logged in meanwhile does no harm. */
const isSameWork = (now: Person, pending: Person): boolean =>
  now.status === 'pending' &&
  idsOf(now.images) === idsOf(pending.images) &&
  idsOf(now.leftovers) === idsOf(pending.leftovers);

const idsOf = (all: readonly { readonly id: string }[]): string => all.map(({ id }) => id).join();

function finished(person: Person, all: readonly Placed[], gone: ReadonlySet<string>): Person {
  return {
    ...person,
    status: 'active',
    collections: person.collections.filter((id) => !gone.has(id)),
    images: person.images.map((image) => {
      const placed = all.find(({ face }) => face.image.id === image.id)?.placed ?? [];
      const indexed = [
        ...image.indexed.filter(({ collection }) => !placed.some((one) => one.collection === collection)),
        ...placed,
      ];
      return { ...image, indexed: indexed.filter(({ collection }) => !gone.has(collection)) };
    }),
    leftovers: [],
  };
}

/**
 * Somebody else has begun something with the person: what the record does not name would never be deleted again. One that is on its
 * way out names what its deletion may have passed already.
 */
async function withdraw(deps: IndexPerson, realm: Realm, personId: string, all: readonly Placed[]): Promise<void> {
  const now = await deps.records.get(realm, 'person', personId);
  const strays = all.map(({ face: { image, picture }, placed }) => {
    const named = now?.status === 'deleted' ? undefined : now?.images.find(({ id }) => id === image.id);
    const indexed = placed.filter((one) => !named?.indexed.some(({ collection }) => collection === one.collection));
    return { id: image.id, modelSet: image.modelSet, indexed, ...(!named && picture && { key: image.key }) };
  });
  await clearLeftovers(deps, realm, personId, strays);
}
