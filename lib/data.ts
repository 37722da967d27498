import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { type ItemUse, items } from './access.ts';
import type { StackConfig } from './config.ts';
import { removalPolicy } from './removal.ts';

/** Index that lists the items of a tenant by time. */
export const LIST_INDEX = 'list';
/** The same order, apart for each contract and state: whatever people filter by, a page is read and nothing else. */
export const SHELF_INDEX = 'shelf';
/** Sparse index of what must happen at a time: stuck jobs, deliveries to retry, media to delete. */
export const DUE_INDEX = 'due';

/** The tables. On demand, encrypted with our key, restorable to any second of the last 35 days. */
export class Data extends Construct {
  /** Tenants, verifications, ledger, deliveries, idempotency records. */
  readonly records: Table;
  /** API keys by their hash, apart from the records: reading a key must need no right to anything else. */
  readonly keys: Table;
  readonly #key: Key;

  constructor(scope: Construct, id: string, props: { readonly config: StackConfig; readonly key: Key }) {
    super(scope, id);
    this.#key = props.key;
    const common = {
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: props.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: props.config.removal === 'retain',
      removalPolicy: removalPolicy(props.config),
    };
    this.records = new Table(this, 'Records', {
      ...common,
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      timeToLiveAttribute: 'ttl',
    });
    this.records.addGlobalSecondaryIndex({
      indexName: LIST_INDEX,
      partitionKey: { name: 'listPk', type: AttributeType.STRING },
      sortKey: { name: 'listSk', type: AttributeType.STRING },
      projectionType: ProjectionType.ALL,
    });
    this.records.addGlobalSecondaryIndex({
      indexName: SHELF_INDEX,
      partitionKey: { name: 'shelfPk', type: AttributeType.STRING },
      sortKey: { name: 'listSk', type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    this.records.addGlobalSecondaryIndex({
      indexName: DUE_INDEX,
      partitionKey: { name: 'duePk', type: AttributeType.STRING },
      sortKey: { name: 'dueAt', type: AttributeType.NUMBER },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    this.keys = new Table(this, 'Keys', { ...common, partitionKey: { name: 'pk', type: AttributeType.STRING } });
  }

  readRecords(): PolicyStatement[] {
    return items(this.records, this.#key, 'read');
  }

  /** Read and write records; `indexes` may be queried besides. */
  useRecords(...indexes: (typeof LIST_INDEX | typeof SHELF_INDEX | typeof DUE_INDEX)[]): PolicyStatement[] {
    return items(this.records, this.#key, 'write', ...indexes);
  }

  /** `touch`: look a key up and stamp when it was used. `write`: issue and revoke keys. */
  useKeys(use: ItemUse): PolicyStatement[] {
    return items(this.keys, this.#key, use);
  }
}
