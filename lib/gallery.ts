import { Fn, Stack } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { CfnVectorBucket } from 'aws-cdk-lib/aws-s3vectors';
import { Construct } from 'constructs';
import { vectors } from './access.ts';
import { acknowledge } from './acknowledge.ts';
import type { StackConfig } from './config.ts';
import { removalPolicy } from './removal.ts';

/** Faces to search among. Each collection of a tenant gets an index of its own in this bucket when it is made. */
export class Gallery extends Construct {
  readonly bucketName: string;
  readonly #bucketArn: string;
  readonly #key: Key;

  constructor(scope: Construct, id: string, props: { readonly config: StackConfig; readonly key: Key }) {
    super(scope, id);
    const bucket = new CfnVectorBucket(this, 'Vectors', {
      encryptionConfiguration: { sseType: 'aws:kms', kmsKeyArn: props.key.keyArn },
    });
    bucket.applyRemovalPolicy(removalPolicy(props.config));
    const logicalId = Stack.of(this).getLogicalId(bucket);
    const indexes = `AwsSolutions-IAM5[Resource::<${logicalId}.VectorBucketArn>/index/*]`;
    acknowledge(Stack.of(this), indexes, 'Indexes are made with their collections, after the deployment.');
    this.#bucketArn = bucket.attrVectorBucketArn;
    this.#key = props.key;
    this.bucketName = Fn.select(1, Fn.split('/', this.#bucketArn)); // arn:…:bucket/<name>
  }

  /** Make and drop indexes, and everything with the vectors in them. */
  use(): PolicyStatement[] {
    return vectors(this.#bucketArn, this.#key);
  }
}
