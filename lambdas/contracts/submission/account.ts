import * as z from 'zod';
import type { Delivery } from '../../domain/webhook-delivery.ts';
import { iso } from '../timestamp.ts';

/** Wire forms of what a tenant manages beside its verifications: credits, webhook deliveries, subjects. */
export const creditsReply = z
  .object({
    balance: z.number().int(),
    reserved: z.number().int().meta({ description: 'Always 0: a credit is taken at submit, not set aside.' }),
  })
  .meta({ id: 'Credits' });

const moment = z
  .union([z.iso.datetime({ offset: true }), z.number().int().nonnegative().max(253_402_300_799)])
  .transform((value) => (typeof value === 'number' ? value * 1000 : Date.parse(value)))
  .meta({ description: 'ISO 8601 or Unix seconds.' });

export const deliveriesQuery = z.strictObject({
  verificationId: z.string().exactOptional(),
  status: z.enum(['pending', 'delivered', 'failed']).exactOptional(),
  cursor: z.string().max(2048).exactOptional(),
});

export const replayBody = z
  .strictObject({ since: moment, until: moment })
  .refine(({ since, until }) => since <= until, { path: ['until'], error: 'must not lie before since' })
  .meta({ id: 'ReplayRequest' });
export const replayReply = z.object({ replayed: z.number().int() }).meta({ id: 'ReplayReply' });

const attemptReply = z.object({
  at: z.string(),
  durationMs: z.number(),
  status: z.number().exactOptional(),
  error: z.string().exactOptional(),
});

export const deliveryReply = z
  .object({
    deliveryId: z.string(),
    verificationId: z.string(),
    event: z.string(),
    url: z.string(),
    status: z.enum(['pending', 'delivered', 'failed']),
    createdAt: z.string(),
    nextAttemptAt: z.string().exactOptional(),
    attempts: z.array(attemptReply),
  })
  .meta({ id: 'Delivery' });

export const deliveriesReply = z
  .object({ deliveries: z.array(deliveryReply), cursor: z.string().exactOptional() })
  .meta({ id: 'Deliveries' });

export const secretReply = z
  .object({ webhookSecret: z.string(), previousValidUntil: z.string() })
  .meta({ id: 'RotatedSecret' });

export const deletionReply = z
  .object({ ref: z.string(), verifications: z.number().int(), deletedAt: z.string(), receipt: z.string() })
  .meta({ id: 'SubjectDeletion' });

export function toDeliveryReply(delivery: Delivery): z.infer<typeof deliveryReply> {
  const { deliveryId, event, url, status, createdAt, dueAt, attempts } = delivery;
  return {
    deliveryId,
    verificationId: event.subject,
    event: event.type,
    url,
    status,
    createdAt: iso(createdAt),
    ...(status === 'pending' && dueAt !== undefined && { nextAttemptAt: iso(dueAt) }),
    attempts: attempts.map(({ at, ...rest }) => ({ at: iso(at), ...rest })),
  };
}
