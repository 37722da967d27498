import { createPublicKey } from 'node:crypto';
import { GetPublicKeyCommand, type KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { base64url } from 'jose';
import type { PublicKeys, Receipts } from '../ports/trust.ts';

/** Signatures with Ed25519 (RFC 8032), made by KMS; receipts are compact JWS (RFC 7515) with EdDSA (RFC 8037). */
export const kmsReceipts = (client: KMSClient, keyId: string): Receipts => {
  const signText = async (text: string): Promise<string> => {
    const { Signature } = await client.send(
      new SignCommand({
        KeyId: keyId,
        Message: Buffer.from(text),
        MessageType: 'RAW',
        SigningAlgorithm: 'ED25519_SHA_512',
      }),
    );
    if (!Signature) throw new Error('KMS signed nothing.');
    return base64url.encode(Signature);
  };
  return {
    signText,
    async sign(claims) {
      const header = base64url.encode(JSON.stringify({ alg: 'EdDSA', typ: 'JWT', kid: keyId }));
      const input = `${header}.${base64url.encode(JSON.stringify(claims))}`;
      return `${input}.${await signText(input)}`;
    },
  };
};

/** The public half of that key, asked for once. */
export function kmsPublicKeys(client: KMSClient, keyId: string): PublicKeys {
  let known: ReturnType<PublicKeys['jwks']> | undefined;
  const read: PublicKeys['jwks'] = async () => {
    const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId: keyId }));
    const key = createPublicKey({ key: Buffer.from(PublicKey ?? []), format: 'der', type: 'spki' });
    return { keys: [{ ...key.export({ format: 'jwk' }), kid: keyId, alg: 'EdDSA', use: 'sig' }] };
  };
  return {
    jwks() {
      known ??= read().catch((error: unknown) => {
        known = undefined;
        throw error;
      });
      return known;
    },
  };
}
