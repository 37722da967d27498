import { consoleOperations } from '../contracts/console/operations.ts';
import { toDelivery, toDetail, toRow, toSettings, type Viewer } from '../contracts/console/replies.ts';
import { toSettingsChange } from '../contracts/hosted/partner-settings.ts';
import { toLedgerEntry } from '../contracts/platform/replies.ts';
import type { Caller } from '../domain/caller.ts';
import { ok } from '../domain/result.ts';
import type { Tenant } from '../domain/tenant.ts';
import type { State, Verification } from '../domain/verification.ts';
import { endpoint } from '../http/endpoint.ts';
import type { Deliveries } from '../ports/messages.ts';
import type { Page } from '../ports/verifications.ts';
import type { Settings } from '../settings.ts';
import {
  type LookUp,
  listReviews,
  lookUpVerification,
  searchVerifications,
} from '../usecases/look-up-verifications.ts';
import { type ManageDeliveries, replayDelivery } from '../usecases/manage-deliveries.ts';
import { type PartnerSettings, readPartner, setPartnerSettings } from '../usecases/partner-settings.ts';

interface Deps extends Omit<LookUp, 'deliveries'>, Omit<ManageDeliveries, 'deliveries'>, PartnerSettings {
  readonly deliveries: Deliveries;
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
  const settingsOf = (tenant: Tenant) => {
    const { thresholds, hosted } = deps.settings;
    return toSettings(tenant, { thresholds, retentionSeconds: hosted.retentionSeconds });
  };
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
      return ok({ status: 200, body: settingsOf(await readPartner(deps, caller)) });
    }),
    changeSettings: endpoint(consoleOperations.changeSettings, async ({ caller, body }) => {
      const before = await readPartner(deps, caller);
      const changed = await setPartnerSettings(deps, caller, toSettingsChange(body, before.settings));
      return changed.ok ? ok({ status: 200, body: settingsOf(changed.value) }) : changed;
    }),
  };
}
