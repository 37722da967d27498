import type { IndexedTemplate } from './evidence.ts';
import type { LoginRecord } from './login-records.ts';

/** People who can be found together. */
export interface Collection extends LoginRecord {
  readonly name: string;
  readonly description?: string;
  /** UUID. */
  readonly code: string;
  /** A deleted one stays as a name: nothing can be found in it. */
  readonly deleted: boolean;
}

/** A collection that knows a face, or is about to; `template` is what an engine that keeps faces itself knows it by. */
export interface IndexedIn {
  readonly collection: string;
  readonly template?: IndexedTemplate;
}

/** A picture of a person, and the collections that know the face in it. */
export interface IdentityImage {
  /** 24 hex digits. */
  readonly id: string;
  /** Of the picture, in the media. */
  readonly key: string;
  /** Of the template; a face of an older set is not found by a newer one. */
  readonly modelSet: string;
  readonly indexed: readonly IndexedIn[];
}

/** What an image left behind, until it is gone: the picture, where it has a key, and faces in collections. */
export type Leftover = Pick<IdentityImage, 'id' | 'modelSet' | 'indexed'> & { readonly key?: string };

/** What is said of somebody; `dateOfBirth` is YYYY-MM-DD. */
export interface PersonDetails {
  readonly name: string;
  readonly gender?: 'M' | 'F' | 'X';
  readonly dateOfBirth?: string;
  readonly nationality?: string;
  readonly notes?: string;
}

/**
 * Somebody who can be recognised. This record is the authority: a face that a search brings up counts only if its person still
 * lists the image and the collection.
 */
export interface Person extends LoginRecord, PersonDetails {
  /** `pending`: not every image is in every collection yet; `deleted`: on its way out, and nobody finds it any more. */
  readonly status: 'pending' | 'active' | 'deleted';
  /** Ids: where the person is to be found. */
  readonly collections: readonly string[];
  readonly images: readonly IdentityImage[];
  readonly leftovers: readonly Leftover[];
}

/** Until when somebody is kept whom nobody has seen since `seenAt` (K-13, C-14). */
export const idleUntil = (seenAt: number, templateDays: number): number => seenAt + templateDays * 86_400_000;

/** The id of a face in its collections: whose it is, then of which image. */
export const faceIdOf = (personId: string, imageId: string): string => personId + imageId;

export const personIdOf = (faceId: string): string => faceId.slice(0, 24);

/** Whether what a search in `collection` brought up is a face of this person, and still counts. */
export const countsAs = (person: Person, faceId: string, collection: string): boolean =>
  person.status !== 'deleted' &&
  person.collections.includes(collection) &&
  person.images.some(({ id }) => faceIdOf(person.id, id) === faceId);
