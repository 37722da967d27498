import type { Caller, Realm } from '../domain/caller.ts';
import { failureOfUnread } from '../domain/document-fault.ts';
import { documentFormat } from '../domain/document-format.ts';
import { type Failure, failure } from '../domain/error.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { isShortDocument, scenarioOf, type TestScenario } from '../domain/sandbox-document.ts';
import type { DocumentKind } from '../domain/verification.ts';
import type { Media } from '../ports/media.ts';
import type { Digest } from '../ports/system.ts';

export interface TakeDocument {
  readonly digest: Digest;
  readonly media: Pick<Media, 'read' | 'size'>;
  readonly settings: { readonly uploads: { readonly maxBytes: number } };
}

/** The document as it was sent: within the call, or by an upload before. */
export type SentDocument =
  /** `bytes` are absent where what was sent is no base64; `characters` is how much of it there was. */
  { readonly bytes?: Uint8Array; readonly characters: number } | { readonly key: string };

export interface TakenDocument {
  readonly bytes: Uint8Array;
  /** Where it lies, if it was uploaded. */
  readonly key?: string;
  /** Which evidence it stands for, in test mode. */
  readonly scenario?: TestScenario;
}

/** Where a document waits for its verdict; nothing outside of it is a tenant's own. */
export const documentKey = ({ tenantId, mode }: Realm, id: string): string => `document/${tenantId}/${mode}/${id}`;

const malformed = (message: string): Failure =>
  failure('invalid_request', 'Invalid: document_key.', { detail: { fieldErrors: { document_key: [message] } } });

const badFormat = (reason: string): Failure => failureOfUnread({ code: 'document_invalid_format', reasons: [reason] });

const tooLarge = (bytes: number, most: number): Failure =>
  failure('document_too_large', `The document has ${bytes} bytes; ${most} are allowed.`, {
    detail: { reason: 'bytes', maxBytes: most },
  });

/** Fetches what was sent, and refuses what cannot be looked at whatever it shows. */
export async function takeDocument(
  deps: TakeDocument,
  caller: Caller,
  sent: SentDocument,
  test: { readonly named?: TestScenario; readonly kind: DocumentKind } | undefined,
): Promise<Result<TakenDocument, Failure>> {
  const { digest, settings } = deps;
  const fetched = 'key' in sent ? await fetchUpload(deps, caller, sent.key) : ok(sent.bytes);
  if (!fetched.ok) return fetched;
  const bytes = fetched.value;
  const { maxBytes } = settings.uploads;
  if (bytes && bytes.length > maxBytes) return fail(tooLarge(bytes.length, maxBytes));
  const key = 'key' in sent && { key: sent.key };
  if (test) {
    const size = bytes?.length ?? ('characters' in sent ? sent.characters : 0);
    const asked = { ...test, size, ...(bytes && { sha256: digest.sha256(bytes) }) };
    // What is too short to be a picture of anything stands for a poor one, whatever it is.
    const scenario = scenarioOf(asked);
    if (isShortDocument(size)) return ok({ bytes: bytes ?? new Uint8Array(), ...key, scenario });
    return bytes && documentFormat(bytes)
      ? ok({ bytes, ...key, scenario })
      : fail(badFormat(bytes ? 'format' : 'base64'));
  }
  if (!bytes) return fail(badFormat('base64'));
  if (bytes.length === 0) return fail(badFormat('empty'));
  return documentFormat(bytes) ? ok({ bytes, ...key }) : fail(badFormat('format'));
}

async function fetchUpload(
  { media, settings }: TakeDocument,
  caller: Caller,
  key: string,
): Promise<Result<Uint8Array, Failure>> {
  if (!key.startsWith(documentKey(caller, 'upl_'))) return fail(malformed('is not a key that /v1/uploads answered'));
  // Asked first: whoever has the presigned PUT can store more than is read here.
  const size = await media.size(key);
  if (size !== undefined && size > settings.uploads.maxBytes) return fail(tooLarge(size, settings.uploads.maxBytes));
  const bytes = size === undefined ? undefined : await media.read(key);
  return bytes ? ok(bytes) : fail(malformed('was never uploaded to, or is used up'));
}
