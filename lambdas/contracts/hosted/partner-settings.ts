import * as z from 'zod';
import type { Tenant, TenantSettings, Thresholds } from '../../domain/tenant.ts';
import { copyKeys, fontNames } from '../../domain/theme.ts';
import { text } from '../printable-text.ts';
import { reviewBelowApprove, thresholdShape } from '../thresholds.ts';

/** P-52: what a partner sets of its pages and checks, one value with the operator's settings of the account. */
const share = z.number().min(0).max(1);
const colour = z.string().regex(/^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i, 'must be a colour such as #0a5 or #00aa55');

/** 64 KB of picture, in base64. */
const longestLogo = 4 * Math.ceil((64 * 1024) / 3) + 64;
const logo = z
  .string()
  .max(longestLogo, 'must have at most 64 KB')
  .regex(
    /^data:image\/(?:png|jpeg|webp);base64,[A-Za-z0-9+/]+={0,2}$/,
    'must be a data: address of a PNG, JPEG or WebP: pages fetch nothing from other hosts',
  );

const theme = z
  .strictObject({
    name: text(80).exactOptional(),
    logo: logo.exactOptional(),
    colours: z
      .strictObject({
        primary: colour.exactOptional(),
        background: colour.exactOptional(),
        text: colour.exactOptional(),
      })
      .exactOptional(),
    font: z.enum(fontNames).exactOptional(),
    copy: z.partialRecord(z.enum(copyKeys), text(600)).exactOptional(),
  })
  .meta({ id: 'HostedTheme', description: 'Colours are moved until they can be read on each other.' });

const thresholds = thresholdShape.omit({ search: true }).refine(...reviewBelowApprove);

const webAddress = z.url({ protocol: /^https?$/ }).max(2048);

export const settingsBody = z
  .strictObject({
    webhook_url: z.string().max(2048).nullable().exactOptional(),
    return_urls: z.array(webAddress).max(50).nullable().exactOptional().meta({
      description: 'Addresses that people may be sent back to; one that ends at its host stands for all of its paths.',
    }),
    theme: theme.nullable().exactOptional(),
    thresholds: thresholds.nullable().exactOptional(),
    retention_days: z.number().int().min(1).nullable().exactOptional(),
  })
  .meta({ id: 'PartnerSettingsRequest' });

export const settingsReply = z
  .object({
    webhook_url: z.string().nullable(),
    webhook_active: z
      .boolean()
      .meta({ description: 'false: there is none, or it answered 410; setting it works again.' }),
    return_urls: z.array(z.string()),
    theme: z.record(z.string(), z.json()),
    thresholds: z.object({ match: share, liveness: share, approve: z.number(), review: z.number() }),
    retention_days: z.number().meta({ description: 'For how long photos and videos are kept.' }),
  })
  .meta({ id: 'PartnerSettings' });

export type SettingsBody = z.infer<typeof settingsBody>;

/** The change of the account's settings that a call asks for; null takes one back. */
export function toSettingsChange(
  { return_urls, theme: look, thresholds: cuts, retention_days, webhook_url }: SettingsBody,
  before: TenantSettings,
) {
  return {
    ...(webhook_url !== undefined && { webhookUrl: webhook_url }),
    ...(return_urls !== undefined && { returnUrls: return_urls }),
    ...(look !== undefined && { theme: look }),
    // The cut for searches is the login's: it stays as the operator set it.
    ...(cuts !== undefined && { thresholds: thresholdsOf(cuts, before.thresholds) }),
    ...(retention_days !== undefined && { retentionDays: retention_days }),
  };
}

function thresholdsOf(
  cuts: NonNullable<SettingsBody['thresholds']> | null,
  before: TenantSettings['thresholds'],
): Partial<Thresholds> | null {
  const search = before?.search;
  if (cuts === null && search === undefined) return null;
  return { ...cuts, ...(search !== undefined && { search }) };
}

export function toSettingsReply(
  { settings, webhookDisabledAt }: Tenant,
  defaults: { readonly thresholds: Thresholds; readonly retentionSeconds: number },
): z.infer<typeof settingsReply> {
  const { webhookUrl, returnUrls = [], theme: look = {}, retentionDays } = settings;
  const { match, liveness, approve, review } = { ...defaults.thresholds, ...settings.thresholds };
  const mostDays = defaults.retentionSeconds / 86_400;
  return {
    webhook_url: webhookUrl ?? null,
    webhook_active: webhookUrl !== undefined && webhookDisabledAt === undefined,
    return_urls: [...returnUrls],
    theme: { ...look } as z.infer<typeof settingsReply>['theme'],
    thresholds: { match, liveness, approve, review },
    retention_days: Math.min(mostDays, retentionDays ?? mostDays),
  };
}
