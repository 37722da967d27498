/** People who are enrolled, or who log in: what is kept of them, and the faces to search among. */
import type { Realm } from '../domain/caller.ts';
import type { LedgerEntry } from '../domain/credits.ts';
import type { EnrolledUser, Enrolment, FrameMark, IssuedChallenge, UserRef } from '../domain/enrolment.ts';
import type { Template } from '../domain/evidence.ts';
import type { LoginChange, LoginKind, LoginRecordOf } from '../domain/login-records.ts';
import type { Result } from '../domain/result.ts';
import type { Mode } from '../domain/verification.ts';
import type { DomainEvent } from '../domain/webhook-delivery.ts';

/** What the login contract keeps, by kind and id, each realm apart. */
export interface LoginRecords {
  get<Kind extends LoginKind>(realm: Realm, kind: Kind, id: string): Promise<LoginRecordOf<Kind> | undefined>;
  /** Those that are there, in no order; at most 100 ids. */
  getAll<Kind extends LoginKind>(
    realm: Realm,
    kind: Kind,
    ids: readonly string[],
  ): Promise<readonly LoginRecordOf<Kind>[]>;
  /** One page of those that match, newest first; `page` counts from 1. Costs a read of all that are newer. */
  list<Kind extends LoginKind>(
    realm: Realm,
    kind: Kind,
    options: {
      readonly page: number;
      readonly perPage: number;
      readonly matches?: (record: LoginRecordOf<Kind>) => boolean;
      readonly oldestFirst?: boolean;
    },
  ): Promise<{ readonly items: readonly LoginRecordOf<Kind>[]; readonly more: boolean }>;
  /**
   * All changes, the movement of credits and the events that tell of them, or nothing. `changed`: a record is not the one that was
   * read, or the movement has been made before. Answers the ledger's row where credits moved.
   */
  commit(
    realm: Realm,
    changes: readonly LoginChange[],
    also?: {
      /** What they rest on, and do not write. */
      readonly unchanged?: readonly LoginChange[];
      readonly movement?: Omit<LedgerEntry, 'balance'>;
      /** They are due at `dueAt`, unless they are known to be published by then. */
      readonly told?: { readonly events: readonly DomainEvent[]; readonly dueAt: number };
    },
  ): Promise<Result<LedgerEntry | undefined, 'changed' | 'insufficient_credits'>>;
  /** Records of that kind that should have been looked at by `at`, oldest first. */
  due(kind: LoginKind, at: number, limit: number): Promise<readonly (Realm & { readonly id: string })[]>;
}

/** Events that were written together with what they tell of, until they are known to be published. */
export interface Outbox {
  due(at: number, limit: number): Promise<readonly DomainEvent[]>;
  /** Published: it is not due any more. */
  settle(event: DomainEvent): Promise<void>;
}

/** Users of the step-up contract: their enrolments, what was sent for them, what they were challenged to do. */
export interface Enrolments {
  /** Undefined for one who was never enrolled. */
  get(user: UserRef): Promise<EnrolledUser | undefined>;
  /** Writes enrolment and marks in one; false where the user is enrolled, or one of the frames was sent for them before. */
  put(user: UserRef, enrolment: Enrolment, marks: readonly FrameMark[]): Promise<boolean>;
  /** Forgets enrolment, marks and challenges; what is left says when. Answers undefined for one who was never enrolled. */
  erase(user: UserRef, at: number): Promise<EnrolledUser | undefined>;
  setTokensRevoked(user: UserRef, count: number): Promise<void>;
  marks(user: UserRef): Promise<readonly FrameMark[]>;
  putChallenge(user: UserRef, challenge: IssuedChallenge): Promise<void>;
  /** Takes a challenge for the attempt `by` names; undefined where there is none, or another attempt has taken it. */
  takeChallenge(user: UserRef, challengeId: string, by: string): Promise<IssuedChallenge | undefined>;
}

/** Face templates at rest, under a key of their tenant; bound to their owner, so that they cannot be moved to another one. */
export interface TemplateVault {
  /** A picture of a face is never kept: where the engine gives no templates away, it keeps faces itself for that owner. */
  seal(tenantId: string, owner: string, templates: readonly Template[]): Promise<string>;
  open(tenantId: string, owner: string, sealed: string): Promise<readonly Template[]>;
  /** Forgets what the engine itself keeps for that owner, if anything; what was sealed goes with the record that holds it. */
  forget(tenantId: string, owner: string): Promise<void>;
}

/** Faces that an engine keeps itself for an owner of templates: they do not end with the record that points to them. */
export interface KeptFaces extends Pick<TemplateVault, 'forget'> {
  /** Owners whose time is over, because nobody has opened what was sealed for so long. */
  due(at: number, limit: number): Promise<readonly { readonly tenantId: string; readonly owner: string }[]>;
}

/** The faces to search among: one index for each collection of a tenant and mode, none reaches beyond it. */
export interface GalleryRef {
  readonly tenantId: string;
  readonly mode: Mode;
  readonly collection: string;
}

/** A face of a collection: our id, and the template that `put` gave to keep. */
export interface KeptFace {
  readonly faceId: string;
  readonly template: Template;
}

/** What can be done with collections without looking at a face. */
export interface Collections {
  /** Makes room for a collection; harmless where it is there. */
  create(ref: GalleryRef): Promise<void>;
  drop(ref: GalleryRef): Promise<void>;
  /** Harmless where they, or the collection, are gone. */
  delete(ref: GalleryRef, faces: readonly KeptFace[]): Promise<void>;
}

export interface Gallery extends Collections {
  /**
   * Makes a face findable under its id from the next search on; answers the template to keep, undefined where there is no such
   * collection.
   */
  put(ref: GalleryRef, faceId: string, template: Template): Promise<Template | undefined>;
  /** The faces most like the probe, compared exactly, best first; undefined where there is no such collection. */
  search(
    ref: GalleryRef,
    probe: Template,
    limit: number,
  ): Promise<readonly { readonly faceId: string; readonly similarity: number }[] | undefined>;
}
