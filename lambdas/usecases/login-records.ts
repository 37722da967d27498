import type { Realm } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import { type LoginKind, type LoginRecord, type LoginRecordOf, newRecord, save } from '../domain/login-records.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { LoginRecords } from '../ports/people.ts';
import type { Clock, Digest, Random } from '../ports/system.ts';

/** What every use case that keeps something of a login needs. */
export interface KeepsLoginRecords {
  readonly clock: Clock;
  readonly random: Random;
  readonly records: LoginRecords;
}

/** The tenant's own id as the contract shows it. */
export const clientIdOf = (digest: Digest, tenantId: string): string =>
  digest.sha256(`client:${tenantId}`).slice(0, 24);

export const newHead = ({ clock, random }: Pick<KeepsLoginRecords, 'clock' | 'random'>): LoginRecord =>
  newRecord(clock.now(), random.hex(16));

/** A kind as people read it: `project flow`. */
const words = (kind: LoginKind): string => kind.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

export const missing = (kind: LoginKind): Failure => failure('not_found', `There is no such ${words(kind)}.`);

export const changedMeanwhile = (kind: LoginKind): Failure =>
  failure('conflict', `Others are changing this ${words(kind)} at the same time; try again.`);

/** Others that change the same record at the same time are waited for so often. */
const mostTries = 8;

/** Reads a record, changes it and writes it, again where somebody else wrote meanwhile; answers it as it is kept now. */
export async function changeRecord<Kind extends LoginKind>(
  { records, clock }: Pick<KeepsLoginRecords, 'records' | 'clock'>,
  realm: Realm,
  kind: Kind,
  id: string,
  change: (record: LoginRecordOf<Kind>) => Result<LoginRecordOf<Kind>, Failure>,
): Promise<Result<LoginRecordOf<Kind>, Failure>> {
  for (let tries = 0; tries < mostTries; tries++) {
    const found = await records.get(realm, kind, id);
    if (!found) return fail(missing(kind));
    const changed = change(found);
    if (!changed.ok) return changed;
    const next = { ...changed.value, updatedAt: clock.now() };
    const written = await records.commit(realm, [save(kind, next)]);
    if (written.ok) return ok({ ...next, revision: next.revision + 1 });
  }
  return fail(changedMeanwhile(kind));
}
