import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { StackConfig } from './config.ts';
import { removalPolicy } from './removal.ts';

/** Three keys for three duties, so that who may read media cannot forge a receipt. */
export class Encryption extends Construct {
  /** Encrypts tables, media and vectors at rest. */
  readonly data: Key;
  /** Encrypts what tenants entrusted to us, such as webhook secrets, before it reaches a table. */
  readonly secrets: Key;
  /** Ed25519: signs receipts. The private half never leaves KMS. */
  readonly receipts: Key;

  constructor(scope: Construct, id: string, config: StackConfig) {
    super(scope, id);
    const lifetime = { removalPolicy: removalPolicy(config), pendingWindow: Duration.days(config.keyDeletionDays) };
    this.data = new Key(this, 'Data', {
      ...lifetime,
      description: 'Tables, media and vectors',
      enableKeyRotation: true,
    });
    this.secrets = new Key(this, 'Secrets', {
      ...lifetime,
      description: 'Secrets of tenants',
      enableKeyRotation: true,
    });
    this.receipts = new Key(this, 'Receipts', {
      ...lifetime,
      description: 'Signatures of receipts',
      keySpec: KeySpec.ECC_NIST_EDWARDS25519,
      keyUsage: KeyUsage.SIGN_VERIFY,
    });

    const { account } = Stack.of(this);
    this.data.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsToTopic',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'], // In a key policy this means: this key.
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    );
    this.data.addToResourcePolicy(
      new PolicyStatement({
        sid: 'VectorIndexing',
        principals: [new ServicePrincipal('indexing.s3vectors.amazonaws.com')],
        actions: ['kms:Decrypt'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    );
  }
}
