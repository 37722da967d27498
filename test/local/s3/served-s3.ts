import { CreateBucketCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { createS3, type S3 } from '../../../local/s3/s3.ts';
import { type ServedCloud, serveCloud } from '../serve-cloud.ts';

/** A running S3 with one bucket, whose clock the test may move, and a real SDK client for it. */
export interface ServedS3 {
  readonly cloud: ServedCloud<S3>;
  readonly url: string;
  readonly client: S3Client;
  readonly newClient: (config?: S3ClientConfig) => S3Client;
  /** Moves the service's clock, in milliseconds. */
  readonly advance: (ms: number) => void;
  readonly stop: () => Promise<void>;
}

export async function serveS3(bucket: string): Promise<ServedS3> {
  let offset = 0;
  const cloud = await serveCloud(createS3, () => Date.now() + offset);
  const newClient = (config: S3ClientConfig = {}) => new S3Client({ ...cloud.client, ...config });
  const client = newClient();
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return {
    cloud,
    url: cloud.client.endpoint,
    client,
    newClient,
    advance: (ms) => {
      offset += ms;
    },
    stop: async () => {
      client.destroy();
      await cloud.close();
    },
  };
}

/** What an error document says. */
export async function s3ErrorOf(response: Response): Promise<{ status: number; code: string; message: string }> {
  const text = await response.text();
  const element = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1] ?? '';
  return { status: response.status, code: element('Code'), message: element('Message').replaceAll('&quot;', '"') };
}
