import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Uploads } from '../ports/media.ts';

/** What both ways are signed for by default. What was really uploaded is told by its bytes, when it is looked at. */
const imageType = 'image/jpeg';

export const s3Uploads = (client: S3Client, bucket: string): Uploads => ({
  async presign(key, { ttlSeconds, maxBytes, contentType = imageType }) {
    const [url, post] = await Promise.all([
      getSignedUrl(client, new PutObjectCommand({ Bucket: bucket, Key: key, ContentType: contentType }), {
        expiresIn: ttlSeconds,
        signableHeaders: new Set(['content-type']),
      }),
      createPresignedPost(client, {
        Bucket: bucket,
        Key: key,
        Expires: ttlSeconds,
        Conditions: [['content-length-range', 1, maxBytes]],
        Fields: { 'Content-Type': contentType },
      }),
    ]);
    return { key, url, method: 'PUT', headers: { 'content-type': contentType }, post };
  },

  async origin() {
    const { url } = await createPresignedPost(client, { Bucket: bucket, Key: 'origin', Expires: 1 });
    return new URL(url).origin;
  },
});
