import { AwsError, serveJson, targetOperation } from '../aws-json.ts';
import type { CloudPlace, Service } from '../service.ts';
import { cryptoOperations } from './crypto-operations.ts';
import { keyOperations } from './key-operations.ts';
import { checkKeySpec } from './key-spec.ts';
import { openKeyStore } from './key-store.ts';

/** What a template asks of a key, in the values of AWS::KMS::Key. */
interface KeyWish {
  readonly logicalId: string;
  /** `SYMMETRIC_DEFAULT` unless given. */
  readonly keySpec?: string | undefined;
  /** `ENCRYPT_DECRYPT` unless given. */
  readonly keyUsage?: string | undefined;
  /** With its prefix: `alias/…`; moved here if it named another key. */
  readonly alias?: string | undefined;
}

export interface Kms extends Service {
  /**
   * The id of the template's key, the same after every restart; another spec under the same name makes another key, as
   * CloudFormation does, and the former still decrypts.
   * @throws AwsError for a spec that does not exist here
   */
  readonly ensureKey: (wish: KeyWish) => string;
}

const BODY_LIMIT = 64 * 1024;

/** AWS KMS, its keys in files of mode 0600 under `place.folder`. */
export function createKms(place: CloudPlace): Kms {
  const store = openKeyStore(place);
  return {
    signingName: 'kms',
    close: () => {},
    ensureKey: ({ logicalId, keySpec = 'SYMMETRIC_DEFAULT', keyUsage = 'ENCRYPT_DECRYPT', alias }) => {
      const spec = checkKeySpec(keySpec, keyUsage);
      const key = store.byLogicalId(logicalId, spec) ?? store.create({ logicalId, spec, description: logicalId });
      const named = store.aliases().some((known) => known.name === alias && known.keyId === key.keyId);
      if (alias !== undefined && !named) store.putAlias(alias, key.keyId);
      return key.keyId;
    },
    handle: serveJson({
      contentType: 'application/x-amz-json-1.1',
      accessKeyId: place.credentials.accessKeyId,
      bodyLimit: BODY_LIMIT,
      operations: { ...keyOperations(store, place), ...cryptoOperations(store) },
      operationOf: targetOperation,
      mismatch: (error) => new AwsError('ValidationException', `1 validation error detected: ${error.message}`),
      tooLarge: () => new AwsError('ValidationException', `The request is over ${BODY_LIMIT} bytes.`, 413),
    }),
  };
}
