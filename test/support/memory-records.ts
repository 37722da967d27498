import { debitId, refundId } from '../../lambdas/domain/credits.ts';
import type { DocumentReading } from '../../lambdas/domain/evidence.ts';
import { fail, ok } from '../../lambdas/domain/result.ts';
import {
  type IdentityVerification,
  type QueuedVerification,
  type State,
  statesBefore,
  type Verification,
  type VerificationRef,
} from '../../lambdas/domain/verification.ts';
import type { Delivery, DomainEvent } from '../../lambdas/domain/webhook-delivery.ts';
import type { Media } from '../../lambdas/ports/media.ts';
import type { Deliveries, DeliveryQueue, DeliveryRef, Egress, Events, Jobs } from '../../lambdas/ports/messages.ts';
import type { KeptFaces } from '../../lambdas/ports/people.ts';
import type { Clock } from '../../lambdas/ports/system.ts';
import type { Readings, Verifications } from '../../lambdas/ports/verifications.ts';
import { type MemoryCredits, pageOf } from './memory.ts';

type Row<T> = { record: T; dueAt?: number };

const keyOf = ({ tenantId, mode, id }: VerificationRef): string => `${tenantId}#${mode}#${id}`;
const dueOf = <T>(rows: Iterable<Row<T>>, at: number, limit: number): T[] =>
  [...rows]
    .filter(({ dueAt }) => dueAt !== undefined && dueAt <= at)
    .sort((a, b) => Number(a.dueAt) - Number(b.dueAt))
    .slice(0, limit)
    .map(({ record }) => record);

export interface MemoryVerifications extends Verifications {
  /** Puts a verification there as it is. */
  readonly put: <V extends Verification>(verification: V, dueAt?: number) => V;
  /** Writes what `change` makes of one, at once; undefined from it leaves all as it was. */
  readonly rewrite: (
    ref: VerificationRef,
    change: (found: Verification) => Verification | undefined,
  ) => Verification | undefined;
}

export function memoryVerifications(credits: MemoryCredits): MemoryVerifications {
  const rows = new Map<string, Row<Verification>>();
  const subjects = new Map<string, string>();

  /** Moves a verification where its state allows it. */
  const move = (
    ref: VerificationRef,
    from: readonly State[],
    change: Partial<IdentityVerification>,
    dueAt?: number,
  ) => {
    const row = rows.get(keyOf(ref));
    if (!row || !from.includes(row.record.state)) return false;
    const record = { ...row.record, ...change } as Verification;
    rows.set(keyOf(ref), { record, ...(dueAt !== undefined && { dueAt }) });
    return true;
  };
  const get = (ref: VerificationRef): Verification | undefined => structuredClone(rows.get(keyOf(ref))?.record);
  const put: MemoryVerifications['put'] = (verification, dueAt) => {
    rows.set(keyOf(verification), { record: structuredClone(verification), ...(dueAt !== undefined && { dueAt }) });
    const { userRef } = verification.claims;
    if (userRef !== undefined) subjects.set(keyOf(verification), userRef);
    return verification;
  };

  return {
    put,
    rewrite(ref, change) {
      const found = get(ref);
      const next = found && change(found);
      return next && put(next);
    },
    async create(verification) {
      if (rows.has(keyOf(verification))) throw new Error('A verification id was drawn twice.');
      put(verification, verification.expiresAt);
    },
    get: async (ref) => get(ref),
    async submit(ref, submission, at, redriveAt) {
      const found = get(ref) as IdentityVerification | undefined;
      if (found?.state !== 'created' || found.expiresAt <= at) return fail('state');
      const change: Partial<IdentityVerification> = { state: 'submitted', submission, submittedAt: at };
      if (ref.mode === 'live') {
        const entry = { amount: -1, verificationId: ref.id, reason: 'verification', createdAt: at };
        const debit = credits.post(ref.tenantId, { id: debitId(ref.id), type: 'debit', ...entry });
        if (!debit.ok) return fail('insufficient_credits');
        Object.assign(change, { balanceAfter: debit.value.balance });
      }
      move(ref, statesBefore('submitted'), change, redriveAt);
      return ok(get(ref) as IdentityVerification);
    },
    async begin(ref, redriveAt) {
      const begun = move(ref, [...statesBefore('processing'), 'processing'], { state: 'processing' }, redriveAt);
      return begun ? (get(ref) as QueuedVerification) : undefined;
    },
    async countAttempt(ref) {
      const row = rows.get(keyOf(ref));
      if (!row || row.record.contract === 'step-up' || row.record.contract === 'hosted') return 0;
      row.record = { ...row.record, attempts: row.record.attempts + 1 };
      return row.record.attempts;
    },
    conclude: async (ref, outcome, at, redriveAt) =>
      move(ref, ['processing'], { state: outcome.decision, outcome, concludedAt: at }, redriveAt),
    async fail(ref, reason, at, redriveAt, details) {
      const found = get(ref);
      const charged = ref.mode === 'live' && !(found?.contract === 'document' && found.request.testMode);
      const reasons = details && { failureReasons: details };
      const change = { state: 'failed', failure: reason, ...reasons, concludedAt: at } as const;
      if (!move(ref, statesBefore('failed'), change, redriveAt)) return false;
      const entry = { amount: 1, verificationId: ref.id, reason, createdAt: at };
      if (charged) credits.post(ref.tenantId, { id: refundId(ref.id), type: 'refund', ...entry });
      return true;
    },
    expire: async (ref, at) => move(ref, statesBefore('expired'), { state: 'expired', concludedAt: at }),
    async settle(ref) {
      delete rows.get(keyOf(ref))?.dueAt;
    },
    async postpone(ref, redriveAt) {
      move(ref, ['submitted', 'processing'], {}, redriveAt);
    },
    due: async (at, limit) => dueOf(rows.values(), at, limit).map(({ tenantId, mode, id }) => ({ tenantId, mode, id })),
    async list(tenantId, mode, cursor) {
      const all = [...rows.values()].map(({ record }) => record);
      const own = all.filter((one) => one.tenantId === tenantId && one.mode === mode);
      return pageOf(
        own.sort((a, b) => b.createdAt - a.createdAt),
        cursor,
      );
    },
    byUserRef: async (tenantId, mode, userRef) =>
      [...rows]
        .filter(
          ([key, { record }]) => record.tenantId === tenantId && record.mode === mode && subjects.get(key) === userRef,
        )
        .map(([, { record }]) => structuredClone(record)),
    async redact(verification, at) {
      const row = rows.get(keyOf(verification));
      if (!row || !statesBefore('redacted').includes(row.record.state)) {
        throw new Error('A verification changed while it was redacted.');
      }
      const erased = { state: 'redacted', redactedFrom: row.record.state, claims: {}, redactedAt: at };
      const kept = Object.entries(row.record).filter(
        ([name]) => !['submission', 'stepUp', 'hosted', 'outcome', 'claim', 'review'].includes(name),
      );
      rows.set(keyOf(verification), { record: { ...Object.fromEntries(kept), ...erased } as unknown as Verification });
      subjects.delete(keyOf(verification));
    },
  };
}

export function memoryReadings(clock: Clock): Readings {
  const kept = new Map<string, { reading: DocumentReading; until: number }>();
  return {
    async get(ref, slot) {
      const found = kept.get(`${keyOf(ref)}#${slot}`);
      return found && found.until > clock.now() ? found.reading : undefined;
    },
    async put(ref, slot, reading, until) {
      kept.set(`${keyOf(ref)}#${slot}`, { reading, until });
    },
  };
}

/** Objects by key, to be filled by the test. */
export function memoryMedia(): Media & { readonly objects: Map<string, Uint8Array> } {
  const objects = new Map<string, Uint8Array>();
  return {
    objects,
    size: async (key) => objects.get(key)?.length,
    read: async (key) => objects.get(key),
    async put(key, bytes) {
      objects.set(key, bytes);
    },
    async delete(keys) {
      for (const key of keys) objects.delete(key);
    },
  };
}

export function memoryJobs(): Jobs & { readonly sent: VerificationRef[] } {
  const sent: VerificationRef[] = [];
  return {
    sent,
    async send({ tenantId, mode, id }) {
      sent.push({ tenantId, mode, id });
    },
  };
}

export function memoryEvents(): Events & { readonly published: DomainEvent[] } {
  const published: DomainEvent[] = [];
  return {
    published,
    async publish(event) {
      published.push(event);
    },
  };
}

export function memoryDeliveryQueue(): DeliveryQueue & { readonly sent: { ref: DeliveryRef; delaySeconds: number }[] } {
  const sent: { ref: DeliveryRef; delaySeconds: number }[] = [];
  return {
    sent,
    async send(ref, delaySeconds) {
      sent.push({ ref, delaySeconds });
    },
  };
}

/** Owners by the time at which they lapse. */
export function memoryKeptFaces(): KeptFaces & { readonly kept: Map<string, number> } {
  const kept = new Map<string, number>();
  return {
    kept,
    async due(at) {
      return [...kept].filter(([, until]) => until <= at).map(([owner]) => ({ tenantId: 'ten', owner }));
    },
    async forget(_, owner) {
      kept.delete(owner);
    },
  };
}

export function memoryDeliveries(): Deliveries {
  const rows = new Map<string, Row<Delivery>>();
  const at = ({ tenantId, mode, deliveryId }: DeliveryRef): string => `${tenantId}#${mode}#${deliveryId}`;
  const refOf = ({ deliveryId, event: { tenantId, mode } }: Delivery): DeliveryRef => ({ tenantId, mode, deliveryId });
  const get = (ref: DeliveryRef): Delivery | undefined => {
    const row = rows.get(at(ref));
    if (!row) return undefined;
    const { dueAt: _, ...rest } = row.record;
    return structuredClone({ ...rest, ...(row.dueAt !== undefined && { dueAt: row.dueAt }) });
  };
  return {
    get: async (ref) => get(ref),
    async open(delivery) {
      const key = at(refOf(delivery));
      if (!rows.has(key)) {
        rows.set(key, { record: delivery, ...(delivery.dueAt !== undefined && { dueAt: delivery.dueAt }) });
      }
      return get(refOf(delivery)) as Delivery;
    },
    async claim(delivery, now, leaseUntil) {
      const row = rows.get(at(refOf(delivery)));
      const same = row?.record.attempts.length === delivery.attempts.length;
      if (row?.record.status !== 'pending' || Number(row.dueAt) > now || !same) return false;
      row.dueAt = leaseUntil;
      return true;
    },
    async record(delivery, attempt, step) {
      const row = rows.get(at(refOf(delivery)));
      if (row?.record.attempts.length !== delivery.attempts.length) return;
      row.record = { ...row.record, status: step.status, attempts: [...row.record.attempts, attempt] };
      if (step.status === 'pending') row.dueAt = step.dueAt;
      else delete row.dueAt;
    },
    async reopen(ref, dueAt) {
      const row = rows.get(at(ref));
      if (!row) return;
      row.record = { ...row.record, status: 'pending' };
      row.dueAt = dueAt;
    },
    due: async (now, limit) => dueOf(rows.values(), now, limit).map(refOf),
    async list(tenantId, mode, { verificationId, status, since = 0, until = Number.POSITIVE_INFINITY }, cursor) {
      const own = [...rows.values()]
        .map(({ record }) => get(refOf(record)) as Delivery)
        .filter(({ event }) => event.tenantId === tenantId && event.mode === mode)
        .filter(({ event }) => verificationId === undefined || event.subject === verificationId)
        .filter((one) => status === undefined || one.status === status)
        .filter(({ createdAt }) => createdAt >= since && createdAt < until);
      return pageOf(
        own.sort((a, b) => b.createdAt - a.createdAt),
        cursor,
      );
    },
  };
}

export interface Posted {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An outside that answers what was prepared, call by call, and throws on one call more. */
export function scriptedEgress(
  ...answers: Awaited<ReturnType<Egress['post']>>[]
): Egress & { readonly posted: Posted[] } {
  const posted: Posted[] = [];
  return {
    posted,
    async post(url, headers, body) {
      const answer = answers[posted.push({ url, headers, body }) - 1];
      if (!answer) throw new Error(`Nothing was prepared for call ${posted.length} to ${url}.`);
      return answer;
    },
  };
}
