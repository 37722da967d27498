import { setTimeout as wait } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { settingsSchema } from '../../../lambdas/settings.ts';
import { startReceiver } from '../../support/webhook-receiver.ts';
import { hosted } from './hosted.ts';

const nothing = new TextEncoder().encode('nothing to see');

/** A check that ends at once: one whose page was submitted with nothing to see until its attempts were used up. */
async function ended(webhookUrl: string) {
  const partner = await hosted({ settings: { webhookUrl } });
  const session = await partner.openSession();
  await partner.consent(session);
  await partner.upload(session, 'id_photo', nothing, 'image/jpeg');
  await partner.upload(session, 'selfie_video', nothing, 'video/mp4');
  for (let tries = 0; tries < 5; tries++) await partner.within(session, 'POST', '/submit', {});
  const deliveries = async () =>
    (await partner.get(`/v1/webhooks/deliveries?verificationId=${session.check_id}`)).body.deliveries;
  return { partner, id: session.check_id as string, deliveries };
}

test('P-43 P-45 P-46 P-47 what answers 500 or 302 has failed and is tried again, under the same id; any 2xx ends it', async () => {
  const answers = [500, { status: 302, headers: { location: 'https://elsewhere.example/' } }, 204];
  await using receiver = await startReceiver((nth) => answers[nth] ?? 200);
  const { partner, id, deliveries } = await ended(receiver.url);
  const calls = await receiver.wait(3);
  expect(new Set(calls.map(({ body }) => body.check_id))).toEqual(new Set([id]));
  expect(new Set(calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  for (const { raw, headers } of calls)
    new Webhook(partner.tenant.webhookSecret).verify(raw, headers as Record<string, string>);
  for (let waited = 0; (await deliveries())[0]?.status !== 'delivered' && waited < 5000; waited += 100) await wait(100);
  const [delivery] = await deliveries();
  expect(delivery.attempts.map(({ status }: { status: number }) => status)).toEqual([500, 302, 204]);
  await wait(1500);
  expect(receiver.received).toHaveLength(3);
});

test('P-44 a receiver has 10 seconds, unless the operator says otherwise', () => {
  expect(settingsSchema.parse({}).webhooks.timeoutSeconds).toBe(10);
});
