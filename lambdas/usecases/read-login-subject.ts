import type { Validation } from '../domain/validation.ts';
import type { LoginEvent } from '../domain/webhook-delivery.ts';
import type { LoginRecords } from '../ports/people.ts';
import type { Digest } from '../ports/system.ts';
import { clientIdOf } from './login-records.ts';

/** What is kept of what an event is about, for its webhook; undefined where it is gone. A comparison is about nothing that is kept. */
export async function readLoginSubject(
  { records, digest }: { readonly records: Pick<LoginRecords, 'get'>; readonly digest: Digest },
  { type, subject, tenantId, mode }: LoginEvent,
): Promise<{ readonly validation?: Validation; readonly client: string } | undefined> {
  const client = clientIdOf(digest, tenantId);
  if (type === 'face_verification_compare') return { client };
  const validation = await records.get({ tenantId, mode }, 'validation', subject);
  return validation && { validation, client };
}
