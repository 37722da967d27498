import { hostedOperations } from '../contracts/hosted/operations.ts';
import { toSettingsChange, toSettingsReply } from '../contracts/hosted/partner-settings.ts';
import { fileName, proofOf, readFileAddress, toCheck, toOpenCheck } from '../contracts/hosted/replies.ts';
import { iso } from '../contracts/timestamp.ts';
import { ok } from '../domain/result.ts';
import type { Tenant } from '../domain/tenant.ts';
import { endpoint } from '../http/endpoint.ts';
import type { Settings } from '../settings.ts';
import {
  deleteHostedCheck,
  type FindHostedFile,
  findHostedFile,
  type HostedChecks,
  readHostedCheck,
} from '../usecases/manage-hosted-checks.ts';
import { type PartnerSettings, readPartner, setPartnerSettings } from '../usecases/partner-settings.ts';
import { hostedTelling } from './hosted-records.ts';

export type HostedCheckDeps = HostedChecks &
  Omit<FindHostedFile, 'proofOf' | 'nameOf'> &
  PartnerSettings & { readonly settings: Settings };

/** What a partner asks of its checks, what it sets for them, and their files. */
export function hostedChecks(given: HostedCheckDeps) {
  const { clock, settings } = given;
  const deps: HostedCheckDeps & FindHostedFile = {
    ...given,
    proofOf: ({ fileSecret }, slot) => proofOf(hostedTelling, fileSecret, slot),
    nameOf: fileName,
  };
  const shown = (tenant: Tenant) => {
    const { thresholds, hosted } = settings;
    return toSettingsReply(tenant, { thresholds, retentionSeconds: hosted.retentionSeconds });
  };
  return {
    readHostedFile: endpoint(hostedOperations.readHostedFile, async ({ params, query }) => {
      const found = await findHostedFile(deps, readFileAddress(params.id ?? '', params.kind ?? '', query.t));
      if (!found.ok) return found;
      const headers = { location: found.value, 'referrer-policy': 'no-referrer' };
      return ok({ status: 302, body: '', contentType: 'text/plain', headers });
    }),
    readHostedCheck: endpoint(hostedOperations.readHostedCheck, async ({ caller, params }) => {
      const found = await readHostedCheck(deps, caller, params.id ?? '');
      if (!found.ok) return found;
      const body =
        'check' in found.value
          ? toCheck(found.value.check, hostedTelling)
          : toOpenCheck(found.value.session, clock.now());
      return ok({ status: 200, body });
    }),
    deleteHostedCheck: endpoint(hostedOperations.deleteHostedCheck, async ({ caller, params }) => {
      const id = params.id ?? '';
      const deleted = await deleteHostedCheck(deps, caller, id);
      if (!deleted.ok) return deleted;
      return ok({ status: 200, body: { check_id: id, deleted: true, deleted_at: iso(deleted.value) } });
    }),
    readPartnerSettings: endpoint(hostedOperations.readPartnerSettings, async ({ caller }) =>
      ok({ status: 200, body: shown(await readPartner(deps, caller)) }),
    ),
    setPartnerSettings: endpoint(hostedOperations.setPartnerSettings, async ({ caller, body }) => {
      const before = await readPartner(deps, caller);
      const set = await setPartnerSettings(deps, caller, toSettingsChange(body, before.settings));
      return set.ok ? ok({ status: 200, body: shown(set.value) }) : set;
    }),
  };
}
