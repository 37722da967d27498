import { hostedOperations } from '../contracts/hosted/operations.ts';
import { type AskedApplicant, linkUrl, toApplicant, toView, toVisit } from '../contracts/hosted/session-replies.ts';
import { iso } from '../contracts/timestamp.ts';
import type { Caller } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import { resultOf } from '../domain/hosted-session.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { endpoint } from '../http/endpoint.ts';
import type { Digest } from '../ports/system.ts';
import type { Settings } from '../settings.ts';
import { giveConsent, type HandOff, handOff } from '../usecases/hosted-visit.ts';
import { type OpenedSession, type OpenHostedSession, openHostedSession } from '../usecases/open-hosted-session.ts';
import { type OpenHostedUpload, openHostedUpload } from '../usecases/open-hosted-upload.ts';
import { type ReadHostedSession, readHostedSession } from '../usecases/read-hosted-session.ts';

export type HostedSessionDeps = HandOff &
  OpenHostedSession &
  OpenHostedUpload &
  ReadHostedSession & { readonly digest: Digest; readonly settings: Settings };

/** Opens a session for what a call asks for, whether its address or its body says it. */
export async function openVisit(
  deps: OpenHostedSession,
  caller: Caller,
  asked: AskedApplicant & Parameters<typeof toVisit>[0],
): Promise<Result<OpenedSession, Failure>> {
  const applicant = toApplicant(asked);
  if (!applicant) return fail(failure('user_identifier_required', 'User identifier is required'));
  return openHostedSession(deps, caller, { applicant, ...toVisit(asked) });
}

/** Where a session is, as the page reads it. */
export async function viewOf(deps: HostedSessionDeps, caller: Caller) {
  const found = await readHostedSession(deps, caller);
  if (!found.ok) return found;
  const { result, ...view } = found.value;
  const told = result && {
    status: resultOf(result.verification.state),
    reasons: result.verification.outcome?.flags ?? [],
    ...(result.returnTo !== undefined && { returnTo: result.returnTo }),
  };
  const seen = { ...view, ...(told && { result: told }) };
  return ok({ tenant: view.tenant, reply: toView(seen, deps.clock.now(), deps.settings.hosted) });
}

/** What a person’s browser asks for around the page, and a partner’s server in its place. */
export function hostedSessions(deps: HostedSessionDeps) {
  return {
    openHostedSession: endpoint(hostedOperations.openHostedSession, async ({ caller, body, baseUrl }) => {
      const opened = await openVisit(deps, caller, body);
      if (!opened.ok) return opened;
      const { session, token, link } = opened.value;
      const reply = { url: linkUrl(baseUrl, link), session_token: token, expires_at: iso(session.expiresAt) };
      return ok({ status: 201, body: { ...reply, check_id: session.id } });
    }),
    readHostedSession: endpoint(hostedOperations.readHostedSession, async ({ caller }) => {
      const view = await viewOf(deps, caller);
      return view.ok ? ok({ status: 200, body: view.value.reply }) : view;
    }),
    giveConsent: endpoint(hostedOperations.giveConsent, async ({ caller, body, sourceIp }) => {
      const given = await giveConsent(deps, caller, { ...body, sourceIp });
      return given.ok ? ok({ status: 200, body: { given_at: iso(given.value.at) } }) : given;
    }),
    openHostedUpload: endpoint(hostedOperations.openHostedUpload, async ({ caller, body }) => {
      const { kind: slot, content_type: contentType, size } = body;
      const opened = await openHostedUpload(deps, caller, { slot, contentType, size });
      if (!opened.ok) return opened;
      const { post, maxBytes, expiresAt } = opened.value;
      return ok({
        status: 200,
        body: { url: post.url, fields: post.fields, max_bytes: maxBytes, expires_at: iso(expiresAt) },
      });
    }),
    handOff: endpoint(hostedOperations.handOff, async ({ caller, baseUrl }) => {
      const given = await handOff(deps, caller);
      if (!given.ok) return given;
      return ok({
        status: 200,
        body: { url: linkUrl(baseUrl, given.value.link), expires_at: iso(given.value.expiresAt) },
      });
    }),
  };
}
