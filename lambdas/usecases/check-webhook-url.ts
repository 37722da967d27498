import { type Failure, failure } from '../domain/error.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { WebhookAddresses } from '../ports/messages.ts';

export interface CheckWebhookUrl {
  readonly addresses: WebhookAddresses;
  readonly settings: { readonly webhooks: { readonly allowInsecure: boolean } };
}

const longest = 2048;

const refuse = (reason: string, message: string): Result<never, Failure> =>
  fail(failure('webhook_url_invalid', message, { detail: { reason } }));

/** M-10, M-11: whether a result may be sent to an address that a caller names. It is looked at again whenever something is sent. */
export async function checkWebhookUrl(
  { addresses, settings }: CheckWebhookUrl,
  address: string,
): Promise<Result<undefined, Failure>> {
  const { allowInsecure } = settings.webhooks;
  const url = address.length <= longest && /^https?:\/\//i.test(address) ? URL.parse(address) : null;
  if (!url) return refuse('malformed', 'webhook_url must be an absolute HTTPS address.');
  if (url.protocol !== 'https:' && !allowInsecure) return refuse('not_https', 'webhook_url must be HTTPS.');
  if (url.username + url.password !== '')
    return refuse('credentials', 'webhook_url must not hold a user or a password.');
  if (!allowInsecure && !(await addresses.isPublic(url.hostname)))
    return refuse('address', 'webhook_url must be an address of the public internet.');
  return ok(undefined);
}
