import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { AwsError } from '../aws-json.ts';

export type KeySpec = 'SYMMETRIC_DEFAULT' | 'HMAC_256' | 'ECC_NIST_P256' | 'ECC_NIST_EDWARDS25519' | 'RSA_2048';

export type KeyUsage = 'ENCRYPT_DECRYPT' | 'GENERATE_VERIFY_MAC' | 'SIGN_VERIFY';

interface KeyKind {
  readonly usage: KeyUsage;
  /** In the key's metadata under `member`. */
  readonly algorithms: readonly string[];
  readonly member: 'EncryptionAlgorithms' | 'MacAlgorithms' | 'SigningAlgorithms';
  /** Secret bytes: raw for symmetric keys, PKCS #8 DER for private ones. */
  readonly generate: () => Buffer;
}

const pkcs8 = ({ privateKey }: { privateKey: KeyObject }): Buffer =>
  privateKey.export({ type: 'pkcs8', format: 'der' });

/** The key specs that exist here; KMS has more. */
export const KEY_KINDS: Readonly<Record<KeySpec, KeyKind>> = {
  SYMMETRIC_DEFAULT: {
    usage: 'ENCRYPT_DECRYPT',
    algorithms: ['SYMMETRIC_DEFAULT'],
    member: 'EncryptionAlgorithms',
    generate: () => randomBytes(32),
  },
  HMAC_256: {
    usage: 'GENERATE_VERIFY_MAC',
    algorithms: ['HMAC_SHA_256'],
    member: 'MacAlgorithms',
    generate: () => randomBytes(32),
  },
  ECC_NIST_P256: {
    usage: 'SIGN_VERIFY',
    algorithms: ['ECDSA_SHA_256'],
    member: 'SigningAlgorithms',
    generate: () => pkcs8(generateKeyPairSync('ec', { namedCurve: 'P-256' })),
  },
  ECC_NIST_EDWARDS25519: {
    usage: 'SIGN_VERIFY',
    algorithms: ['ED25519_SHA_512'],
    member: 'SigningAlgorithms',
    generate: () => pkcs8(generateKeyPairSync('ed25519')),
  },
  RSA_2048: {
    usage: 'SIGN_VERIFY',
    algorithms: [
      'RSASSA_PKCS1_V1_5_SHA_256',
      'RSASSA_PKCS1_V1_5_SHA_384',
      'RSASSA_PKCS1_V1_5_SHA_512',
      'RSASSA_PSS_SHA_256',
      'RSASSA_PSS_SHA_384',
      'RSASSA_PSS_SHA_512',
    ],
    member: 'SigningAlgorithms',
    generate: () => pkcs8(generateKeyPairSync('rsa', { modulusLength: 2048 })),
  },
};

/**
 * The spec, if it exists here and fits the usage.
 * @throws AwsError UnsupportedOperationException, ValidationException
 */
export function checkKeySpec(spec: string, usage: string): KeySpec {
  if (!Object.hasOwn(KEY_KINDS, spec)) {
    const known = Object.keys(KEY_KINDS).join(', ');
    throw new AwsError('UnsupportedOperationException', `Key spec ${spec} does not exist here; there are ${known}.`);
  }
  const known = spec as KeySpec;
  if (KEY_KINDS[known].usage !== usage) {
    throw new AwsError('ValidationException', `KeyUsage ${usage} is not compatible with KeySpec ${spec} here.`);
  }
  return known;
}
