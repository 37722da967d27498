import type { Caller } from '../domain/caller.ts';
import type { DocumentFormat } from '../domain/document-format.ts';
import type { Upload, Uploads } from '../ports/media.ts';
import type { Clock, Random } from '../ports/system.ts';
import { documentKey } from './take-document.ts';

export interface OpenUpload {
  readonly clock: Clock;
  readonly random: Random;
  readonly uploads: Pick<Uploads, 'presign'>;
  readonly settings: { readonly uploads: { readonly urlTtlSeconds: number; readonly maxBytes: number } };
}

/** Signs an upload for one document. Nothing is kept of it until it is there. */
export async function openDocumentUpload(
  { clock, random, uploads, settings }: OpenUpload,
  caller: Caller,
  contentType: DocumentFormat,
): Promise<{ readonly upload: Upload; readonly maxBytes: number; readonly expiresAt: number }> {
  const { urlTtlSeconds: ttlSeconds, maxBytes } = settings.uploads;
  const key = documentKey(caller, `upl_${random.base62(20)}`);
  const upload = await uploads.presign(key, { ttlSeconds, maxBytes, contentType });
  return { upload, maxBytes, expiresAt: clock.now() + ttlSeconds * 1000 };
}
