import { toCookie } from '../contracts/console/cookie.ts';
import { consoleOperations } from '../contracts/console/operations.ts';
import { pageShell } from '../contracts/hosted/page-shell.ts';
import { iso } from '../contracts/timestamp.ts';
import type { Caller } from '../domain/caller.ts';
import { ok } from '../domain/result.ts';
import type { Tenant } from '../domain/tenant.ts';
import { endpoint } from '../http/endpoint.ts';
import { consoleCookie } from '../http/gates.ts';
import type { Uploads } from '../ports/media.ts';
import type { Random, SiteFiles } from '../ports/system.ts';
import { type ConsoleSession, openConsoleSession } from '../usecases/console-session.ts';

interface Deps extends ConsoleSession {
  readonly random: Random;
  readonly uploads: Pick<Uploads, 'origin'>;
  readonly site: SiteFiles;
}

const toSession = ({ name, tenantId }: Tenant, { mode, reviewer }: Caller, expiresAt?: number) => ({
  account: name,
  tenantId,
  mode,
  keyHint: reviewer?.keyHint ?? '',
  name: reviewer?.name ?? '',
  ...(expiresAt !== undefined && { expiresAt: iso(expiresAt) }),
});

/** The console's page, and the session that its calls are made with. */
export function consolePage(deps: Deps) {
  const { clock, random, uploads, site, tenants } = deps;
  const entry = site.entries.console;
  if (!entry) throw new Error('The layer holds no console.');

  return {
    openConsole: endpoint(consoleOperations.openConsole, async () =>
      ok({ status: 303, body: '', headers: { location: '/console/' } }),
    ),
    showConsole: endpoint(consoleOperations.showConsole, async ({ baseUrl }) => {
      const { html, headers } = pageShell({
        entry,
        nonce: random.base62(24),
        lang: 'en',
        title: 'Selfsame console',
        withoutScripts: 'The console needs JavaScript.',
        boot: null,
        baseUrl,
        // Pictures come straight from storage; every address of it begins alike.
        mediaOrigin: await uploads.origin(),
      });
      return ok({
        status: 200,
        body: html,
        headers: { ...headers, 'x-frame-options': 'DENY' },
      });
    }),
    openConsoleSession: endpoint(consoleOperations.openConsoleSession, async ({ body, sourceIp, baseUrl }) => {
      const opened = await openConsoleSession(deps, { ...body, address: sourceIp });
      if (!opened.ok) return opened;
      const { token, tenant, caller, expiresAt } = opened.value;
      const seconds = Math.ceil((expiresAt - clock.now()) / 1000);
      const cookies = [toCookie(consoleCookie, token, seconds, baseUrl)];
      return ok({ status: 200, body: toSession(tenant, caller, expiresAt), cookies });
    }),
    closeConsoleSession: endpoint(consoleOperations.closeConsoleSession, async ({ baseUrl }) =>
      ok({ status: 204, body: '', cookies: [toCookie(consoleCookie, '', 0, baseUrl)] }),
    ),
    readConsoleSession: endpoint(consoleOperations.readConsoleSession, async ({ caller }) => {
      const tenant = await tenants.get(caller.tenantId);
      if (!tenant) throw new Error('A session without its tenant.');
      return ok({ status: 200, body: toSession(tenant, caller) });
    }),
  };
}
