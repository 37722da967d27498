import type { Caller } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import { type HostedSlot, hostedStatus, incomingKey } from '../domain/hosted-session.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Upload, Uploads } from '../ports/media.ts';
import { type HostedVisit, visitOf } from './hosted-visit.ts';

export interface OpenHostedUpload extends HostedVisit {
  readonly uploads: Pick<Uploads, 'presign'>;
  readonly settings: {
    readonly uploads: { readonly urlTtlSeconds: number };
    readonly hosted: { readonly maxVideoBytes: number; readonly maxPhotoBytes: number };
  };
}

export interface OpenedUpload {
  readonly post: Upload['post'];
  readonly maxBytes: number;
  readonly expiresAt: number;
}

/** A form with which the page's browser sends one file straight to storage, which enforces type and size. */
export async function openHostedUpload(
  deps: OpenHostedUpload,
  caller: Caller,
  { slot, contentType, size }: { readonly slot: HostedSlot; readonly contentType: string; readonly size: number },
): Promise<Result<OpenedUpload, Failure>> {
  const { clock, uploads, settings } = deps;
  const found = await visitOf(deps, caller);
  if (!found.ok) return found;
  const now = clock.now();
  if (hostedStatus(found.value, now) !== 'open')
    return fail(failure('conflict', 'This check has its result, or is being looked at.'));
  const { maxVideoBytes, maxPhotoBytes } = settings.hosted;
  const maxBytes = slot === 'selfie_video' ? maxVideoBytes : maxPhotoBytes;
  if (size > maxBytes) {
    const message = `The file has ${size} bytes; ${maxBytes} are taken.`;
    return fail(failure('payload_too_large', message, { detail: { maxBytes, which: slot } }));
  }
  const left = Math.ceil((found.value.expiresAt - now) / 1000);
  const ttlSeconds = Math.max(1, Math.min(settings.uploads.urlTtlSeconds, left));
  const { post } = await uploads.presign(incomingKey(found.value, slot), { ttlSeconds, maxBytes, contentType });
  return ok({ post, maxBytes, expiresAt: now + ttlSeconds * 1000 });
}
