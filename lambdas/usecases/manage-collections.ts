import type { Realm } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import { save } from '../domain/login-records.ts';
import type { Collection } from '../domain/person.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Collections, LoginRecords } from '../ports/people.ts';
import type { Random } from '../ports/system.ts';
import { changeRecord, type KeepsLoginRecords, missing, newHead } from './login-records.ts';

export interface ManageCollections extends KeepsLoginRecords {
  readonly gallery: Pick<Collections, 'create' | 'drop'>;
}

const galleryOf = ({ tenantId, mode }: Realm, collection: string) => ({ tenantId, mode, collection });

/** Random, RFC 9562 version 4. */
function uuid({ hex }: Random): string {
  const digits = hex(32);
  const variant = '89ab'[Number.parseInt(digits.charAt(16), 16) % 4];
  const parts = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
  ];
  return [...parts, digits.slice(20)].join('-');
}

/** A collection that persons can be put and looked for in. */
export async function usableCollection(
  { records }: { readonly records: Pick<LoginRecords, 'get'> },
  realm: Realm,
  id: string,
): Promise<Result<Collection, Failure>> {
  const collection = await records.get(realm, 'collection', id);
  if (!collection) return fail(missing('collection'));
  return collection.deleted
    ? fail(failure('collection_not_configured', 'The collection was deleted.'))
    : ok(collection);
}

/** The row first: whatever has no row could never be deleted again. A collection without its index is told as not configured. */
export async function createCollection(
  deps: ManageCollections,
  realm: Realm,
  fields: Pick<Collection, 'name' | 'description'>,
): Promise<Collection> {
  const collection = { ...newHead(deps), ...fields, code: uuid(deps.random), deleted: false };
  await deps.records.commit(realm, [save('collection', collection)]);
  await deps.gallery.create(galleryOf(realm, collection.id));
  return collection;
}

/** Makes its index again where a crash left it without one. */
export async function updateCollection(
  deps: ManageCollections,
  realm: Realm,
  id: string,
  fields: Partial<Pick<Collection, 'name' | 'description'>>,
): Promise<Result<Collection, Failure>> {
  const updated = await changeRecord(deps, realm, 'collection', id, (collection) =>
    collection.deleted
      ? fail(failure('collection_not_configured', 'The collection was deleted.'))
      : ok({ ...collection, ...fields }),
  );
  if (updated.ok) await deps.gallery.create(galleryOf(realm, id));
  return updated;
}

/** Marked first, so that nobody is put into what is about to go; deleting again does what a crash left undone. */
export async function deleteCollection(
  deps: ManageCollections,
  realm: Realm,
  id: string,
): Promise<Result<Collection, Failure>> {
  const marked = await changeRecord(deps, realm, 'collection', id, (collection) =>
    ok({ ...collection, deleted: true }),
  );
  if (marked.ok) await deps.gallery.drop(galleryOf(realm, id));
  return marked;
}
