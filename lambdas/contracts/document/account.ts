import * as z from 'zod';
import type { Tenant } from '../../domain/tenant.ts';
import type { Upload } from '../../ports/media.ts';
import { iso } from '../timestamp.ts';
import { uploadForm, uploadHeaders } from '../upload-form.ts';

/** Wire forms of what a tenant manages beside its documents: uploads, the endpoint of its webhooks, what it has used. */
export const uploadBody = z
  .strictObject({
    content_type: z.enum(['image/jpeg', 'image/png', 'application/pdf']).default('image/jpeg'),
  })
  .meta({ id: 'DocumentUploadRequest' });

export const uploadReply = z
  .object({
    document_key: z.string().meta({ description: 'For `/v1/verify`, once the document is there.' }),
    url: z.string().meta({ description: 'Presigned PUT.' }),
    method: z.literal('PUT'),
    headers: uploadHeaders,
    post: uploadForm,
    max_bytes: z.number().int(),
    expires_at: z.string(),
  })
  .meta({ id: 'DocumentUpload' });

export const toUploadReply = (
  { key, url, method, headers, post }: Upload,
  maxBytes: number,
  expiresAt: number,
): z.infer<typeof uploadReply> => ({
  document_key: key,
  url,
  method,
  headers: { ...headers },
  post: { url: post.url, fields: { ...post.fields } },
  max_bytes: maxBytes,
  expires_at: iso(expiresAt),
});

export const webhookSettings = z
  .strictObject({
    url: z.string(),
    rotate_secret: z.boolean().default(false).meta({
      description: 'Makes a new secret and shows it; the one before signs beside it for 24 hours.',
    }),
  })
  .meta({ id: 'DocumentWebhookRequest' });

export const webhookReply = z
  .object({
    url: z.string().nullable().meta({
      description:
        'Where results go that follow a 202 and whose call named no address; the events of the other contracts go there too.',
    }),
    active: z
      .boolean()
      .meta({ description: 'false: there is none, or it answered 410; setting it again puts it to work.' }),
    events: z.array(z.string()),
    secret: z.string().exactOptional().meta({ description: 'Shown where it was made, and never again.' }),
    previous_secret_valid_until: z.string().exactOptional(),
  })
  .meta({ id: 'DocumentWebhookSettings' });

export function toWebhookReply(
  { settings: { webhookUrl }, webhookDisabledAt }: Tenant,
  made?: { readonly secret: string; readonly oldUntil: number },
): z.infer<typeof webhookReply> {
  return {
    url: webhookUrl ?? null,
    active: webhookUrl !== undefined && webhookDisabledAt === undefined,
    events: ['verification.completed'],
    ...(made && { secret: made.secret, previous_secret_valid_until: iso(made.oldUntil) }),
  };
}

export const usageReply = z
  .object({
    period: z.object({ from: z.string(), until: z.string() }).meta({ description: 'The month, UTC.' }),
    quota: z.object({
      used: z.number().int().meta({ description: 'Documents that were charged for this month.' }),
      limit: z.number().int().meta({ description: '`used` and the credits that are left: they do not lapse.' }),
      remaining: z.number().int(),
      reset_at: z.string().meta({ description: 'When `used` counts from 0 again.' }),
    }),
  })
  .meta({ id: 'DocumentUsage' });

/** @param month `YYYY-MM` */
export function toUsageReply(month: string, used: number, balance: number): z.infer<typeof usageReply> {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const [from, until] = [iso(Date.UTC(year, number - 1)), iso(Date.UTC(year, number))];
  return { period: { from, until }, quota: { used, limit: used + balance, remaining: balance, reset_at: until } };
}
