import { DecryptCommand, EncryptCommand, type KMSClient } from '@aws-sdk/client-kms';
import type { Secrets } from '../ports/trust.ts';

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
