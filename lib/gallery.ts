import { Fn, Stack } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { CfnVectorBucket } from 'aws-cdk-lib/aws-s3vectors';
import { Construct } from 'constructs';
import { rekognitionCollections, vectorIndexes, vectors, vectorsGone } from './access.ts';
import { acknowledge } from './acknowledge.ts';
import type { StageConfig } from './config.ts';
import type { Environment } from './environment.ts';
import { removalPolicy } from './removal.ts';

const COLLECTIONS = 'selfsame-*';

/**
 * Faces to search among. Each collection of a tenant gets an index of its own in this bucket when it is made, or a collection of
 * Rekognition where that is the face engine: the bucket stays, so that a change of engine loses nothing.
 */
export class Gallery extends Construct {
  readonly environment: Partial<Pick<Environment, 'VECTOR_BUCKET'>>;
  readonly #collections: () => PolicyStatement[];
  readonly #faces: () => PolicyStatement[];
  readonly #gone: () => PolicyStatement[];
  readonly #kept: () => PolicyStatement[];

  constructor(scope: Construct, id: string, { config, key }: { readonly config: StageConfig; readonly key: Key }) {
    super(scope, id);
    const bucket = new CfnVectorBucket(this, 'Vectors', {
      encryptionConfiguration: { sseType: 'aws:kms', kmsKeyArn: key.keyArn },
    });
    bucket.applyRemovalPolicy(removalPolicy(config.stack));
    const stack = Stack.of(this);
    const accept = (resource: string) =>
      acknowledge(stack, `AwsSolutions-IAM5[Resource::${resource}]`, 'They are made per tenant, after the deployment.');

    if (config.settings.faceEngine === 'rekognition') {
      accept(`arn:<AWS::Partition>:rekognition:<AWS::Region>:<AWS::AccountId>:collection/${COLLECTIONS}`);
      const arn = stack.formatArn({ service: 'rekognition', resource: 'collection', resourceName: COLLECTIONS });
      this.environment = {};
      this.#collections = () => [
        rekognitionCollections(arn, 'CreateCollection', 'DeleteCollection', 'ListFaces', 'DeleteFaces'),
      ];
      this.#faces = () => [rekognitionCollections(arn, 'IndexFaces', 'SearchFacesByImage')];
      this.#gone = () => [rekognitionCollections(arn, 'ListFaces', 'DeleteFaces')];
      this.#kept = () => [rekognitionCollections(arn, 'DeleteCollection')];
    } else {
      accept(`<${stack.getLogicalId(bucket)}.VectorBucketArn>/index/*`);
      const arn = bucket.attrVectorBucketArn;
      this.environment = { VECTOR_BUCKET: Fn.select(1, Fn.split('/', arn)) }; // arn:…:bucket/<name>
      this.#collections = () => vectorIndexes(arn, key);
      this.#faces = () => vectors(arn, key);
      this.#gone = () => vectorsGone(arn, key);
      this.#kept = () => [];
    }
  }

  /** Make and drop collections, and delete faces. */
  useCollections(): PolicyStatement[] {
    return this.#collections();
  }

  /** Delete faces alone. */
  deleteFaces(): PolicyStatement[] {
    return this.#gone();
  }

  /** Forget what the engine itself keeps of an enrolment. */
  forgetKept(): PolicyStatement[] {
    return this.#kept();
  }

  /** Put faces into collections, and look for them. */
  useFaces(): PolicyStatement[] {
    return this.#faces();
  }
}
