import { constants, createHmac, createPrivateKey, createPublicKey, sign, timingSafeEqual, verify } from 'node:crypto';
import { AwsError } from '../aws-json.ts';
import { KEY_KINDS } from './key-spec.ts';
import type { KmsKey } from './key-store.ts';

/** @throws AwsError InvalidKeyUsageException */
export function checkAlgorithm(key: KmsKey, algorithm: string): void {
  if (KEY_KINDS[key.spec].algorithms.includes(algorithm)) return;
  throw new AwsError('InvalidKeyUsageException', `Algorithm ${algorithm} is incompatible with key spec ${key.spec}.`);
}

function privateKey(key: KmsKey) {
  return createPrivateKey({ key: key.material, format: 'der', type: 'pkcs8' });
}

/** SubjectPublicKeyInfo in DER, as GetPublicKey gives it. */
export function publicKeyDer(key: KmsKey): Buffer {
  return createPublicKey(privateKey(key)).export({ type: 'spki', format: 'der' });
}

/** How node:crypto is told an algorithm of KMS. ECDSA signatures are DER (ANS X9.62), as KMS gives them. */
function scheme(algorithm: string): { readonly digest: string | null; readonly options: object } {
  // Ed25519 hashes by itself.
  if (algorithm === 'ED25519_SHA_512') return { digest: null, options: {} };
  const digest = `sha${algorithm.slice(-3)}`;
  if (algorithm.startsWith('ECDSA')) return { digest, options: { dsaEncoding: 'der' } };
  if (algorithm.startsWith('RSASSA_PSS')) {
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    return { digest, options: { padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST } };
  }
  return { digest, options: { padding: constants.RSA_PKCS1_PADDING } };
}

export function signMessage(key: KmsKey, algorithm: string, message: Buffer): Buffer {
  const { digest, options } = scheme(algorithm);
  return sign(digest, message, { key: privateKey(key), ...options });
}

export function verifyMessage(key: KmsKey, algorithm: string, message: Buffer, signature: Buffer): boolean {
  const { digest, options } = scheme(algorithm);
  return verify(digest, message, { key: createPublicKey(privateKey(key)), ...options }, signature);
}

export function mac(key: KmsKey, message: Buffer): Buffer {
  return createHmac('sha256', key.material).update(message).digest();
}

export function sameBytes(left: Buffer, right: Buffer): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}
