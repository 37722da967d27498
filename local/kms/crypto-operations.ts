import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { AwsError, type Operation, operation } from '../aws-json.ts';
import { decrypt, type EncryptionContext, encrypt } from './ciphertext.ts';
import { KEY_KINDS, type KeyUsage } from './key-spec.ts';
import type { KeyStore, KmsKey } from './key-store.ts';
import { checkAlgorithm, mac, publicKeyDer, sameBytes, signMessage, verifyMessage } from './signing.ts';

/** Base64 of that many bytes. */
const blob = (max: number) =>
  z
    .base64()
    .transform((text) => Buffer.from(text, 'base64'))
    .refine((bytes) => bytes.length >= 1 && bytes.length <= max, `must have between 1 and ${max} bytes`);

const keyId = z.string().min(1).max(2048);
const context = z.record(z.string(), z.string()).default({});
const algorithm = z.literal('SYMMETRIC_DEFAULT').default('SYMMETRIC_DEFAULT');
// A dry run must not do the work, and the answer to one is an error: refused rather than ignored.
const dry = { DryRun: z.literal(false).optional() };
const MAX_MESSAGE = 4096;
const MAX_BLOB = 6144;

const dataKeyInput = z.object({
  KeyId: keyId,
  EncryptionContext: context,
  KeySpec: z.enum(['AES_128', 'AES_256']).optional(),
  NumberOfBytes: z.int().min(1).max(1024).optional(),
  ...dry,
});

const signInput = {
  KeyId: keyId,
  Message: blob(MAX_MESSAGE),
  MessageType: z.enum(['RAW', 'DIGEST', 'EXTERNAL_MU']).default('RAW'),
  SigningAlgorithm: z.string(),
  ...dry,
};
const macInput = { KeyId: keyId, Message: blob(MAX_MESSAGE), MacAlgorithm: z.string(), ...dry };

/** Everything that needs a key's material. */
export function cryptoOperations(store: KeyStore): Record<string, Operation> {
  const arnOf = (key: KmsKey) => store.arn(`key/${key.keyId}`);
  const findFor = (usage: KeyUsage, id: string, name: string): KmsKey => {
    const key = store.find(id);
    const own = KEY_KINDS[key.spec].usage;
    if (own === usage) return key;
    throw new AwsError('InvalidKeyUsageException', `${arnOf(key)} key usage is ${own} which is not valid for ${name}.`);
  };
  const findSigner = (input: { KeyId: string; SigningAlgorithm: string; MessageType: string }, name: string) => {
    const key = findFor('SIGN_VERIFY', input.KeyId, name);
    checkAlgorithm(key, input.SigningAlgorithm);
    if (input.MessageType === 'RAW') return key;
    throw new AwsError(
      'UnsupportedOperationException',
      `MessageType ${input.MessageType} does not exist here: send RAW.`,
    );
  };
  const findMac = (input: { KeyId: string; MacAlgorithm: string }, name: string) => {
    const key = findFor('GENERATE_VERIFY_MAC', input.KeyId, name);
    checkAlgorithm(key, input.MacAlgorithm);
    return key;
  };
  const open = (ciphertext: Buffer, pairs: EncryptionContext, id: string | undefined) => {
    const expected = id === undefined ? undefined : store.find(id);
    const opened = decrypt(store, ciphertext, pairs);
    if (expected === undefined || expected.keyId === opened.key.keyId) return opened;
    throw new AwsError(
      'IncorrectKeyException',
      'The key ID in the request does not identify a CMK that can perform this operation.',
    );
  };
  const dataKey = (input: z.output<typeof dataKeyInput>, name: string) => {
    const key = findFor('ENCRYPT_DECRYPT', input.KeyId, name);
    if ((input.KeySpec === undefined) === (input.NumberOfBytes === undefined)) {
      throw new AwsError('ValidationException', 'Please specify either number of bytes or key spec.');
    }
    const plaintext = randomBytes(input.NumberOfBytes ?? (input.KeySpec === 'AES_128' ? 16 : 32));
    const sealed = encrypt(key, plaintext, input.EncryptionContext).toString('base64');
    return { plaintext, answer: { CiphertextBlob: sealed, KeyId: arnOf(key) } };
  };
  return {
    Encrypt: operation(
      z.object({
        KeyId: keyId,
        Plaintext: blob(MAX_MESSAGE),
        EncryptionContext: context,
        EncryptionAlgorithm: algorithm,
        ...dry,
      }),
      (input) => {
        const key = findFor('ENCRYPT_DECRYPT', input.KeyId, 'Encrypt');
        const sealed = encrypt(key, input.Plaintext, input.EncryptionContext);
        const EncryptionAlgorithm = input.EncryptionAlgorithm;
        return { CiphertextBlob: sealed.toString('base64'), KeyId: arnOf(key), EncryptionAlgorithm };
      },
    ),
    Decrypt: operation(
      z.object({
        CiphertextBlob: blob(MAX_BLOB),
        EncryptionContext: context,
        KeyId: keyId.optional(),
        EncryptionAlgorithm: algorithm,
        // Answers sealed for a Nitro enclave do not exist here.
        Recipient: z.never().optional(),
        ...dry,
      }),
      (input) => {
        const { key, plaintext } = open(input.CiphertextBlob, input.EncryptionContext, input.KeyId);
        const { EncryptionAlgorithm } = input;
        return { Plaintext: plaintext.toString('base64'), KeyId: arnOf(key), EncryptionAlgorithm };
      },
    ),
    ReEncrypt: operation(
      z.object({
        CiphertextBlob: blob(MAX_BLOB),
        SourceEncryptionContext: context,
        SourceKeyId: keyId.optional(),
        DestinationKeyId: keyId,
        DestinationEncryptionContext: context,
        SourceEncryptionAlgorithm: algorithm,
        DestinationEncryptionAlgorithm: algorithm,
        ...dry,
      }),
      (input) => {
        const source = open(input.CiphertextBlob, input.SourceEncryptionContext, input.SourceKeyId);
        const key = findFor('ENCRYPT_DECRYPT', input.DestinationKeyId, 'ReEncrypt');
        return {
          CiphertextBlob: encrypt(key, source.plaintext, input.DestinationEncryptionContext).toString('base64'),
          SourceKeyId: arnOf(source.key),
          KeyId: arnOf(key),
          SourceEncryptionAlgorithm: input.SourceEncryptionAlgorithm,
          DestinationEncryptionAlgorithm: input.DestinationEncryptionAlgorithm,
        };
      },
    ),
    GenerateDataKey: operation(dataKeyInput, (input) => {
      const { plaintext, answer } = dataKey(input, 'GenerateDataKey');
      return { ...answer, Plaintext: plaintext.toString('base64') };
    }),
    GenerateDataKeyWithoutPlaintext: operation(
      dataKeyInput,
      (input) => dataKey(input, 'GenerateDataKeyWithoutPlaintext').answer,
    ),
    GetPublicKey: operation(z.object({ KeyId: keyId }), (input) => {
      const key = findFor('SIGN_VERIFY', input.KeyId, 'GetPublicKey');
      return {
        KeyId: arnOf(key),
        PublicKey: publicKeyDer(key).toString('base64'),
        CustomerMasterKeySpec: key.spec,
        KeySpec: key.spec,
        KeyUsage: 'SIGN_VERIFY',
        SigningAlgorithms: KEY_KINDS[key.spec].algorithms,
      };
    }),
    Sign: operation(z.object(signInput), (input) => {
      const key = findSigner(input, 'Sign');
      const { SigningAlgorithm } = input;
      const signature = signMessage(key, SigningAlgorithm, input.Message);
      return { KeyId: arnOf(key), Signature: signature.toString('base64'), SigningAlgorithm };
    }),
    Verify: operation(z.object({ ...signInput, Signature: blob(MAX_BLOB) }), (input) => {
      const key = findSigner(input, 'Verify');
      const { SigningAlgorithm } = input;
      if (verifyMessage(key, SigningAlgorithm, input.Message, input.Signature)) {
        return { KeyId: arnOf(key), SignatureValid: true, SigningAlgorithm };
      }
      throw new AwsError('KMSInvalidSignatureException', '');
    }),
    GenerateMac: operation(z.object(macInput), (input) => {
      const key = findMac(input, 'GenerateMac');
      const { MacAlgorithm } = input;
      return { KeyId: arnOf(key), Mac: mac(key, input.Message).toString('base64'), MacAlgorithm };
    }),
    VerifyMac: operation(z.object({ ...macInput, Mac: blob(MAX_BLOB) }), (input) => {
      const key = findMac(input, 'VerifyMac');
      const { MacAlgorithm } = input;
      if (sameBytes(mac(key, input.Message), input.Mac)) return { KeyId: arnOf(key), MacValid: true, MacAlgorithm };
      throw new AwsError('KMSInvalidMacException', '');
    }),
  };
}
