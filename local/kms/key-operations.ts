import * as z from 'zod';
import { AwsError, type Operation, operation } from '../aws-json.ts';
import type { CloudPlace } from '../service.ts';
import { checkKeySpec, KEY_KINDS } from './key-spec.ts';
import type { KeyStore, KmsKey } from './key-store.ts';

const keyId = z.string().min(1).max(2048);
const page = { Limit: z.int().min(1).max(1000).default(100), Marker: z.string().optional() };
const aliasName = z.string().max(256);

/** @throws AwsError InvalidAliasNameException, ValidationException */
function checkAliasName(name: string): void {
  if (!name.startsWith('alias/')) {
    throw new AwsError('ValidationException', 'Alias must start with the prefix "alias/".');
  }
  if (!/^alias\/[a-zA-Z0-9/_-]+$/.test(name) || name.startsWith('alias/aws/')) {
    throw new AwsError('InvalidAliasNameException', `Alias ${name} is not a name that a customer may give.`);
  }
}

function paged<T>(items: readonly T[], name: string, limit: number, marker: string | undefined) {
  const start = marker === undefined ? 0 : Number(marker);
  if (!Number.isSafeInteger(start) || start < 0) {
    throw new AwsError('InvalidMarkerException', 'The marker was not given by an earlier page.');
  }
  const end = start + limit;
  const more = end < items.length;
  return { [name]: items.slice(start, end), Truncated: more, ...(more ? { NextMarker: String(end) } : {}) };
}

/** Making, describing and naming keys. */
export function keyOperations(store: KeyStore, place: CloudPlace): Record<string, Operation> {
  const metadata = (key: KmsKey) => {
    const { usage, member, algorithms } = KEY_KINDS[key.spec];
    return {
      AWSAccountId: place.accountId,
      KeyId: key.keyId,
      Arn: store.arn(`key/${key.keyId}`),
      CreationDate: key.created / 1000,
      Enabled: true,
      Description: key.description,
      KeyUsage: usage,
      KeyState: 'Enabled',
      Origin: 'AWS_KMS',
      KeyManager: 'CUSTOMER',
      CustomerMasterKeySpec: key.spec,
      KeySpec: key.spec,
      [member]: algorithms,
      MultiRegion: false,
    };
  };
  const hasAlias = (name: string) => store.aliases().some((alias) => alias.name === name);
  const requireAlias = (name: string) => {
    if (!hasAlias(name)) throw new AwsError('NotFoundException', `Alias ${store.arn(name)} is not found.`);
  };
  return {
    CreateKey: operation(
      z.object({
        Description: z.string().max(8192).default(''),
        KeySpec: z.string().optional(),
        CustomerMasterKeySpec: z.string().optional(),
        KeyUsage: z.string().default('ENCRYPT_DECRYPT'),
        Origin: z.literal('AWS_KMS').optional(),
        MultiRegion: z.literal(false).optional(),
      }),
      (input) => {
        const name = input.KeySpec ?? input.CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT';
        const spec = checkKeySpec(name, input.KeyUsage);
        return { KeyMetadata: metadata(store.create({ spec, description: input.Description })) };
      },
    ),
    DescribeKey: operation(z.object({ KeyId: keyId }), (input) => ({
      KeyMetadata: metadata(store.find(input.KeyId)),
    })),
    ListKeys: operation(z.object(page), (input) => {
      const keys = store.all().map((key) => ({ KeyId: key.keyId, KeyArn: store.arn(`key/${key.keyId}`) }));
      return paged(keys, 'Keys', input.Limit, input.Marker);
    }),
    CreateAlias: operation(z.object({ AliasName: aliasName, TargetKeyId: keyId }), (input) => {
      checkAliasName(input.AliasName);
      const { keyId: target } = store.find(input.TargetKeyId);
      if (hasAlias(input.AliasName)) {
        throw new AwsError(
          'AlreadyExistsException',
          `An alias with the name ${store.arn(input.AliasName)} already exists`,
        );
      }
      store.putAlias(input.AliasName, target);
    }),
    UpdateAlias: operation(z.object({ AliasName: aliasName, TargetKeyId: keyId }), (input) => {
      requireAlias(input.AliasName);
      store.putAlias(input.AliasName, store.find(input.TargetKeyId).keyId);
    }),
    DeleteAlias: operation(z.object({ AliasName: aliasName }), (input) => {
      requireAlias(input.AliasName);
      store.dropAlias(input.AliasName);
    }),
    ListAliases: operation(z.object({ KeyId: keyId.optional(), ...page }), (input) => {
      const only = input.KeyId === undefined ? undefined : store.find(input.KeyId).keyId;
      const aliases = store
        .aliases()
        .filter((alias) => only === undefined || alias.keyId === only)
        .map((alias) => ({
          AliasName: alias.name,
          AliasArn: store.arn(alias.name),
          TargetKeyId: alias.keyId,
          CreationDate: alias.created / 1000,
          LastUpdatedDate: alias.created / 1000,
        }));
      return paged(aliases, 'Aliases', input.Limit, input.Marker);
    }),
  };
}
