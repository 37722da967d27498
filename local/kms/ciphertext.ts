import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AwsError } from '../aws-json.ts';
import type { KeyStore, KmsKey } from './key-store.ts';

export type EncryptionContext = Readonly<Record<string, string>>;

// version (1) | key id (16) | nonce (12) | tag (16) | AES-256-GCM ciphertext
const VERSION = 1;
const HEADER_BYTES = 17;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The context in one form whatever the order of its pairs, and the header, so that neither can be exchanged. */
function associatedData(header: Buffer, context: EncryptionContext): Buffer {
  const pairs = Object.entries(context).sort(([left], [right]) => (left < right ? -1 : 1));
  return Buffer.concat([header, Buffer.from(JSON.stringify(pairs))]);
}

export function encrypt(key: KmsKey, plaintext: Uint8Array, context: EncryptionContext): Buffer {
  const header = Buffer.concat([Buffer.of(VERSION), Buffer.from(key.keyId.replaceAll('-', ''), 'hex')]);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key.material, nonce);
  cipher.setAAD(associatedData(header, context));
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([header, nonce, cipher.getAuthTag(), body]);
}

/**
 * @returns the plaintext and the key that the blob names
 * @throws AwsError InvalidCiphertextException for a foreign, changed or cut blob and for another context
 */
export function decrypt(
  store: KeyStore,
  blob: Buffer,
  context: EncryptionContext,
): { readonly key: KmsKey; readonly plaintext: Buffer } {
  // As KMS, without a word on what is wrong.
  const invalid = () => new AwsError('InvalidCiphertextException', '');
  if (blob.length < HEADER_BYTES + NONCE_BYTES + TAG_BYTES || blob[0] !== VERSION) throw invalid();
  const header = blob.subarray(0, HEADER_BYTES);
  const nonce = blob.subarray(HEADER_BYTES, HEADER_BYTES + NONCE_BYTES);
  const tag = blob.subarray(HEADER_BYTES + NONCE_BYTES, HEADER_BYTES + NONCE_BYTES + TAG_BYTES);
  const keyId = header.toString('hex', 1).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const key = store.all().find((candidate) => candidate.keyId === keyId);
  if (key?.spec !== 'SYMMETRIC_DEFAULT') throw invalid();
  const decipher = createDecipheriv('aes-256-gcm', key.material, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(associatedData(header, context));
  decipher.setAuthTag(tag);
  try {
    const body = blob.subarray(HEADER_BYTES + NONCE_BYTES + TAG_BYTES);
    return { key, plaintext: Buffer.concat([decipher.update(body), decipher.final()]) };
  } catch {
    throw invalid();
  }
}
