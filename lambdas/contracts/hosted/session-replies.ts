import type { Flag } from '../../domain/flags.ts';
import type { Applicant, HostedResult, HostedSession, HostedSlot } from '../../domain/hosted-session.ts';
import { consentVersion, filesUntil, hostedStatus } from '../../domain/hosted-session.ts';
import type { Tenant } from '../../domain/tenant.ts';
import { readTheme } from '../../domain/theme.ts';
import { iso } from '../timestamp.ts';
import type { ViewReply } from './schemas.ts';

export interface AskedApplicant {
  readonly user_identifier?: string;
  readonly user_id?: string;
  readonly user_email?: string;
  readonly user_phone?: string;
}

/** A field that says something; an empty one was left out. */
const said = (value: string | undefined): string | undefined => (value?.trim() ? value : undefined);

/** P-04: either name of it; with both, `user_identifier` counts. Undefined where there is none. */
export function toApplicant(asked: AskedApplicant): Applicant | undefined {
  const userIdentifier = said(asked.user_identifier) ?? said(asked.user_id);
  const [userEmail, userPhone] = [said(asked.user_email), said(asked.user_phone)];
  return userIdentifier === undefined
    ? undefined
    : { userIdentifier, ...(userEmail !== undefined && { userEmail }), ...(userPhone !== undefined && { userPhone }) };
}

/** P-08, and what the page is to speak. */
export function toVisit(asked: { readonly return_url?: string; readonly state?: string; readonly lang?: string }) {
  const [returnUrl, state, lang] = [said(asked.return_url), said(asked.state), said(asked.lang)];
  return {
    ...(returnUrl !== undefined && { returnUrl }),
    ...(state !== undefined && { state }),
    ...(lang !== undefined && { lang }),
  };
}

export const linkUrl = (baseUrl: string, link: string): string => `${baseUrl}/verif/?t=${encodeURIComponent(link)}`;

export function toView(
  {
    session,
    tenant,
    uploaded,
    result,
  }: {
    readonly session: HostedSession;
    readonly tenant: Pick<Tenant, 'name' | 'settings'>;
    readonly uploaded: Readonly<Record<HostedSlot, boolean>>;
    readonly result?: { readonly status: HostedResult; readonly reasons: readonly Flag[]; readonly returnTo?: string };
  },
  now: number,
  { backWanted, retentionSeconds }: { readonly backWanted: boolean; readonly retentionSeconds: number },
): ViewReply {
  const theme = readTheme(tenant.settings.theme);
  return {
    check_id: session.id,
    expires_at: iso(session.expiresAt),
    status: hostedStatus(session, now),
    ...(session.lang !== undefined && { lang: session.lang }),
    partner: { name: theme.name ?? tenant.name, theme: { ...theme } as ViewReply['partner']['theme'] },
    consent: { version: consentVersion, given: session.consent !== undefined },
    challenge: session.challenge.map((prompt) => ({ prompt })),
    uploads: uploaded,
    attempts_left: session.attemptsLeft,
    back_wanted: backWanted,
    // What people are told before they agree.
    retention_days: Math.ceil(filesUntil(0, retentionSeconds, tenant.settings.retentionDays) / 86_400_000),
    ...(result && {
      result: {
        status: result.status,
        reasons: [...result.reasons],
        ...(result.returnTo !== undefined && { redirect_url: result.returnTo }),
      },
    }),
  };
}
