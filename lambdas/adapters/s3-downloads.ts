import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Downloads } from '../ports.ts';

export const s3Downloads = (client: S3Client, bucket: string): Downloads => ({
  presign: (key, ttlSeconds) =>
    getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key: key }), { expiresIn: ttlSeconds }),
});
