import { isKept, type KeptCheck } from '../domain/verification.ts';
import type { HostedEvent } from '../domain/webhook-delivery.ts';
import type { Verifications } from '../ports/verifications.ts';

/** The check that an event is about; undefined where it was erased. */
export async function readHostedSubject(
  { verifications }: { readonly verifications: Pick<Verifications, 'get'> },
  { tenantId, mode, subject }: HostedEvent,
): Promise<KeptCheck | undefined> {
  const found = await verifications.get({ tenantId, mode, id: subject });
  return found?.contract === 'hosted' && isKept(found) ? found : undefined;
}
