import { consoleOperations } from '../contracts/console/operations.ts';
import { toDelivery, toDetail, toRow, toSettings, type Viewer } from '../contracts/console/replies.ts';
import { toLedgerEntry } from '../contracts/platform/replies.ts';
import type { Caller } from '../domain/caller.ts';
import { ok } from '../domain/result.ts';
import type { State, Verification } from '../domain/verification.ts';
import { endpoint } from '../http/endpoint.ts';
import type { Credits, Deliveries, Page, Tenants } from '../ports.ts';
import type { Settings } from '../settings.ts';
import {
  type LookUp,
  listReviews,
  lookUpVerification,
  searchVerifications,
} from '../usecases/look-up-verifications.ts';
import { type ManageDeliveries, replayDelivery } from '../usecases/manage-deliveries.ts';

interface Deps extends Omit<LookUp, 'deliveries'>, Omit<ManageDeliveries, 'deliveries'> {
  readonly deliveries: Deliveries;
  readonly credits: Pick<Credits, 'balance' | 'ledger'>;
  readonly tenants: Pick<Tenants, 'get'>;
  readonly settings: Settings;
}

export const viewerOf = ({ clock }: Pick<Deps, 'clock'>, { reviewer }: Caller): Viewer => ({
  reviewer,
  now: clock.now(),
});

const paged = <T, U>({ items, cursor }: Page<T>, map: (item: T) => U) =>
  ok({ status: 200, body: { items: items.map(map), ...(cursor !== undefined && { cursor }) } });

/** What people look at: verifications, what was told of them, credits and settings; of the session's own realm alone. */
export function consoleViews(deps: Deps) {
  const rows = (caller: Caller, page: Page<Verification>) => {
    const viewer = viewerOf(deps, caller);
    return paged(page, (one) => toRow(one, viewer));
  };

  return {
    searchVerifications: endpoint(consoleOperations.searchVerifications, async ({ caller, query }) => {
      const { state, ...rest } = query;
      const search = { ...rest, ...(state !== undefined && { state: state as State }) };
      return rows(caller, await searchVerifications(deps, caller, search));
    }),
    showVerification: endpoint(consoleOperations.showVerification, async ({ caller, params }) => {
      const found = await lookUpVerification(deps, caller, params.id ?? '');
      if (!found.ok) return found;
      const { verification, deliveries, media } = found.value;
      const body = toDetail(verification, deliveries, [...media], viewerOf(deps, caller));
      return ok({ status: 200, body });
    }),
    listReviews: endpoint(consoleOperations.listReviews, async ({ caller, query }) =>
      rows(caller, await listReviews(deps, { tenantId: caller.tenantId, mode: caller.mode }, query.cursor)),
    ),
    listConsoleDeliveries: endpoint(consoleOperations.listConsoleDeliveries, async ({ caller, query }) => {
      const { status, cursor } = query;
      const page = await deps.deliveries.list(caller.tenantId, caller.mode, { ...(status && { status }) }, cursor);
      return paged(page, toDelivery);
    }),
    replayConsoleDelivery: endpoint(consoleOperations.replayConsoleDelivery, async ({ caller, params }) => {
      const replayed = await replayDelivery(deps, caller, params.deliveryId ?? '');
      return replayed.ok ? ok({ status: 202, body: toDelivery(replayed.value) }) : replayed;
    }),
    showCredits: endpoint(consoleOperations.showCredits, async ({ caller, query }) => {
      const [balance, { items, cursor }] = await Promise.all([
        deps.credits.balance(caller.tenantId),
        deps.credits.ledger(caller.tenantId, query.cursor),
      ]);
      return ok({ status: 200, body: { balance, items: items.map(toLedgerEntry), ...(cursor && { cursor }) } });
    }),
    showSettings: endpoint(consoleOperations.showSettings, async ({ caller }) => {
      const tenant = await deps.tenants.get(caller.tenantId);
      if (!tenant) throw new Error('A session without its tenant.');
      return ok({ status: 200, body: toSettings(tenant, deps.settings.thresholds) });
    }),
  };
}
