import type { Verification } from '../domain/verification.ts';
import type { Media } from '../ports/media.ts';
import type { Deliveries, DeliveryQueue, Events, Jobs } from '../ports/messages.ts';
import type { KeptFaces, LoginRecords, Outbox } from '../ports/people.ts';
import type { Clock } from '../ports/system.ts';
import type { HostedSessions, Verifications } from '../ports/verifications.ts';
import { announce } from './announce.ts';
import { type ClearPerson, clearPerson } from './clear-person.ts';
import { clearSession } from './end-session.ts';
import { type GiveUpVerification, giveUpVerification } from './give-up-verification.ts';
import { forgetFiles, forgetSession } from './manage-hosted-checks.ts';
import { tellEvents } from './tell-events.ts';

export interface Sweep extends GiveUpVerification, Pick<ClearPerson, 'gallery'> {
  readonly clock: Clock;
  readonly jobs: Jobs;
  readonly media: Pick<Media, 'delete'>;
  readonly hostedSessions: Pick<HostedSessions, 'due' | 'get' | 'delete'>;
  readonly deliveries: Pick<Deliveries, 'due'>;
  readonly deliveryQueue: DeliveryQueue;
  readonly events: Events;
  readonly outbox: Outbox;
  readonly keptFaces: KeptFaces;
  readonly records: LoginRecords;
  readonly verifications: Pick<Verifications, 'get' | 'fail' | 'settle' | 'due' | 'expire' | 'postpone'>;
  readonly settings: ClearPerson['settings'] & { readonly jobs: { readonly giveUpAfterSeconds: number } };
}

const batch = 500;

interface Swept {
  readonly verifications: number;
  readonly visits: number;
  readonly sessions: number;
  readonly persons: number;
  readonly events: number;
  readonly deliveries: number;
  readonly keptFaces: number;
}

/**
 * Moves on what got stuck between two services: every hop that can lose a message leaves a due time behind.
 * @throws AggregateError once everything had its turn, where something could not be moved on; it stays due
 */
export async function sweep(deps: Sweep): Promise<Swept> {
  const { clock, hostedSessions, verifications, deliveries, deliveryQueue, keptFaces, outbox, records } = deps;
  const faults: unknown[] = [];
  // What is broken stays the oldest: it must not hold up what waits behind it, of other tenants mostly.
  const each = async <T>(refs: readonly T[], move: (ref: T) => Promise<void>): Promise<void> => {
    for (const ref of refs) await move(ref).catch((fault: unknown) => faults.push(fault));
  };
  const stuck = await verifications.due(clock.now(), batch);
  await each(stuck, async (ref) => {
    const found = await verifications.get(ref);
    if (found) await moveOn(deps, found);
  });
  const left = await hostedSessions.due(clock.now(), batch);
  await each(left, async (ref) => {
    const session = await hostedSessions.get(ref);
    if (session) await forgetSession(deps, session);
  });
  const over = await records.due('validation', clock.now(), batch);
  await each(over, ({ id, ...realm }) => clearSession(deps, realm, id));
  const forgotten = await records.due('person', clock.now(), batch);
  await each(forgotten, ({ id, ...realm }) => clearPerson(deps, realm, id));
  const untold = await outbox.due(clock.now(), batch);
  await each(untold, (event) => tellEvents(deps, [event]));
  const late = await deliveries.due(clock.now(), batch);
  await each(late, (ref) => deliveryQueue.send(ref, 0));
  const lapsed = await keptFaces.due(clock.now(), batch);
  await each(lapsed, ({ tenantId, owner }) => keptFaces.forget(tenantId, owner));
  if (faults.length > 0) throw new AggregateError(faults, `${faults.length} could not be moved on: ${faults[0]}`);
  return {
    verifications: stuck.length,
    visits: left.length,
    sessions: over.length,
    persons: forgotten.length,
    events: untold.length,
    deliveries: late.length,
    keptFaces: lapsed.length,
  };
}

async function moveOn(deps: Sweep, found: Verification): Promise<void> {
  const { clock, jobs, media, verifications, settings } = deps;
  const now = clock.now();
  // It was told with its record: what is due of it are its files.
  if (found.contract === 'hosted') return forgetFiles(deps, found);
  switch (found.state) {
    case 'created':
      if (found.contract === 'submission' && (await verifications.expire(found, now)))
        await media.delete(Object.values(found.uploads));
      return;
    case 'submitted':
    case 'processing': {
      const age = now - (found.submittedAt ?? found.createdAt);
      if (age > settings.jobs.giveUpAfterSeconds * 1000) return giveUpVerification(deps, found, 'time_out');
      await jobs.send(found);
      return verifications.postpone(found, now + settings.jobs.redriveAfterSeconds * 1000);
    }
    default:
      await announce(deps, found);
      return verifications.settle(found);
  }
}
