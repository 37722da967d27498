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

/** A picture of a person, and the collections that know the face in it. */
export interface IdentityImage {
  /** 24 hex digits; the face has it in every collection. */
  readonly id: string;
  /** Of the picture, in the media. */
  readonly key: string;
  /** Of the template; a face of an older set is not found by a newer one. */
  readonly modelSet: string;
  /** Ids of the collections; `reference` is the face's id in an engine that keeps faces itself. */
  readonly indexed: readonly { readonly collection: string; readonly reference?: string }[];
}

/** Somebody who can be recognised. */
export interface Person extends LoginRecord {
  readonly name: string;
  readonly gender?: string;
  readonly dateOfBirth?: string;
  readonly nationality?: string;
  readonly notes?: string;
  /** Ids: where the person is to be found. */
  readonly collections: readonly string[];
  readonly images: readonly IdentityImage[];
  /** Images that no longer count, until all of them is gone from the media and from every collection. */
  readonly leftovers: readonly IdentityImage[];
  /** On its way out: nobody finds the person any more. */
  readonly deleted: boolean;
}
