import type { Realm } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import { save } from '../domain/login-records.ts';
import { type IdentityImage, idleUntil, type Leftover, type Person, type PersonDetails } from '../domain/person.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Media } from '../ports/media.ts';
import type { Faces } from '../ports/vision.ts';
import { type IndexPerson, indexPerson, type PreparedFace } from './index-person.ts';
import { changedMeanwhile, missing, newHead } from './login-records.ts';
import { usableCollection } from './manage-collections.ts';
import { type Picture, type PrepareFaces, prepareFaces } from './prepare-faces.ts';
import { readSingleFace } from './read-single-face.ts';

export interface UpdatePerson extends IndexPerson, PrepareFaces {
  readonly vision: Pick<Faces, 'readFace' | 'compare' | 'capabilities'>;
  readonly media: Pick<Media, 'put' | 'read' | 'delete'>;
}

export interface PersonChange extends Partial<PersonDetails> {
  /** In place of all that there are. */
  readonly images?: readonly Picture[];
  readonly collections?: readonly string[];
}

/** What is to become of a person's images: how they are listed, what has to be made findable, what has to go. */
interface Plan {
  readonly images: readonly IdentityImage[];
  readonly prepared: readonly PreparedFace[];
  readonly leftovers: readonly Leftover[];
}

/**
 * Changes what is given. Images that stay are embedded again where the models are newer than their template, or where an earlier
 * call ended half-way.
 */
export async function updatePerson(
  deps: UpdatePerson,
  realm: Realm,
  id: string,
  { images, collections, ...details }: PersonChange,
): Promise<Result<Person, Failure>> {
  const person = await deps.records.get(realm, 'person', id);
  if (!person || person.status === 'deleted') return fail(missing('person'));
  const wanted = await checkCollections(deps, realm, person, collections);
  if (!wanted.ok) return wanted;
  const plan = images
    ? await replaceImages(deps, realm, person, images, wanted.value)
    : await moveImages(deps, person, wanted.value);
  if (!plan.ok) return plan;
  const { prepared, leftovers } = plan.value;
  const still = prepared.length === 0 && leftovers.length === 0;
  const now = deps.clock.now();
  const next: Person = {
    ...person,
    ...details,
    collections: wanted.value,
    images: plan.value.images,
    leftovers,
    status: still ? 'active' : 'pending',
    updatedAt: now,
    wakeAt: idleUntil(now, deps.settings.retention.templateDays),
  };
  const written = await deps.records.commit(realm, [save('person', next)]);
  if (!written.ok) return fail(changedMeanwhile('person'));
  const kept = { ...next, revision: next.revision + 1 };
  return still ? ok(kept) : indexPerson(deps, realm, kept, prepared);
}

/** New ones must be usable; of the old ones those that were deleted meanwhile are dropped. */
async function checkCollections(
  deps: UpdatePerson,
  realm: Realm,
  person: Person,
  wanted = person.collections,
): Promise<Result<readonly string[], Failure>> {
  const usable: string[] = [];
  for (const id of wanted) {
    const collection = await usableCollection(deps, realm, id);
    if (collection.ok) usable.push(id);
    else if (!person.collections.includes(id)) return collection;
  }
  return ok(usable);
}

async function replaceImages(
  deps: UpdatePerson,
  realm: Realm,
  person: Person,
  pictures: readonly Picture[],
  collections: readonly string[],
): Promise<Result<Plan, Failure>> {
  const prepared = await prepareFaces(deps, realm, person.id, pictures, collections);
  if (!prepared.ok) return prepared;
  const leftovers = [...person.leftovers, ...person.images];
  return ok({ images: prepared.value.map(({ image }) => image), prepared: prepared.value, leftovers });
}

async function moveImages(
  deps: UpdatePerson,
  person: Person,
  collections: readonly string[],
): Promise<Result<Plan, Failure>> {
  const images: IdentityImage[] = [];
  const prepared: PreparedFace[] = [];
  const leftovers: Leftover[] = [...person.leftovers];
  for (const [place, image] of person.images.entries()) {
    const { id, modelSet, indexed } = image;
    const stale = modelSet !== deps.vision.capabilities.modelSet || person.status === 'pending';
    const into = stale
      ? collections
      : collections.filter((one) => !indexed.some(({ collection }) => collection === one));
    const stays = stale ? [] : indexed.filter(({ collection }) => collections.includes(collection));
    const goes = indexed.filter((one) => !stays.includes(one));
    if (goes.length > 0) leftovers.push({ id, modelSet, indexed: goes });
    // A new id: what is taken out under the old one must not take the new face along.
    const next = { ...image, ...(stale && { id: newHead(deps).id }), indexed: stays };
    if (into.length === 0 && !stale) {
      images.push(next);
      continue;
    }
    const bytes = await deps.media.read(image.key);
    if (!bytes) return fail(failure('conflict', `"images.${place}" was never kept; send the images again.`));
    const face = await readSingleFace(deps, { field: `images.${place}`, bytes });
    if (!face.ok) return face;
    const { template } = face.value;
    const known = { ...next, modelSet: template.modelSet };
    images.push({ ...known, indexed: [...stays, ...into.map((collection) => ({ collection }))] });
    prepared.push({ image: known, template, into });
  }
  return ok({ images, prepared, leftovers });
}
