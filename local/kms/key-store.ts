import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { AwsError } from '../aws-json.ts';
import type { CloudPlace } from '../service.ts';
import { KEY_KINDS, type KeySpec } from './key-spec.ts';

export interface KmsKey {
  readonly keyId: string;
  /** Name in the template that made the key, if one did. */
  readonly logicalId?: string;
  readonly spec: KeySpec;
  readonly description: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly material: Buffer;
}

interface Alias {
  /** With its prefix: `alias/…`. */
  readonly name: string;
  readonly keyId: string;
  readonly created: number;
}

type NewKey = Pick<KmsKey, 'spec' | 'description'> & { readonly logicalId?: string };

/** All keys and aliases of the account. They are few: memory holds them, files of mode 0600 keep them. */
export interface KeyStore {
  readonly create: (key: NewKey) => KmsKey;
  readonly all: () => readonly KmsKey[];
  readonly byLogicalId: (logicalId: string, spec: KeySpec) => KmsKey | undefined;
  /** @throws AwsError NotFoundException; `id` is a key id, a key ARN, an alias name or an alias ARN */
  readonly find: (id: string) => KmsKey;
  readonly aliases: () => readonly Alias[];
  readonly putAlias: (name: string, keyId: string) => void;
  readonly dropAlias: (name: string) => void;
  readonly arn: (resource: string) => string;
}

/** The whole file or none of it, whenever the process or the machine stops. */
function writeWhole(path: string, text: string): void {
  const draft = `${path}.draft`;
  const file = openSync(draft, 'w', 0o600);
  writeSync(file, text);
  fsyncSync(file);
  closeSync(file);
  renameSync(draft, path);
}

export function openKeyStore(place: CloudPlace): KeyStore {
  const folder = join(place.folder, 'keys');
  const aliasFile = join(place.folder, 'aliases.json');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const keys = readKeys(folder);
  const aliases = readAliases(aliasFile);
  const arn = (resource: string) => `arn:aws:kms:${place.region}:${place.accountId}:${resource}`;
  const saveAliases = () => writeWhole(aliasFile, JSON.stringify([...aliases.values()]));
  return {
    arn,
    all: () => [...keys.values()],
    aliases: () => [...aliases.values()].sort((left, right) => (left.name < right.name ? -1 : 1)),
    byLogicalId: (logicalId, spec) =>
      [...keys.values()].find((key) => key.logicalId === logicalId && key.spec === spec),
    find: (id) => {
      const prefix = arn('');
      const resource = id.startsWith(prefix) ? id.slice(prefix.length) : id.replace(/^(?!alias\/)/, 'key/');
      if (resource.startsWith('alias/')) {
        const key = keys.get(aliases.get(resource)?.keyId ?? '');
        if (key) return key;
        throw new AwsError('NotFoundException', `Alias ${arn(resource)} is not found.`);
      }
      const key = keys.get(resource.replace(/^key\//, ''));
      if (key) return key;
      throw new AwsError('NotFoundException', `Key '${id.startsWith('arn:') ? id : arn(`key/${id}`)}' does not exist`);
    },
    create: (wish) => {
      const key = { keyId: randomUUID(), created: place.now(), material: KEY_KINDS[wish.spec].generate(), ...wish };
      const text = JSON.stringify({ ...key, material: key.material.toString('base64') });
      writeWhole(join(folder, `${key.keyId}.json`), text);
      keys.set(key.keyId, key);
      return key;
    },
    putAlias: (name, keyId) => {
      aliases.set(name, { name, keyId, created: place.now() });
      saveAliases();
    },
    dropAlias: (name) => {
      aliases.delete(name);
      saveAliases();
    },
  };
}

// The files were written by this one from the types above.
function readKeys(folder: string): Map<string, KmsKey> {
  const keys = new Map<string, KmsKey>();
  for (const name of readdirSync(folder)) {
    if (!name.endsWith('.json')) {
      rmSync(join(folder, name));
      continue;
    }
    const stored = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Omit<KmsKey, 'material'> & {
      material: string;
    };
    keys.set(stored.keyId, { ...stored, material: Buffer.from(stored.material, 'base64') });
  }
  return keys;
}

function readAliases(file: string): Map<string, Alias> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Map();
    throw error;
  }
  return new Map((JSON.parse(text) as Alias[]).map((alias) => [alias.name, alias]));
}
