import type { Realm } from '../../lambdas/domain/caller.ts';
import type { LoginKind, LoginRecord, LoginRecordOf } from '../../lambdas/domain/login-records.ts';
import { fail, ok } from '../../lambdas/domain/result.ts';
import type { DomainEvent } from '../../lambdas/domain/webhook-delivery.ts';
import type { LoginRecords, Outbox } from '../../lambdas/ports/people.ts';
import type { MemoryCredits } from './memory.ts';

/** Records of logins, and the events that were written with them, as one store: a commit is all of it or nothing. */
export function memoryLogins(credits: MemoryCredits): { readonly records: LoginRecords; readonly outbox: Outbox } {
  const rows = new Map<string, { readonly realm: Realm; readonly kind: LoginKind; readonly record: LoginRecord }>();
  const events = new Map<string, { readonly event: DomainEvent; readonly dueAt: number }>();
  const keyOf = ({ tenantId, mode }: Realm, kind: LoginKind, id: string) => `${tenantId}#${mode}#${kind}#${id}`;
  const of = (realm: Realm, kind: LoginKind) =>
    [...rows.entries()].filter(([key]) => key.startsWith(keyOf(realm, kind, ''))).map(([, { record }]) => record);

  const records: LoginRecords = {
    async get<Kind extends LoginKind>(realm: Realm, kind: Kind, id: string) {
      return structuredClone(rows.get(keyOf(realm, kind, id))?.record) as LoginRecordOf<Kind> | undefined;
    },
    async getAll<Kind extends LoginKind>(realm: Realm, kind: Kind, ids: readonly string[]) {
      if (new Set(ids).size > 100) throw new RangeError(`${ids.length} records at once.`);
      const found = of(realm, kind).filter(({ id }) => ids.includes(id));
      return structuredClone(found) as LoginRecordOf<Kind>[];
    },
    async list<Kind extends LoginKind>(realm: Realm, kind: Kind, options: Parameters<LoginRecords['list']>[2]) {
      const { page, perPage, oldestFirst = false } = options;
      const matches = (options.matches ?? (() => true)) as (record: LoginRecordOf<Kind>) => boolean;
      const all = (of(realm, kind) as LoginRecordOf<Kind>[]).filter(matches);
      const sorted = all.toSorted((a, b) => (oldestFirst ? 1 : -1) * (a.createdAt - b.createdAt));
      const items = structuredClone(sorted.slice((page - 1) * perPage, page * perPage));
      return { items, more: sorted.length > page * perPage };
    },
    async commit(realm, changes, { unchanged = [], movement, told } = {}) {
      const all = [...changes, ...unchanged];
      const read = all.map(({ kind, record }) => rows.get(keyOf(realm, kind, record.id))?.record.revision ?? 0);
      if (all.some(({ record }, at) => record.revision !== read[at])) return fail('changed');
      if (movement) {
        const { items } = await credits.ledger(realm.tenantId);
        if (items.some(({ id }) => id === movement.id)) return fail('changed');
      }
      const posted = movement && credits.post(realm.tenantId, movement);
      if (posted && !posted.ok) return fail('insufficient_credits');
      for (const { kind, record, gone } of changes) {
        const key = keyOf(realm, kind, record.id);
        if (gone) rows.delete(key);
        else rows.set(key, { realm, kind, record: structuredClone({ ...record, revision: record.revision + 1 }) });
      }
      for (const event of told?.events ?? []) events.set(event.eventId, { event, dueAt: told?.dueAt ?? 0 });
      return ok(posted?.ok ? posted.value : undefined);
    },
    due: async (kind, at, limit) =>
      [...rows.values()]
        .filter((row) => row.kind === kind && row.record.wakeAt !== undefined && row.record.wakeAt <= at)
        .toSorted((a, b) => Number(a.record.wakeAt) - Number(b.record.wakeAt))
        .slice(0, limit)
        .map(({ realm: { tenantId, mode }, record: { id } }) => ({ tenantId, mode, id })),
  };

  const outbox: Outbox = {
    due: async (at, limit) =>
      [...events.values()]
        .filter(({ dueAt }) => dueAt <= at)
        .slice(0, limit)
        .map(({ event }) => event),
    async settle({ eventId }) {
      events.delete(eventId);
    },
  };
  return { records, outbox };
}
