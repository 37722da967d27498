import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { WebhookSigner } from '../ports.ts';

/**
 * Standard Webhooks signs `id.timestamp.body` with the bytes that `whsec_` encodes in base64; the older style signs
 * `timestamp.body` with the secret as it is written.
 */
export const webhookSigner: WebhookSigner = {
  sign: (secrets, { id, unixSeconds, body }) => ({
    standard: secrets.map((secret) => new Webhook(secret).sign(id, new Date(unixSeconds * 1000), body)),
    hex: secrets.map((secret) => createHmac('sha256', secret).update(`${unixSeconds}.${body}`).digest('hex')),
  }),
};
