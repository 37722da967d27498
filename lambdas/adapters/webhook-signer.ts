import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { WebhookSigner } from '../ports/messages.ts';

const hmac = (secret: string, text: string): string => createHmac('sha256', secret).update(text).digest('hex');

/**
 * Standard Webhooks signs `id.timestamp.body` with the bytes that `whsec_` encodes in base64; the older styles sign
 * `timestamp.body`, or the body alone, with the secret as it is written.
 */
export const webhookSigner: WebhookSigner = {
  sign: (secrets, { id, unixSeconds, body }) => ({
    standard: secrets.map((secret) => new Webhook(secret).sign(id, new Date(unixSeconds * 1000), body)),
    hex: secrets.map((secret) => hmac(secret, `${unixSeconds}.${body}`)),
    bodyHex: secrets.map((secret) => hmac(secret, body)),
  }),
};
