import type { LoginPictures } from './login-pictures.ts';
import type { Collection, Person } from './person.ts';
import type { Project, ProjectFlow } from './project.ts';
import type { Identity, Validation } from './validation.ts';

/** What every record of the login contract has. Times are milliseconds since the epoch. */
export interface LoginRecord {
  /** 24 hex digits. */
  readonly id: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** 0: not written yet. A record is written over only where it still has the revision that was read. */
  readonly revision: number;
  /** After this moment it may be gone; absent: kept until it is deleted. */
  readonly keptUntil?: number;
  /** When the sweeper is to look at it; absent: never. */
  readonly wakeAt?: number;
}

/** Every kind of record, and what one holds. */
interface LoginKinds {
  readonly project: Project;
  readonly projectFlow: ProjectFlow;
  readonly collection: Collection;
  readonly person: Person;
  readonly validation: Validation;
  readonly identity: Identity;
  readonly loginPictures: LoginPictures;
}

export type LoginKind = keyof LoginKinds;
export type LoginRecordOf<Kind extends LoginKind> = LoginKinds[Kind];

/** One record to be written over what was read of it, or to be deleted. */
export type LoginChange = {
  readonly [Kind in LoginKind]: {
    readonly kind: Kind;
    readonly record: LoginRecordOf<Kind>;
    readonly gone: boolean;
  };
}[LoginKind];

export const save = <Kind extends LoginKind>(kind: Kind, record: LoginRecordOf<Kind>): LoginChange =>
  ({ kind, record, gone: false }) as LoginChange;

export const remove = <Kind extends LoginKind>(kind: Kind, record: LoginRecordOf<Kind>): LoginChange =>
  ({ kind, record, gone: true }) as LoginChange;

/**
 * The head of a new record. Its id is made as MongoDB makes them: the second of its birth, then what was drawn.
 * @param drawn 16 hex digits
 */
export const newRecord = (at: number, drawn: string): LoginRecord => ({
  id:
    Math.floor(at / 1000)
      .toString(16)
      .padStart(8, '0')
      .slice(-8) + drawn,
  createdAt: at,
  updatedAt: at,
  revision: 0,
});
