import { hostedOperations } from '../contracts/hosted/operations.ts';
import { pageShell } from '../contracts/hosted/page-shell.ts';
import { failure } from '../domain/error.ts';
import type { HostedSession } from '../domain/hosted-session.ts';
import { fail, ok } from '../domain/result.ts';
import { readTheme, themeCss } from '../domain/theme.ts';
import { cookieOf } from '../http/cookies.ts';
import { endpoint, type Reply } from '../http/endpoint.ts';
import { cookieName } from '../http/hosted-gate.ts';
import type { Uploads } from '../ports/media.ts';
import type { SiteFiles } from '../ports/system.ts';
import type { Tokens } from '../ports/trust.ts';
import { type FollowLink, followLink } from '../usecases/hosted-visit.ts';
import { identifyVisitor } from '../usecases/identify-visitor.ts';
import { type HostedSessionDeps, openVisit, viewOf } from './hosted-sessions.ts';

export type HostedPageDeps = HostedSessionDeps &
  FollowLink & {
    readonly tokens: Tokens;
    readonly site: SiteFiles;
    readonly uploads: Pick<Uploads, 'origin'>;
  };

/**
 * P-06: to the page, without key or token in its address. Partitioned: in a frame the browser keeps it for that partner's site alone.
 */
function entered(session: HostedSession, token: string, baseUrl: string, now: number): Reply {
  const seconds = Math.max(0, Math.floor((session.expiresAt - now) / 1000));
  const away = baseUrl.startsWith('https:') ? 'SameSite=None; Secure; Partitioned' : 'SameSite=Lax';
  return {
    status: 303,
    body: '',
    contentType: 'text/plain',
    headers: { location: `/verif/?s=${session.id}`, 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' },
    cookies: [`${cookieName(session.id)}=${token}; Path=/; Max-Age=${seconds}; HttpOnly; ${away}`],
  };
}

/** The page, and the ways to it. */
export function hostedPage(deps: HostedPageDeps) {
  const { clock, random, site, uploads } = deps;
  return {
    openPage: endpoint(hostedOperations.openPage, async ({ caller, query, baseUrl, cookies, headers }) => {
      if (caller.keyType !== 'session') {
        const opened = await openVisit(deps, caller, query);
        return opened.ok ? ok(entered(opened.value.session, opened.value.token, baseUrl, clock.now())) : opened;
      }
      const { s, t } = query;
      if (s === undefined && t !== undefined) {
        const followed = await followLink(deps, caller, t);
        if (followed.ok) return ok(entered(followed.value.session, followed.value.token, baseUrl, clock.now()));
        // A person who opens the address again where it was used goes on there.
        const cookie = cookieOf({ cookies: [...cookies] }, cookieName(caller.keyId));
        const known = cookie === undefined ? followed : await identifyVisitor(deps, cookie, 'session');
        if (!known.ok || known.value.caller.keyId !== caller.keyId) return fail(followed.error);
        const location = `/verif/?s=${caller.keyId}`;
        return ok({ status: 303, body: '', contentType: 'text/plain', headers: { location } });
      }
      const view = await viewOf(deps, caller);
      if (!view.ok) return view;
      const { reply, tenant } = view.value;
      const { html, headers: policy } = pageShell({
        entry: site.entries.capture,
        nonce: random.base62(24),
        lang: reply.lang ?? headers['accept-language']?.split(/[,;]/)[0]?.trim() ?? 'en',
        title: reply.partner.name,
        themeCss: themeCss(readTheme(tenant.settings.theme)),
        withoutScripts: 'This page needs JavaScript to use your camera.',
        boot: reply,
        baseUrl,
        storageOrigin: await uploads.origin(),
        frameOrigins: tenant.settings.allowedOrigins ?? [],
      });
      return ok({ status: 200, body: html, headers: policy });
    }),
    readAsset: endpoint(hostedOperations.readAsset, async ({ params, headers }) => {
      const asset = await site.asset(params.file ?? '', headers['accept-encoding'] ?? '');
      if (!asset) return fail(failure('not_found', 'There is no such file.'));
      return ok({
        status: 200,
        body: asset.body,
        contentType: asset.contentType,
        headers: {
          'cache-control': 'public, max-age=31536000, immutable',
          vary: 'accept-encoding',
          'cross-origin-resource-policy': 'same-origin',
          ...(asset.encoding && { 'content-encoding': asset.encoding }),
        },
      });
    }),
  };
}
