import { createPublicKey, verify } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DecryptCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GenerateMacCommand,
  GenerateRandomCommand,
  GetPublicKeyCommand,
  KMSClient,
  ListAliasesCommand,
  ListKeysCommand,
  ReEncryptCommand,
  SignCommand,
  type SigningAlgorithmSpec,
  UpdateAliasCommand,
  VerifyCommand,
  VerifyMacCommand,
} from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKms, type Kms } from '../../../local/kms/kms.ts';
import { type ServedCloud, serveCloud } from '../serve-cloud.ts';

let cloud: ServedCloud<Kms>;
let kms: KMSClient;
beforeAll(async () => {
  cloud = await serveCloud(createKms);
  kms = new KMSClient(cloud.client);
});
afterAll(async () => {
  kms.destroy();
  await cloud.close();
});

const bytes = (text: string) => new TextEncoder().encode(text);
const named = (name: string) => ({ name });
const createKey = async (input: CreateKeyCommandInput = {}) => {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand(input));
  return KeyMetadata?.KeyId ?? '';
};
const signer = (KeySpec: NonNullable<CreateKeyCommandInput['KeySpec']>) =>
  createKey({ KeySpec, KeyUsage: 'SIGN_VERIFY' });

describe('keys and aliases', () => {
  it('a key is described alike by id, ARN, alias and alias ARN', async () => {
    const KeyId = await createKey({ Description: 'for tests' });
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/described', TargetKeyId: KeyId }));
    const arn = `arn:aws:kms:eu-west-1:123456789012:key/${KeyId}`;
    for (const id of [KeyId, arn, 'alias/described', 'arn:aws:kms:eu-west-1:123456789012:alias/described']) {
      const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: id }));
      expect(KeyMetadata).toMatchObject({
        KeyId,
        Arn: arn,
        Description: 'for tests',
        KeyState: 'Enabled',
        KeySpec: 'SYMMETRIC_DEFAULT',
        KeyUsage: 'ENCRYPT_DECRYPT',
        EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
      });
      expect(Math.abs(Number(KeyMetadata?.CreationDate) - Date.now())).toBeLessThan(5000);
    }
  });

  it('missing keys and aliases are NotFoundException', async () => {
    for (const KeyId of ['nope', 'alias/nope', 'arn:aws:kms:us-east-1:1:key/nope', 'key/nope', '../keys/x']) {
      await expect(kms.send(new DescribeKeyCommand({ KeyId }))).rejects.toMatchObject(named('NotFoundException'));
    }
  });

  it('aliases are listed by pages, moved, deleted, and refused twice or with a wrong name', async () => {
    const [first, second] = [await createKey(), await createKey()];
    const create = (AliasName: string, TargetKeyId = first) =>
      kms.send(new CreateAliasCommand({ AliasName, TargetKeyId }));
    for (const name of ['alias/one', 'alias/two', 'alias/three']) await create(name);
    await expect(create('alias/one')).rejects.toMatchObject(named('AlreadyExistsException'));
    await expect(create('one')).rejects.toMatchObject(named('ValidationException'));
    await expect(create('alias/aws/s3')).rejects.toMatchObject(named('InvalidAliasNameException'));
    await expect(create('alias/x', 'nope')).rejects.toMatchObject(named('NotFoundException'));
    await kms.send(new UpdateAliasCommand({ AliasName: 'alias/two', TargetKeyId: second }));
    const page = await kms.send(new ListAliasesCommand({ KeyId: first, Limit: 1 }));
    expect(page).toMatchObject({ Truncated: true, Aliases: [{ AliasName: 'alias/one', TargetKeyId: first }] });
    const rest = await kms.send(new ListAliasesCommand({ KeyId: first, Marker: page.NextMarker }));
    expect(rest.Aliases?.map((alias) => alias.AliasName)).toEqual(['alias/three']);
    await kms.send(new DeleteAliasCommand({ AliasName: 'alias/three' }));
    await expect(kms.send(new DeleteAliasCommand({ AliasName: 'alias/three' }))).rejects.toMatchObject(
      named('NotFoundException'),
    );
    const { Keys = [] } = await kms.send(new ListKeysCommand({}));
    expect(Keys.map((key) => key.KeyId)).toEqual(expect.arrayContaining([first, second]));
  });

  it('a spec that does not exist here, or does not fit its usage, is refused', async () => {
    const create = (input: CreateKeyCommandInput) => kms.send(new CreateKeyCommand(input));
    await expect(create({ KeySpec: 'SM2' })).rejects.toMatchObject(named('UnsupportedOperationException'));
    await expect(create({ KeySpec: 'ECC_NIST_P256' })).rejects.toMatchObject(named('ValidationException'));
    await expect(create({ Origin: 'EXTERNAL' })).rejects.toMatchObject(named('ValidationException'));
    await expect(kms.send(new GenerateRandomCommand({ NumberOfBytes: 1 }))).rejects.toMatchObject(
      named('UnknownOperationException'),
    );
  });
});

describe('encryption', () => {
  it('what was encrypted comes back without naming the key; equal plaintexts give different blobs', async () => {
    const KeyId = await createKey();
    const Plaintext = bytes('secret');
    const sealed = await kms.send(new EncryptCommand({ KeyId, Plaintext }));
    const again = await kms.send(new EncryptCommand({ KeyId, Plaintext }));
    expect(sealed.CiphertextBlob).not.toEqual(again.CiphertextBlob);
    const opened = await kms.send(new DecryptCommand({ CiphertextBlob: sealed.CiphertextBlob }));
    expect(opened).toMatchObject({ Plaintext, KeyId: sealed.KeyId, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' });
  });

  it('the encryption context is bound: order does not matter, any other context is InvalidCiphertextException', async () => {
    const KeyId = await createKey();
    const EncryptionContext = { tenant: 't1', purpose: 'webhook' };
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext: bytes('x'), EncryptionContext }));
    const open = (context?: Record<string, string>) =>
      kms.send(new DecryptCommand({ CiphertextBlob, ...(context ? { EncryptionContext: context } : {}) }));
    expect((await open({ purpose: 'webhook', tenant: 't1' })).Plaintext).toEqual(bytes('x'));
    const others = [
      undefined,
      {},
      { tenant: 't1' },
      { ...EncryptionContext, tenant: 't2' },
      { ...EncryptionContext, a: '' },
    ];
    for (const other of others) await expect(open(other)).rejects.toMatchObject(named('InvalidCiphertextException'));
  });

  it('a blob that is changed anywhere, cut or foreign is InvalidCiphertextException', async () => {
    const KeyId = await createKey();
    const { CiphertextBlob = new Uint8Array() } = await kms.send(
      new EncryptCommand({ KeyId, Plaintext: bytes('secret') }),
    );
    const open = (blob: Uint8Array) => kms.send(new DecryptCommand({ CiphertextBlob: blob }));
    for (let at = 0; at < CiphertextBlob.length; at += 5) {
      const changed = CiphertextBlob.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      await expect(open(changed)).rejects.toMatchObject(named('InvalidCiphertextException'));
    }
    for (const blob of [CiphertextBlob.subarray(0, 40), CiphertextBlob.subarray(0, 50), bytes('foreign')]) {
      await expect(open(blob)).rejects.toMatchObject(named('InvalidCiphertextException'));
    }
  });

  it('a wrong key, an empty or oversized plaintext and a key of another usage are refused', async () => {
    const [KeyId, other] = [await createKey(), await createKey()];
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext: bytes('x') }));
    await expect(kms.send(new DecryptCommand({ CiphertextBlob, KeyId: other }))).rejects.toMatchObject(
      named('IncorrectKeyException'),
    );
    for (const size of [0, 4097]) {
      const command = new EncryptCommand({ KeyId, Plaintext: new Uint8Array(size) });
      await expect(kms.send(command)).rejects.toMatchObject(named('ValidationException'));
    }
    const signing = new EncryptCommand({ KeyId: await signer('ECC_NIST_P256'), Plaintext: bytes('x') });
    await expect(kms.send(signing)).rejects.toMatchObject(named('InvalidKeyUsageException'));
    const dry = new EncryptCommand({ KeyId, Plaintext: bytes('x'), DryRun: true });
    await expect(kms.send(dry)).rejects.toMatchObject(named('ValidationException'));
  });

  it('data keys have the size asked for and open again under their context', async () => {
    const KeyId = await createKey();
    const EncryptionContext = { a: 'b' };
    const key = await kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext }));
    expect(key.Plaintext).toHaveLength(32);
    const { CiphertextBlob } = key;
    expect((await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }))).Plaintext).toEqual(
      key.Plaintext,
    );
    const sealed = await kms.send(new GenerateDataKeyWithoutPlaintextCommand({ KeyId, NumberOfBytes: 48 }));
    expect(sealed).not.toHaveProperty('Plaintext');
    const opened = await kms.send(new DecryptCommand({ CiphertextBlob: sealed.CiphertextBlob }));
    expect(opened.Plaintext).toHaveLength(48);
    for (const size of [{}, { KeySpec: 'AES_256', NumberOfBytes: 1 }, { NumberOfBytes: 1025 }] as const) {
      const command = new GenerateDataKeyCommand({ KeyId, ...size });
      await expect(kms.send(command)).rejects.toMatchObject(named('ValidationException'));
    }
  });

  it('ReEncrypt moves a blob to another key and context', async () => {
    const [KeyId, DestinationKeyId] = [await createKey(), await createKey()];
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext: bytes('moved') }));
    const DestinationEncryptionContext = { to: 'there' };
    const moved = await kms.send(
      new ReEncryptCommand({ CiphertextBlob, DestinationKeyId, DestinationEncryptionContext }),
    );
    expect(moved.KeyId).toContain(DestinationKeyId);
    const blob = { CiphertextBlob: moved.CiphertextBlob, KeyId: DestinationKeyId };
    const opened = await kms.send(new DecryptCommand({ ...blob, EncryptionContext: DestinationEncryptionContext }));
    expect(opened.Plaintext).toEqual(bytes('moved'));
  });
});

describe('signatures', () => {
  const RSA: SigningAlgorithmSpec[] = ['RSASSA_PKCS1_V1_5_SHA_256', 'RSASSA_PSS_SHA_256', 'RSASSA_PSS_SHA_512'];

  it.each([
    ['ECC_NIST_EDWARDS25519', ['ED25519_SHA_512']],
    ['ECC_NIST_P256', ['ECDSA_SHA_256']],
    ['RSA_2048', RSA],
  ] as const)('%s signs and verifies, and the public key checks it anywhere', async (spec, algorithms) => {
    const KeyId = await signer(spec);
    const Message = bytes('root hash');
    for (const SigningAlgorithm of algorithms) {
      const { Signature = new Uint8Array() } = await kms.send(new SignCommand({ KeyId, Message, SigningAlgorithm }));
      const check = (message: Uint8Array, signature = Signature) =>
        kms.send(new VerifyCommand({ KeyId, Message: message, Signature: signature, SigningAlgorithm }));
      expect(await check(Message)).toMatchObject({ SignatureValid: true, SigningAlgorithm });
      await expect(check(bytes('other'))).rejects.toMatchObject(named('KMSInvalidSignatureException'));
      await expect(check(Message, bytes('junk'))).rejects.toMatchObject(named('KMSInvalidSignatureException'));
      const published = await kms.send(new GetPublicKeyCommand({ KeyId }));
      expect(published).toMatchObject({ KeySpec: spec, KeyUsage: 'SIGN_VERIFY' });
      expect(published.SigningAlgorithms).toContain(SigningAlgorithm);
      if (SigningAlgorithm.startsWith('RSASSA_PSS')) continue;
      const der = Buffer.from(published.PublicKey ?? []);
      const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
      const digest = SigningAlgorithm === 'ED25519_SHA_512' ? null : 'sha256';
      expect(verify(digest, Message, key, Signature)).toBe(true);
    }
  });

  it('an algorithm of another key spec, a digest and a symmetric key are refused', async () => {
    const KeyId = await signer('ECC_NIST_EDWARDS25519');
    const sign = (more: object) =>
      kms.send(new SignCommand({ KeyId, Message: bytes('x'), SigningAlgorithm: 'ED25519_SHA_512', ...more }));
    await expect(sign({ SigningAlgorithm: 'ECDSA_SHA_256' })).rejects.toMatchObject(named('InvalidKeyUsageException'));
    await expect(sign({ MessageType: 'DIGEST' })).rejects.toMatchObject(named('UnsupportedOperationException'));
    await expect(sign({ KeyId: await createKey() })).rejects.toMatchObject(named('InvalidKeyUsageException'));
    await expect(sign({ Message: new Uint8Array(4097) })).rejects.toMatchObject(named('ValidationException'));
  });

  it('HMAC_256 makes and verifies MACs', async () => {
    const KeyId = await createKey({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
    const input = { KeyId, Message: bytes('body'), MacAlgorithm: 'HMAC_SHA_256' } as const;
    const { Mac = new Uint8Array() } = await kms.send(new GenerateMacCommand(input));
    expect(Mac).toHaveLength(32);
    expect((await kms.send(new VerifyMacCommand({ ...input, Mac }))).MacValid).toBe(true);
    for (const wrong of [{ Message: bytes('other'), Mac }, { Mac: Mac.subarray(1) }]) {
      const command = new VerifyMacCommand({ ...input, ...wrong });
      await expect(kms.send(command)).rejects.toMatchObject(named('KMSInvalidMacException'));
    }
  });
});

describe('ensureKey and durability', () => {
  it('gives one id per name and spec, moves the alias, and everything survives a restart, also a torn write', async () => {
    const wish = { logicalId: 'MediaKey', alias: 'alias/media' };
    const id = cloud.service.ensureKey(wish);
    expect(cloud.service.ensureKey(wish)).toBe(id);
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId: 'alias/media', Plaintext: bytes('kept') }));
    const keyFolder = join(cloud.place.folder, 'keys');
    await cloud.restart(async () => writeFileSync(join(keyFolder, 'torn.json.draft'), '{"keyId":'));
    expect(readdirSync(keyFolder)).not.toContain('torn.json.draft');
    expect(cloud.service.ensureKey(wish)).toBe(id);
    const opened = await kms.send(new DecryptCommand({ CiphertextBlob, KeyId: 'alias/media' }));
    expect(opened.Plaintext).toEqual(bytes('kept'));
    const signing = { ...wish, keySpec: 'ECC_NIST_EDWARDS25519', keyUsage: 'SIGN_VERIFY' };
    const other = cloud.service.ensureKey(signing);
    expect(other).not.toBe(id);
    expect((await kms.send(new DescribeKeyCommand({ KeyId: 'alias/media' }))).KeyMetadata?.KeyId).toBe(other);
    expect((await kms.send(new DecryptCommand({ CiphertextBlob }))).Plaintext).toEqual(bytes('kept'));
    expect(() => cloud.service.ensureKey({ logicalId: 'x', keySpec: 'SM2' })).toThrow('does not exist here');
  });

  it('key files are readable by their owner alone, and aliases hold no key material', async () => {
    const folder = join(cloud.place.folder, 'keys');
    const files = readdirSync(folder);
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(cloud.place.folder, 'aliases.json')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(cloud.place.folder, 'aliases.json'), 'utf8')).not.toContain('material');
  });
});
