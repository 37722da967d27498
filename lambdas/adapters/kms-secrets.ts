import { DecryptCommand, EncryptCommand, type KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { base64url } from 'jose';
import type { Receipts, Secrets } from '../ports.ts';

/** Secrets of tenants, encrypted by a key that never leaves KMS; the tenant is the encryption context. */
export const kmsSecrets = (client: KMSClient, keyId: string): Secrets => ({
  async seal(tenantId, plain) {
    const { CiphertextBlob } = await client.send(
      new EncryptCommand({ KeyId: keyId, Plaintext: Buffer.from(plain), EncryptionContext: { tenantId } }),
    );
    return Buffer.from(CiphertextBlob ?? []).toString('base64');
  },
  async open(tenantId, sealed) {
    const { Plaintext } = await client.send(
      new DecryptCommand({
        KeyId: keyId,
        CiphertextBlob: Buffer.from(sealed, 'base64'),
        EncryptionContext: { tenantId },
      }),
    );
    return Buffer.from(Plaintext ?? []).toString();
  },
});

/** Receipts as compact JWS (RFC 7515) with EdDSA over Ed25519 (RFC 8037), signed by KMS. */
export const kmsReceipts = (client: KMSClient, keyId: string): Receipts => ({
  async sign(claims) {
    const header = base64url.encode(JSON.stringify({ alg: 'EdDSA', typ: 'JWT', kid: keyId }));
    const input = `${header}.${base64url.encode(JSON.stringify(claims))}`;
    const { Signature } = await client.send(
      new SignCommand({
        KeyId: keyId,
        Message: Buffer.from(input),
        MessageType: 'RAW',
        SigningAlgorithm: 'ED25519_SHA_512',
      }),
    );
    return `${input}.${base64url.encode(Signature ?? new Uint8Array())}`;
  },
});
