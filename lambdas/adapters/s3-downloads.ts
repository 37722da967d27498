import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Downloads } from '../ports/media.ts';

export const s3Downloads = (client: S3Client, bucket: string): Downloads => ({
  sign: (key, { ttlSeconds, fileName }) => {
    const ResponseContentDisposition = `inline; filename="${fileName}"`;
    const read = new GetObjectCommand({ Bucket: bucket, Key: key, ResponseContentDisposition });
    return getSignedUrl(client, read, { expiresIn: ttlSeconds });
  },
});
